// SPDX-License-Identifier: MIT
// Smooth and leaky activations, element by element, as torch.nn has them. Every span has the same
// length, a multiple of B.
#pragma once

#include <span>

namespace tinycnn::kernels {

enum class ActivationType : unsigned char {
  kLeakyReLU,  ///< x or, below 0, negative_slope * x
  kSigmoid,    ///< 1 / (1 + e^-x)
  kTanh,
  kSiLU,  ///< x * sigmoid(x)
  kGELU,  ///< x * Phi(x), Phi the normal distribution function
};

/// negative_slope: of leaky ReLU; the others ignore it.
void activation_forward(ActivationType type, float negative_slope, std::span<const float> input,
                        std::span<float> output) noexcept;

/// d_input = d_output * the derivative at input.
void activation_backward(ActivationType type, float negative_slope, std::span<const float> input,
                         std::span<const float> d_output, std::span<float> d_input) noexcept;

}  // namespace tinycnn::kernels
