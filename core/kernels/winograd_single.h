// SPDX-License-Identifier: MIT
// Winograd's forward pass of a single sample: the lanes are the four quarters of its image instead
// of four samples. For a drawing that is classified while it is drawn.
#pragma once

#include <cstddef>
#include <span>

#include "kernels/winograd.h"

namespace tinycnn::kernels {

/// Floats of scratch that winograd_forward_single needs.
std::size_t winograd_single_scratch_size(const WinogradShape& shape) noexcept;

/// Computes the first lane of winograd_forward's output, bit-exact; the other lanes are not
/// written.
void winograd_forward_single(const WinogradShape& shape, std::span<const float> input,
                             std::span<const float> packed, std::span<const float> bias,
                             Activation activation, std::span<float> scratch,
                             std::span<float> output) noexcept;

}  // namespace tinycnn::kernels
