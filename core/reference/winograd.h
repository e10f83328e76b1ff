// SPDX-License-Identifier: MIT
// Reference implementations of the Winograd kernels: the direct sums of the convolution in double.
// The kernels sum in another order, so results agree within a tolerance and are not bit-exact.
#pragma once

#include <span>

#include "kernels/winograd.h"

namespace tinycnn::reference {

using kernels::WinogradShape;

/// weight [K][C][R][R], bias [K] or empty.
void winograd_forward(const WinogradShape& shape, std::span<const float> input,
                      std::span<const float> weight, std::span<const float> bias,
                      std::span<double> output);
void winograd_backward_input(const WinogradShape& shape, std::span<const float> d_output,
                             std::span<const float> weight, std::span<double> d_input);
/// Overwrites d_weight and d_bias [K].
void winograd_backward_weight(const WinogradShape& shape, std::span<const float> input,
                              std::span<const float> d_output, std::span<double> d_weight,
                              std::span<double> d_bias);

}  // namespace tinycnn::reference
