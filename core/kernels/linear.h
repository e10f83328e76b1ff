// SPDX-License-Identifier: MIT
// Fully connected layer (torch.nn.Linear) over blocks of B samples.
// I: input features, O: output features; weight [O][I], bias [O] or empty. lanes: samples in use;
// registers without one of them are skipped.
#pragma once

#include <span>

#include "kernels/activation_types.h"

namespace tinycnn::kernels {

struct LinearShape {
  int in_features = 0;   ///< I
  int out_features = 0;  ///< O
};

/// Whether a gradient overwrites the memory or is added to it.
enum class Update : unsigned char { kWrite, kAdd };

/// input [I][B] -> output [O][B]. Each output starts from its bias and adds weight * input over i
/// in order; it is zero in registers without a lane in use.
void linear_forward(const LinearShape& shape, std::span<const float> input,
                    std::span<const float> weight, std::span<const float> bias,
                    Activation activation, int lanes, std::span<float> output) noexcept;

/// d_output [O][B] -> d_input [I][B], summed over o in order.
void linear_backward_input(const LinearShape& shape, std::span<const float> d_output,
                           std::span<const float> weight, std::span<float> d_input) noexcept;

/// The gradients of this block, summed sample by sample in order: d_weight [O][I], d_bias [O] or
/// empty. d_output is zero in unused lanes. transposed: I*B floats of scratch for the input as
/// [B][I].
void linear_backward_weight(const LinearShape& shape, std::span<const float> input,
                            std::span<const float> d_output, int lanes, std::span<float> transposed,
                            Update update, std::span<float> d_weight,
                            std::span<float> d_bias) noexcept;

}  // namespace tinycnn::kernels
