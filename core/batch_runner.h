// SPDX-License-Identifier: MIT
// Runs mini-batches through a model: cuts them into blocks, spreads the blocks over threads and
// collects gradients in slots, so that every bit is the same for any number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "buffer.h"
#include "kernels/load_images.h"
#include "tinycnn/executor.h"
#include "tinycnn/model.h"

namespace tinycnn {

struct Sample {
  const std::uint8_t* pixels = nullptr;
  std::uint8_t label = 0;
};

class BatchRunner {
 public:
  /// Both must outlive the runner.
  BatchRunner(const Model& model, Executor& executor);

  /// What each byte of an image stands for.
  void set_pixel_table(const kernels::PixelTable& table) { pixels_ = table; }

  /// Forward and backward; afterwards losses() and predicted() hold one entry a sample, and the
  /// slots the parts of the mean loss's gradient. Allocates only when a batch is larger than any
  /// before.
  void backpropagate(std::span<const Sample> samples);

  /// Forward only.
  void evaluate(std::span<const Sample> samples);

  /// Sums parameters first..first+count of all slots, in the fixed tree, into gradient().
  /// Ranges may be summed by several threads at once.
  void sum_gradient(std::size_t first, std::size_t count) noexcept;
  /// Flat like the model's parameters; valid where sum_gradient has been since backpropagate.
  [[nodiscard]] std::span<const float> gradient() const { return {slots_.data(), slot_size_}; }

  [[nodiscard]] std::span<const float> losses() const { return losses_; }
  [[nodiscard]] std::span<const std::uint8_t> predicted() const { return predicted_; }

 private:
  [[nodiscard]] std::span<float> workspace(int thread) noexcept;
  [[nodiscard]] std::span<float> slot(std::size_t index) noexcept;
  void resize_results(std::size_t samples);
  /// Loads block `block` of the samples, runs it forward and writes losses and predictions. With
  /// a scale, leaves the gradient of loss * scale where Plan::backward reads it.
  void run_forward(std::span<const Sample> samples, std::size_t block, std::span<float> workspace,
                   float scale, bool wants_gradient) noexcept;

  const Model& model_;
  Executor& executor_;
  kernels::PixelTable pixels_{};
  Buffer workspaces_;  // one a thread
  Buffer slots_;
  std::size_t slot_size_ = 0;
  std::size_t used_slots_ = 0;
  std::vector<float> losses_;
  std::vector<std::uint8_t> predicted_;
};

}  // namespace tinycnn
