// SPDX-License-Identifier: MIT
// Sums arrays of equal length in one fixed order, so that the result is bit-exact for any number of
// threads.
#pragma once

#include <cstddef>
#include <span>

namespace tinycnn::kernels {

/// Sums all slots into slots[0], pairwise: (0+1)+(2+3) … `count`: floats of a slot, a multiple of
/// B. The other slots are overwritten.
void sum_slots(std::span<float* const> slots, std::size_t count) noexcept;

}  // namespace tinycnn::kernels
