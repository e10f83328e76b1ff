// SPDX-License-Identifier: MIT
// The input gradient of a convolution whose stride or kernel is large: each output gradient is
// added to the pixels that its window reads. Dilating the output gradient with zeros instead, as
// kernels/conv2d.h does, would mostly multiply zeros.
#pragma once

#include <span>

#include "kernels/conv2d.h"

namespace tinycnn::kernels {

/// d_output [K][OH][OW][B], weight [K][C][R][S] -> d_input [C][H][W][B] of the unpadded size.
/// Each pixel adds its terms over k, then taps from the last to the first: the same bits as
/// conv2d_forward gives of the dilated gradient, as long as the weights are finite.
void conv2d_backward_input(const Conv2dShape& shape, const Shape& unpadded, const Size2d& padding,
                           std::span<const float> d_output, std::span<const float> weight,
                           std::span<float> d_input) noexcept;

}  // namespace tinycnn::kernels
