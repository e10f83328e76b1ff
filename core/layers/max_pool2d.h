// SPDX-License-Identifier: MIT
// torch.nn.MaxPool2d. The cache holds the winner of each window; padding never wins. A fused ReLU
// before the layer is applied to the output instead, which has fewer values: the maximum of the
// rectified values is the rectified maximum, and if that is 0, no pixel of the window has a
// gradient.
#pragma once

#include "layers/pool2d.h"

namespace tinycnn {

class MaxPool2d final : public Pool2d {
 public:
  MaxPool2d(const LayerSummary& summary, Activation activation);

  [[nodiscard]] std::size_t cache_size() const override { return shape().output().block_size(); }
  [[nodiscard]] bool backward_reads_output() const override {
    return activation_ != Activation::kNone;
  }
  void backward(const BlockBackward& block) const noexcept override;

 private:
  void pool_forward(std::span<const float> input, int lanes, std::span<float> output,
                    std::span<float> cache) const noexcept override;
  void pool_backward(std::span<const float> d_output, std::span<const float> cache,
                     std::span<float> d_input) const noexcept override;

  Activation activation_;
};

}  // namespace tinycnn
