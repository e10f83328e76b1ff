// SPDX-License-Identifier: MIT
// Dropout masks as pure functions of (seed, layer, step, sample, element): no generator state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tinycnn::kernels {

struct DropoutKey {
  std::uint64_t seed = 0;
  std::uint32_t layer = 0;
  std::int64_t step = 0;
  std::size_t first_sample = 0;  ///< of the block in its mini-batch
};

/// mask [E][B]: 0 with probability p, else 1 / (1 - p). p is rounded to a multiple of 2^-16.
void dropout_mask(const DropoutKey& key, float p, std::span<float> mask) noexcept;

/// output = input * mask. Each row of B floats of the mask applies to `repeat` rows of the input: 1
/// for elementwise dropout, the pixels of a channel for dropout2d.
void dropout_apply(std::span<const float> input, std::span<const float> mask, std::size_t repeat,
                   std::span<float> output) noexcept;

}  // namespace tinycnn::kernels
