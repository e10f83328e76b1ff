// SPDX-License-Identifier: MIT
// Between the layout of a block, [C][H][W][B], and that of one sample after another with channels
// innermost, [B][H][W][C].
#pragma once

#include <cstddef>
#include <span>

#include "tinycnn/shape.h"

namespace tinycnn::kernels {

/// block [C][H][W][B] -> samples, `sample_size` floats apart, each [H][W][C] with a border of
/// `padding` zeros.
void block_to_samples(const Shape& input, const Size2d& padding, std::span<const float> block,
                      std::span<float> samples, std::size_t sample_size) noexcept;

/// The inverse, without the border.
void samples_to_block(const Shape& input, const Size2d& padding, std::span<const float> samples,
                      std::size_t sample_size, std::span<float> block) noexcept;

}  // namespace tinycnn::kernels
