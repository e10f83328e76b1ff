// SPDX-License-Identifier: MIT
// Rectified linear unit over any number of floats that is a multiple of B.
#pragma once

#include <span>

namespace tinycnn::kernels {

/// output = max(input, 0); NaN stays NaN.
void relu_forward(std::span<const float> input, std::span<float> output) noexcept;

/// d_input = d_output where output > 0, else 0. d_input may be d_output.
void relu_backward(std::span<const float> output, std::span<const float> d_output,
                   std::span<float> d_input) noexcept;

}  // namespace tinycnn::kernels
