// SPDX-License-Identifier: MIT
// 2-d max pooling (torch.nn.MaxPool2d without padding) over blocks of B samples.
#pragma once

#include <span>

#include "kernels/activation_types.h"
#include "kernels/pool2d_shape.h"

namespace tinycnn::kernels {

/// input [C][H][W][B] -> output [C][OH][OW][B] and, in the same layout, winner: the position of the
/// maximum in its window, r * S + s as a float. Of equal values the first wins, and NaN wins over
/// all others, as in PyTorch. activation: applied to the maximum. lanes: how many samples to
/// compute; registers without one of them are not written.
void max_pool2d_forward(const Pool2dShape& shape, std::span<const float> input,
                        Activation activation, std::span<float> output, std::span<float> winner,
                        int lanes = kLanes) noexcept;

/// d_output, winner [C][OH][OW][B] -> d_input [C][H][W][B]: each gradient goes to its winner;
/// gradients of overlapping windows are added.
void max_pool2d_backward(const Pool2dShape& shape, std::span<const float> d_output,
                         std::span<const float> winner, std::span<float> d_input) noexcept;

}  // namespace tinycnn::kernels
