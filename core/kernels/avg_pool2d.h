// SPDX-License-Identifier: MIT
// 2-d average pooling (torch.nn.AvgPool2d without padding) over blocks of B samples. A kernel as
// large as the input is global average pooling.
#pragma once

#include <span>

#include "kernels/pool2d_shape.h"

namespace tinycnn::kernels {

/// input [C][H][W][B] -> output [C][OH][OW][B]: the mean of each window, summed over r, s in order.
void avg_pool2d_forward(const Pool2dShape& shape, std::span<const float> input,
                        std::span<float> output) noexcept;

/// d_output [C][OH][OW][B] -> d_input [C][H][W][B]; gradients of overlapping windows are added.
void avg_pool2d_backward(const Pool2dShape& shape, std::span<const float> d_output,
                         std::span<float> d_input) noexcept;

}  // namespace tinycnn::kernels
