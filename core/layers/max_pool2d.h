// SPDX-License-Identifier: MIT
// torch.nn.MaxPool2d. The cache holds the winner of each window; padding never wins. A fused ReLU
// before the layer is applied to the output instead, which has fewer values: the maximum of the
// rectified values is the rectified maximum, and if that is 0, no pixel of the window has a
// gradient.
#pragma once

#include <limits>

#include "kernels/max_pool2d.h"
#include "kernels/relu.h"
#include "layers/pool2d.h"

namespace tinycnn {

class MaxPool2d final : public Pool2d {
 public:
  MaxPool2d(const LayerSummary& summary, Activation activation)
      : Pool2d(summary, -std::numeric_limits<float>::infinity()), activation_(activation) {}

  [[nodiscard]] std::size_t cache_size() const override { return shape().output().block_size(); }
  [[nodiscard]] bool backward_reads_output() const override {
    return activation_ != Activation::kNone;
  }
  void backward(const BlockBackward& block) const noexcept override {
    if (activation_ == Activation::kReLU) {
      kernels::relu_backward(block.output, block.d_output, block.d_output);
    }
    Pool2d::backward(block);
  }

 private:
  void pool_forward(std::span<const float> input, int lanes, std::span<float> output,
                    std::span<float> cache) const noexcept override {
    kernels::max_pool2d_forward(shape(), input, activation_, output, cache, lanes);
  }
  void pool_backward(std::span<const float> d_output, std::span<const float> cache,
                     std::span<float> d_input) const noexcept override {
    kernels::max_pool2d_backward(shape(), d_output, cache, d_input);
  }

  Activation activation_;
};

}  // namespace tinycnn
