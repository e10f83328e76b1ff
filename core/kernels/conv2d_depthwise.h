// SPDX-License-Identifier: MIT
// The convolution of one channel by one 3x3 kernel, of which a depthwise convolution has one for
// each channel. The tiles of conv2d.cpp are made of several output channels: with one, most
// registers would be idle.
#pragma once

#include <span>

#include "kernels/conv2d.h"

namespace tinycnn::kernels {

/// Whether a convolution of one channel into one is supported: a 3x3 kernel, stride 1, no dilation,
/// and outputs enough for a tile.
bool conv2d_depthwise_tiles_fit(const Conv2dShape& shape) noexcept;

/// Whether the shape is supported. Most are not, by their channels: that is asked without a call.
inline bool conv2d_depthwise_fits(const Conv2dShape& shape) noexcept {
  return shape.in_channels == 1 && shape.out_channels == 1 && conv2d_depthwise_tiles_fit(shape);
}

/// conv2d_forward for shapes that fit, bit-exact. weight: [3][3], packed or not.
void conv2d_depthwise_forward(const Conv2dShape& shape, std::span<const float> input,
                              std::span<const float> weight, std::span<const float> bias,
                              Activation activation, std::span<float> output, int lanes) noexcept;

/// The sums of conv2d_backward_weight in each lane, for shapes that fit: sums [3][3][B].
void conv2d_depthwise_backward_weight(const Conv2dShape& shape, std::span<const float> input,
                                      std::span<const float> d_output,
                                      std::span<float> sums) noexcept;

}  // namespace tinycnn::kernels
