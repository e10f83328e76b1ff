// SPDX-License-Identifier: MIT
#include "training/batch_runner.h"

#include <algorithm>
#include <array>

#include "kernels/loss.h"
#include "kernels/mix_images.h"
#include "kernels/sum_slots.h"
#include "support/text.h"

namespace tinycnn {
namespace {

std::size_t block_count(std::size_t samples) { return (samples + kLanes - 1) / kLanes; }

void compute_loss(const LossOptions& options, std::span<const float> output,
                  const kernels::LossTarget& target, std::span<float> losses,
                  std::span<float> d_output) noexcept {
  switch (options.type) {
    case LossType::kCrossEntropy:
      return kernels::cross_entropy(output, target, static_cast<float>(options.label_smoothing),
                                    losses, d_output);
    case LossType::kNegativeLogLikelihood:
      return kernels::negative_log_likelihood(output, target, losses, d_output);
    case LossType::kMeanSquaredError:
      return kernels::mean_squared_error(output, target, losses, d_output);
  }
}

/// A page that mixes no images does not load it: it must not be inlined.
[[gnu::noinline]] kernels::MixedLabels others_of(std::span<const Mixture> mixtures) noexcept {
  kernels::MixedLabels others;
  for (std::size_t b = 0; b < mixtures.size(); ++b) {
    others.labels[b] = mixtures[b].other.label;
    others.shares[b] =
        static_cast<float>(mixtures[b].share) / static_cast<float>(kernels::kWholeShare);
  }
  return others;
}

}  // namespace

BatchRunner::BatchRunner(CompiledModel& model, Executor& executor)
    : model_(model),
      executor_(executor),
      shared_(model.plan().shared_size()),
      slot_size_(model.trainable_size()) {
  const auto threads = static_cast<std::size_t>(executor.max_threads());
  transient_.resize(
      buffer_size(threads, model.plan().transient_size(), "activations of all threads"));
  slots_.resize(buffer_size(1, slot_size_, "gradients"));
}

Workspace BatchRunner::workspace(Buffer& persistent, std::size_t index,
                                 std::size_t thread) noexcept {
  const std::size_t size = model_.plan().persistent_size();
  const std::size_t transient = model_.plan().transient_size();
  return {size == 0 ? std::span<float>() : std::span(persistent).subspan(index * size, size),
          std::span(transient_).subspan(thread * transient, transient)};
}

std::span<float> BatchRunner::slot(std::size_t index) noexcept {
  return std::span(slots_).subspan(index * slot_size_, slot_size_);
}

PlanMemory BatchRunner::memory() noexcept {
  return {model_.rounded_parameters(), model_.packed(), model_.packed_backward(), shared_};
}

PlanBlock BatchRunner::block_of(const Batch& batch, std::size_t block,
                                const Workspace& workspace) const noexcept {
  return {batch.pass, block * kLanes, workspace, block < kGradientSlots};
}

void BatchRunner::reserve_persistent(Buffer& memory, std::size_t blocks) const {
  const std::size_t size = buffer_size(blocks, model_.plan().persistent_size(),
                                       "activations of a mini-batch's blocks of 8 samples");
  if (size > memory.size()) {
    memory = Buffer();  // freed before the larger one is allocated; its contents are not needed
    memory.resize(size);
  }
}

std::size_t BatchRunner::memory_bytes() const noexcept {
  std::size_t floats =
      persistent_.size() + inference_.size() + transient_.size() + shared_.size() + slots_.size();
  for (const Augmented& each : augmented_) {
    floats += each.pixels.size() / sizeof(float);
  }
  return floats * sizeof(float) + losses_.size() * sizeof(float) + predicted_.size();
}

void BatchRunner::prepare(std::size_t samples) {
  losses_.resize(samples);
  predicted_.resize(samples);
}

template <class Run>
void BatchRunner::for_slots(std::size_t first, std::size_t end, const Run& run) {
  const auto threads = static_cast<std::size_t>(executor_.threads());
  const auto take_part = [&](int thread) noexcept {
    for (auto s = static_cast<std::size_t>(thread); s < used_slots_; s += threads) {
      for (std::size_t block = s; block < end; block += kGradientSlots) {
        if (block >= first) {
          run(static_cast<std::size_t>(thread), s, block);
        }
      }
    }
  };
  if (used_slots_ == 1) {
    take_part(0);
  } else {
    executor_.for_each_thread(take_part);
  }
}

void BatchRunner::prepare_augmentation(const Augmentation& augmentation) {
  const Shape& input = model_.summary().input;
  augmented_.resize(static_cast<std::size_t>(executor_.max_threads()));
  for (Augmented& each : augmented_) {
    each.pixels.resize(input.block_size() + input.size());
    if (augmentation.augmenter != nullptr && each.scratch.framed.empty()) {
      each.scratch = augmentation.augmenter->make_scratch();
    }
  }
}

const std::uint8_t* BatchRunner::mixed(const Batch& batch, std::size_t number,
                                       const std::uint8_t* image, Augmented& memory) noexcept {
  const std::size_t size = model_.summary().input.size();
  const auto out = std::span(memory.pixels).subspan(number % kLanes * size, size);
  if (image != out.data()) {
    std::copy_n(image, size, out.begin());
  }
  mix_in(batch.augmentation, batch.augmentation.mixtures[number], out,
         std::span(memory.pixels).last(size), memory.scratch);
  return out.data();
}

void BatchRunner::load(const Batch& batch, std::size_t block, std::size_t thread,
                       const Workspace& workspace) noexcept {
  const std::size_t first = block * kLanes;
  const std::size_t used = std::min<std::size_t>(kLanes, batch.samples.size() - first);
  const std::size_t size = model_.summary().input.size();
  std::array<const std::uint8_t*, kLanes> images{};
  for (std::size_t b = 0; b < used; ++b) {
    const Sample& sample = batch.samples[first + b];
    images[b] = sample.pixels;
    if (sample.generated || batch.augmentation.augmenter != nullptr) {
      Augmented& memory = augmented_[thread];
      const auto out = std::span(memory.pixels).subspan(b * size, size);
      make_image(batch.augmentation, sample, out, memory.scratch);
      images[b] = out.data();
    }
    if (!batch.augmentation.mixtures.empty()) {
      images[b] = mixed(batch, first + b, images[b], augmented_[thread]);
    }
  }
  kernels::load_images(std::span(images).first(used), pixels_, model_.plan().input(workspace));
}

void BatchRunner::finish_forward(const Batch& batch, std::size_t block,
                                 const Workspace& workspace) noexcept {
  const std::size_t first = block * kLanes;
  const std::size_t used = std::min<std::size_t>(kLanes, batch.samples.size() - first);
  std::array<std::uint8_t, kLanes> labels{};
  for (std::size_t b = 0; b < used; ++b) {
    labels[b] = batch.samples[first + b].label;
  }
  kernels::LossTarget target{labels, static_cast<int>(used), batch.scale};
  kernels::MixedLabels others;
  if (!batch.augmentation.mixtures.empty()) {
    others = others_of(batch.augmentation.mixtures.subspan(first, used));
    target.others = &others;
  }
  const Plan& plan = model_.plan();
  const std::span<const float> output = plan.output(workspace, model_.summary().layers.size() - 1);
  std::array<float, kLanes> losses{};
  std::array<std::uint8_t, kLanes> predicted{};
  // Before the loss, whose gradient may overwrite the output.
  kernels::argmax(output, predicted);
  compute_loss(loss_, output, target, losses,
               batch.scale > 0.0F ? plan.d_output(workspace) : std::span<float>());
  std::copy_n(losses.begin(), used, &losses_[first]);
  std::copy_n(predicted.begin(), used, &predicted_[first]);
}

void BatchRunner::backpropagate(std::span<const Sample> samples, const Pass& pass,
                                const Augmentation& augmentation) {
  begin(samples, pass, augmentation);
  advance(blocks_ * stages());
}

void BatchRunner::begin(std::span<const Sample> samples, const Pass& pass,
                        const Augmentation& augmentation) {
  if (augmentation.augmenter != nullptr || augmentation.generates ||
      !augmentation.mixtures.empty()) {
    prepare_augmentation(augmentation);
  }
  reserve_persistent(persistent_, block_count(samples.size()));
  prepare(samples.size());
  blocks_ = block_count(samples.size());
  stage_ = 0;
  next_block_ = 0;
  used_slots_ = std::min<std::size_t>(blocks_, kGradientSlots);
  const std::size_t slots =
      buffer_size(used_slots_, slot_size_, "gradients of a mini-batch's slots");
  if (slots_.size() < slots) {
    slots_.resize(slots);
  }
  batch_ = {samples, pass, augmentation, 1.0F / static_cast<float>(samples.size())};
  batch_.pass.mode = Mode::kTrain;
  batch_.pass.samples = samples.size();
  block_workspaces_.clear();
  if (model_.plan().phases() > 1) {
    for (std::size_t block = 0; block < blocks_; ++block) {
      block_workspaces_.push_back(workspace(persistent_, block, 0));
    }
  }
}

bool BatchRunner::advance(std::size_t blocks) {
  while (blocks > 0 && stage_ < stages()) {
    const std::size_t end = next_block_ + std::min(blocks, blocks_ - next_block_);
    run_stage(next_block_, end);
    blocks -= end - next_block_;
    next_block_ = end;
    if (end == blocks_) {
      end_stage();
      ++stage_;
      next_block_ = 0;
    }
  }
  return stage_ == stages();
}

void BatchRunner::run_stage(std::size_t first, std::size_t end) {
  const Plan& plan = model_.plan();
  const std::size_t last = plan.phases() - 1;
  for_slots(first, end, [&](std::size_t thread, std::size_t s, std::size_t block) noexcept {
    const Workspace space = workspace(persistent_, block, thread);
    const PlanBlock at = block_of(batch_, block, space);
    if (stage_ == 0) {
      load(batch_, block, thread, space);
    }
    if (stage_ <= last) {
      plan.forward_phase(stage_, memory(), at);
    }
    if (stage_ == last) {
      finish_forward(batch_, block, space);
    }
    if (stage_ >= last) {
      plan.backward_phase(stage_ - last, memory(), at, slot(s));
    }
  });
}

/// Between two phases: reduces the statistics of all blocks.
void BatchRunner::end_stage() {
  const Plan& plan = model_.plan();
  const std::size_t last = plan.phases() - 1;
  if (stage_ < last) {
    plan.reduce_forward_statistics(stage_, batch_.pass, memory(), block_workspaces_,
                                   model_.mutable_parameters());
  } else if (stage_ + 1 < stages()) {
    plan.reduce_backward_statistics(stage_ - last, batch_.pass, memory(), block_workspaces_);
  }
}

void BatchRunner::evaluate(std::span<const Sample> samples, const EvaluationWeights& weights) {
  prepare(samples.size());
  const Batch batch{samples, {.samples = samples.size()}, {}, 0.0F};
  infer(
      samples.size(), weights,
      [&](const InferredBlock& block) noexcept {
        load(batch, block.first_sample / kLanes, block.thread, block.workspace);
      },
      [&](const InferredBlock& block) noexcept {
        finish_forward(batch, block.first_sample / kLanes, block.workspace);
      });
}

void BatchRunner::sum_gradient(std::size_t first, std::size_t count) noexcept {
  std::array<float*, kGradientSlots> slots{};
  for (std::size_t s = 0; s < used_slots_; ++s) {
    slots[s] = slot(s).data() + first;
  }
  kernels::sum_slots(std::span(slots).first(used_slots_), count);
}

}  // namespace tinycnn
