// SPDX-License-Identifier: MIT
#include "kernels/activation.h"

#include <cassert>
#include <cstddef>

#include "kernels/activation_functions.h"
#include "kernels/simd.h"

namespace tinycnn::kernels {

void activation_forward(ActivationType type, float negative_slope, std::span<const float> input,
                        std::span<float> output) noexcept {
  assert(input.size() == output.size() && input.size() % kLanes == 0);
  with_activation(type, negative_slope, [&](const auto& function) {
    for (std::size_t i = 0; i < input.size(); i += kWidth) {
      store(&output[i], function.value(load(&input[i])));
    }
  });
}

void activation_backward(ActivationType type, float negative_slope, std::span<const float> input,
                         std::span<const float> d_output, std::span<float> d_input) noexcept {
  assert(input.size() == d_output.size() && input.size() % kLanes == 0);
  with_activation(type, negative_slope, [&](const auto& function) {
    for (std::size_t i = 0; i < input.size(); i += kWidth) {
      store(&d_input[i], load(&d_output[i]) * function.derivative(load(&input[i])));
    }
  });
}

}  // namespace tinycnn::kernels
