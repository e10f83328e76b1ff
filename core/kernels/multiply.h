// SPDX-License-Identifier: MIT
// Elementwise products of several inputs. An input has the shape of the output, [C][pixels][B], or
// is a vector [C][B], whose values multiply the pixels of their channels.
#pragma once

#include <span>

namespace tinycnn::kernels {

/// output = the product of all inputs, in order.
void multiply_forward(int channels, std::span<const std::span<const float>> inputs,
                      std::span<float> output) noexcept;

/// d_input = d_output * the product of the other inputs, in order; of a vector the sum over pixels
/// of it.
void multiply_backward(int channels, std::span<const std::span<const float>> inputs,
                       std::size_t which, std::span<const float> d_output,
                       std::span<float> d_input) noexcept;

}  // namespace tinycnn::kernels
