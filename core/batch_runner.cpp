// SPDX-License-Identifier: MIT
#include "batch_runner.h"

#include <algorithm>
#include <array>

#include "kernels/optimizer.h"
#include "kernels/softmax_cross_entropy.h"
#include "plan.h"

namespace tinycnn {
namespace {

std::size_t block_count(std::size_t samples) { return (samples + kLanes - 1) / kLanes; }

}  // namespace

BatchRunner::BatchRunner(const Model& model, Executor& executor)
    : model_(model),
      executor_(executor),
      workspaces_(model.plan().workspace_size() * static_cast<std::size_t>(executor.threads())),
      slots_(model.parameters().size()),
      slot_size_(model.parameters().size()) {}

std::span<float> BatchRunner::workspace(int thread) noexcept {
  const std::size_t size = model_.plan().workspace_size();
  return std::span(workspaces_).subspan(static_cast<std::size_t>(thread) * size, size);
}

std::span<float> BatchRunner::slot(std::size_t index) noexcept {
  return std::span(slots_).subspan(index * slot_size_, slot_size_);
}

void BatchRunner::resize_results(std::size_t samples) {
  losses_.resize(samples);
  predicted_.resize(samples);
}

void BatchRunner::run_forward(std::span<const Sample> samples, std::size_t block,
                              std::span<float> workspace, float scale,
                              bool wants_gradient) noexcept {
  const std::size_t first = block * kLanes;
  const std::size_t used = std::min<std::size_t>(kLanes, samples.size() - first);
  std::array<const std::uint8_t*, kLanes> images{};
  std::array<std::uint8_t, kLanes> labels{};
  for (std::size_t b = 0; b < used; ++b) {
    images[b] = samples[first + b].pixels;
    labels[b] = samples[first + b].label;
  }
  const Plan& plan = model_.plan();
  kernels::load_images(std::span(images).first(used), pixels_, plan.input(workspace));
  plan.forward(model_.parameters(), model_.packed(), workspace);

  const std::span<const float> logits = plan.output(workspace, model_.summary().layers.size() - 1);
  std::array<float, kLanes> losses{};
  std::array<std::uint8_t, kLanes> predicted{};
  kernels::softmax_cross_entropy(logits, labels, static_cast<int>(used), scale, losses,
                                 wants_gradient ? plan.d_output(workspace) : std::span<float>());
  kernels::argmax(logits, predicted);
  std::copy_n(losses.begin(), used, &losses_[first]);
  std::copy_n(predicted.begin(), used, &predicted_[first]);
}

void BatchRunner::backpropagate(std::span<const Sample> samples) {
  resize_results(samples.size());
  const std::size_t blocks = block_count(samples.size());
  used_slots_ = std::min<std::size_t>(blocks, kGradientSlots);
  if (slots_.size() < used_slots_ * slot_size_) {
    slots_.resize(used_slots_ * slot_size_);
  }
  const float scale = 1.0F / static_cast<float>(samples.size());
  const auto threads = static_cast<std::size_t>(executor_.threads());
  executor_.for_each_thread([&](int thread) noexcept {
    const std::span<float> memory = workspace(thread);
    for (auto s = static_cast<std::size_t>(thread); s < used_slots_; s += threads) {
      std::ranges::fill(slot(s), 0.0F);
      for (std::size_t block = s; block < blocks; block += kGradientSlots) {
        run_forward(samples, block, memory, scale, true);
        model_.plan().backward(model_.parameters(), model_.packed(), memory, slot(s));
      }
    }
  });
}

void BatchRunner::evaluate(std::span<const Sample> samples) {
  resize_results(samples.size());
  const std::size_t blocks = block_count(samples.size());
  const auto threads = static_cast<std::size_t>(executor_.threads());
  executor_.for_each_thread([&](int thread) noexcept {
    for (auto block = static_cast<std::size_t>(thread); block < blocks; block += threads) {
      run_forward(samples, block, workspace(thread), 0.0F, false);
    }
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
