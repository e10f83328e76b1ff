// SPDX-License-Identifier: MIT
// Elementwise activations of torch.nn. All spans have the same length, a multiple of B.
#pragma once

#include <span>

#include "kernels/activation_types.h"

namespace tinycnn::kernels {

/// negative_slope: of leaky ReLU; the others ignore it.
void activation_forward(ActivationType type, float negative_slope, std::span<const float> input,
                        std::span<float> output) noexcept;

/// d_input = d_output * the derivative at input.
void activation_backward(ActivationType type, float negative_slope, std::span<const float> input,
                         std::span<const float> d_output, std::span<float> d_input) noexcept;

}  // namespace tinycnn::kernels
