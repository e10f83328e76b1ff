// SPDX-License-Identifier: MIT
// The forward convolution of one sample alone: registers hold neighbouring pixels of a row instead
// of samples, which takes a quarter of the time. For a drawing that is read while it is drawn.
#pragma once

#include <span>

#include "kernels/conv2d.h"

namespace tinycnn::kernels {

/// Whether the shape's rows are long and close enough: a horizontal stride of 1 and at least B
/// pixels.
bool conv2d_single_fits(const Conv2dShape& shape) noexcept;

/// The first lane of conv2d_forward's output, with the same bits; the others are left alone.
/// plane: C*H*W floats of scratch for the sample's input. The shape must fit.
void conv2d_forward_single(const Conv2dShape& shape, std::span<const float> input,
                           std::span<const float> packed, std::span<const float> bias,
                           Activation activation, std::span<float> plane,
                           std::span<float> output) noexcept;

}  // namespace tinycnn::kernels
