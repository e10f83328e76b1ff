// SPDX-License-Identifier: MIT
// The forward convolution of a single sample: registers hold neighbouring pixels of a row instead
// of samples, which takes a quarter of the time. For a drawing that is classified while it is
// drawn.
#pragma once

#include <span>

#include "kernels/conv2d.h"

namespace tinycnn::kernels {

/// Whether the kernel supports the shape: a horizontal stride of 1, no dilation, and at least B
/// pixels in a row.
bool conv2d_single_fits(const Conv2dShape& shape) noexcept;

/// Computes the first lane of conv2d_forward's output, bit-exact; the other lanes are not written.
/// plane: C*H*W floats of scratch for the sample's input. conv2d_single_fits(shape) must hold.
void conv2d_forward_single(const Conv2dShape& shape, std::span<const float> input,
                           std::span<const float> packed, std::span<const float> bias,
                           Activation activation, std::span<float> plane,
                           std::span<float> output) noexcept;

}  // namespace tinycnn::kernels
