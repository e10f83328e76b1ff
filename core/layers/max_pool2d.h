// SPDX-License-Identifier: MIT
// torch.nn.MaxPool2d. Its cache holds which pixel won each window; padding never wins.
#pragma once

#include <limits>

#include "layers/pool2d.h"

namespace tinycnn {

class MaxPool2d final : public Pool2d {
 public:
  explicit MaxPool2d(const LayerSummary& summary)
      : Pool2d(summary, -std::numeric_limits<float>::infinity()) {}

  [[nodiscard]] std::size_t cache_size() const override { return shape().output().block_size(); }

 private:
  void pool(std::span<const float> input, std::span<float> output,
            std::span<float> cache) const noexcept override {
    kernels::max_pool2d_forward(shape(), input, output, cache);
  }
  void spread(std::span<const float> d_output, std::span<const float> cache,
              std::span<float> d_input) const noexcept override {
    kernels::max_pool2d_backward(shape(), d_output, cache, d_input);
  }
};

}  // namespace tinycnn
