// SPDX-License-Identifier: MIT
#include "kernels/relu.h"

#include <cassert>

#include "kernels/simd.h"

namespace tinycnn::kernels {

void relu_forward(std::span<const float> input, std::span<float> output) noexcept {
  assert(input.size() == output.size() && input.size() % kLanes == 0);
  for (std::size_t i = 0; i < input.size(); i += kWidth) {
    store(&output[i], relu(load(&input[i])));
  }
}

void relu_backward(std::span<const float> output, std::span<const float> d_output,
                   std::span<float> d_input) noexcept {
  assert(output.size() == d_output.size() && output.size() % kLanes == 0);
  const Batch zero(0.0F);
  for (std::size_t i = 0; i < output.size(); i += kWidth) {
    store(&d_input[i], keep(load(&output[i]) > zero, load(&d_output[i])));
  }
}

}  // namespace tinycnn::kernels
