// SPDX-License-Identifier: MIT
#include "batch_runner.h"

#include <algorithm>
#include <array>

#include "kernels/loss.h"
#include "kernels/optimizer.h"

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

}  // namespace

BatchRunner::BatchRunner(Model& model, Executor& executor)
    : model_(model),
      executor_(executor),
      shared_(model.plan().shared_size()),
      slot_size_(model.trainable_size()) {
  reserve_workspaces(static_cast<std::size_t>(executor.threads()));
  slots_.resize(slot_size_);
}

std::span<float> BatchRunner::workspace(std::size_t index) noexcept {
  const std::size_t size = model_.plan().workspace_size();
  return std::span(workspaces_).subspan(index * size, size);
}

std::span<float> BatchRunner::slot(std::size_t index) noexcept {
  return std::span(slots_).subspan(index * slot_size_, slot_size_);
}

PlanMemory BatchRunner::memory() noexcept {
  return {model_.parameters(), model_.packed(), shared_};
}

PlanBlock BatchRunner::block_of(const Batch& batch, std::size_t block,
                                std::span<float> workspace) const noexcept {
  return {batch.pass, block * kLanes, workspace, block < kGradientSlots};
}

void BatchRunner::reserve_workspaces(std::size_t count) {
  const std::size_t size = count * model_.plan().workspace_size();
  if (workspaces_.size() < size) {
    workspaces_.resize(size);
  }
}

void BatchRunner::prepare(std::size_t samples) {
  losses_.resize(samples);
  predicted_.resize(samples);
}

template <class Run>
void BatchRunner::for_slots(std::size_t blocks, const Run& run) {
  const auto threads = static_cast<std::size_t>(executor_.threads());
  executor_.for_each_thread([&](int thread) noexcept {
    for (auto s = static_cast<std::size_t>(thread); s < used_slots_; s += threads) {
      for (std::size_t block = s; block < blocks; block += kGradientSlots) {
        run(static_cast<std::size_t>(thread), s, block);
      }
    }
  });
}

void BatchRunner::prepare_distortion(const Augmenter& augmenter) {
  const Shape& input = model_.summary().input;
  distorted_.resize(static_cast<std::size_t>(executor_.threads()));
  for (Distorted& each : distorted_) {
    if (each.pixels.empty()) {
      each.scratch = augmenter.make_scratch();
      each.pixels.resize(input.block_size());
    }
  }
}

void BatchRunner::load(const Batch& batch, std::size_t block, std::size_t thread,
                       std::span<float> workspace) noexcept {
  const std::size_t first = block * kLanes;
  const std::size_t used = std::min<std::size_t>(kLanes, batch.samples.size() - first);
  const std::size_t size = model_.summary().input.size();
  const auto& [augmenter, seed, epoch] = batch.augmentation;
  std::array<const std::uint8_t*, kLanes> images{};
  for (std::size_t b = 0; b < used; ++b) {
    const Sample& sample = batch.samples[first + b];
    images[b] = sample.pixels;
    if (augmenter != nullptr) {
      Distorted& memory = distorted_[thread];
      const auto out = std::span(memory.pixels).subspan(b * size, size);
      augmenter->augment({seed, epoch, sample.index}, {sample.pixels, size}, out, memory.scratch);
      images[b] = out.data();
    }
  }
  kernels::load_images(std::span(images).first(used), pixels_, model_.plan().input(workspace));
}

void BatchRunner::finish_forward(const Batch& batch, std::size_t block,
                                 std::span<float> workspace) noexcept {
  const std::size_t first = block * kLanes;
  const std::size_t used = std::min<std::size_t>(kLanes, batch.samples.size() - first);
  std::array<std::uint8_t, kLanes> labels{};
  for (std::size_t b = 0; b < used; ++b) {
    labels[b] = batch.samples[first + b].label;
  }
  const Plan& plan = model_.plan();
  const std::span<const float> output = plan.output(workspace, model_.summary().layers.size() - 1);
  std::array<float, kLanes> losses{};
  std::array<std::uint8_t, kLanes> predicted{};
  // Before the loss, which may write its gradient over the output.
  kernels::argmax(output, predicted);
  compute_loss(loss_, output, {labels, static_cast<int>(used), batch.scale}, losses,
               batch.scale > 0.0F ? plan.d_output(workspace) : std::span<float>());
  std::copy_n(losses.begin(), used, &losses_[first]);
  std::copy_n(predicted.begin(), used, &predicted_[first]);
}

