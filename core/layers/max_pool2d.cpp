// SPDX-License-Identifier: MIT
#include "layers/max_pool2d.h"

#include <limits>

#include "kernels/max_pool2d.h"
#include "kernels/relu.h"

namespace tinycnn {

MaxPool2d::MaxPool2d(const LayerSummary& summary, Activation activation)
    : Pool2d(summary, -std::numeric_limits<float>::infinity()), activation_(activation) {}

void MaxPool2d::backward(const BlockBackward& block) const noexcept {
  if (activation_ == Activation::kReLU) {
    kernels::relu_backward(block.output, block.d_output, block.d_output);
  }
  Pool2d::backward(block);
}

void MaxPool2d::pool_forward(std::span<const float> input, int lanes, std::span<float> output,
                             std::span<float> cache) const noexcept {
  kernels::max_pool2d_forward(shape(), input, activation_, output, cache, lanes);
}

void MaxPool2d::pool_backward(std::span<const float> d_output, std::span<const float> cache,
                              std::span<float> d_input) const noexcept {
  kernels::max_pool2d_backward(shape(), d_output, cache, d_input);
}

}  // namespace tinycnn
