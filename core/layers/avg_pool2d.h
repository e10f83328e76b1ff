// SPDX-License-Identifier: MIT
// torch.nn.AvgPool2d (padding counts as zeros) and, with a kernel of the size of the input,
// torch.nn.AdaptiveAvgPool2d(1).
#pragma once

#include "kernels/avg_pool2d.h"
#include "layers/pool2d.h"

namespace tinycnn {

class AvgPool2d final : public Pool2d {
 public:
  explicit AvgPool2d(const LayerSummary& summary) : Pool2d(summary, 0.0F) {}

 private:
  void pool_forward(std::span<const float> input, int /*lanes*/, std::span<float> output,
                    std::span<float> /*cache*/) const noexcept override {
    kernels::avg_pool2d_forward(shape(), input, output);
  }
  void pool_backward(std::span<const float> d_output, std::span<const float> /*cache*/,
                     std::span<float> d_input) const noexcept override {
    kernels::avg_pool2d_backward(shape(), d_output, d_input);
  }
};

}  // namespace tinycnn