void BatchRunner::backpropagate(std::span<const Sample> samples, Pass pass,
                                const Augmentation& augmentation) {
  if (augmentation.augmenter != nullptr) {
    prepare_distortion(*augmentation.augmenter);
  }
  prepare(samples.size());
  const std::size_t blocks = block_count(samples.size());
  used_slots_ = std::min<std::size_t>(blocks, kGradientSlots);
  if (slots_.size() < used_slots_ * slot_size_) {
    slots_.resize(used_slots_ * slot_size_);
  }
  pass.mode = Mode::kTrain;
  pass.samples = samples.size();
  const Batch batch{samples, pass, augmentation, 1.0F / static_cast<float>(samples.size())};
  const Plan& plan = model_.plan();
  if (plan.phases() > 1) {
    run_phases(batch, blocks);
    return;
  }
  for_slots(blocks, [&](std::size_t thread, std::size_t s, std::size_t block) noexcept {
    const std::span<float> space = workspace(thread);
    load(batch, block, thread, space);
    plan.forward(memory(), block_of(batch, block, space));
    finish_forward(batch, block, space);
    plan.backward(memory(), block_of(batch, block, space), slot(s));
  });
}

void BatchRunner::run_phases(const Batch& batch, std::size_t blocks) {
  reserve_workspaces(blocks);
  std::vector<std::span<float>> workspaces;
  for (std::size_t block = 0; block < blocks; ++block) {
    workspaces.push_back(workspace(block));
  }
  const Plan& plan = model_.plan();
  const std::size_t last = plan.phases() - 1;
  for (std::size_t phase = 0; phase <= last; ++phase) {
    for_slots(blocks, [&](std::size_t thread, std::size_t s, std::size_t block) noexcept {
      if (phase == 0) {
        load(batch, block, thread, workspaces[block]);
      }
      plan.forward_phase(phase, memory(), block_of(batch, block, workspaces[block]));
      if (phase == last) {
        finish_forward(batch, block, workspaces[block]);
        plan.backward_phase(0, memory(), block_of(batch, block, workspaces[block]), slot(s));
      }
    });
    if (phase < last) {
      plan.combine_forward(phase, batch.pass, memory(), workspaces, model_.mutable_parameters());
    }
  }
  for (std::size_t phase = 1; phase <= last; ++phase) {
    plan.combine_backward(phase - 1, batch.pass, memory(), workspaces);
    for_slots(blocks, [&](std::size_t /*thread*/, std::size_t s, std::size_t block) noexcept {
      plan.backward_phase(phase, memory(), block_of(batch, block, workspaces[block]), slot(s));
    });
  }
}

void BatchRunner::evaluate(std::span<const Sample> samples, const EvaluationWeights& weights) {
  prepare(samples.size());
  const std::size_t blocks = block_count(samples.size());
  const Batch batch{samples, {.samples = samples.size()}, {}, 0.0F};
  const auto threads = static_cast<std::size_t>(executor_.threads());
  executor_.for_each_thread([&](int thread) noexcept {
    const std::span<float> space = workspace(static_cast<std::size_t>(thread));
    for (auto block = static_cast<std::size_t>(thread); block < blocks; block += threads) {
      load(batch, block, static_cast<std::size_t>(thread), space);
      model_.plan().forward({weights.parameters, weights.packed, shared_},
                            block_of(batch, block, space));
      finish_forward(batch, block, space);
    }
  });
}

std::span<const float> BatchRunner::predict(std::span<const float> pixels,
                                            const EvaluationWeights& weights) noexcept {
  const Plan& plan = model_.plan();
  const std::span<float> space = workspace(0);
  const std::span<float> input = plan.input(space);
  for (std::size_t p = 0; p < pixels.size(); ++p) {
    input[p * kLanes] = pixels[p];
  }
  plan.forward({weights.parameters, weights.packed, shared_}, {{.samples = 1}, 0, space});
  return plan.output(space, model_.summary().layers.size() - 1);
}

void BatchRunner::sum_gradient(std::size_t first, std::size_t count) noexcept {
  std::array<float*, kGradientSlots> slots{};
  for (std::size_t s = 0; s < used_slots_; ++s) {
    slots[s] = slot(s).data() + first;
  }
  kernels::sum_slots(std::span(slots).first(used_slots_), count);
}

}  // namespace tinycnn
