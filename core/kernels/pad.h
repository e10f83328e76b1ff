// SPDX-License-Identifier: MIT
// Adds a border around each channel of a block, and removes it.
#pragma once

#include <span>

#include "tinycnn/shape.h"

namespace tinycnn::kernels {

/// Shape of an input with `padding` on each side.
constexpr Shape padded_shape(const Shape& shape, const Size2d& padding) {
  return {shape.channels, shape.height + 2 * padding.height, shape.width + 2 * padding.width};
}

/// input [C][H][W][B] -> padded, of padded_shape, with `value` on the border.
void pad(const Shape& shape, const Size2d& padding, float value, std::span<const float> input,
         std::span<float> padded) noexcept;

/// padded, of padded_shape -> output [C][H][W][B] without the border.
void crop(const Shape& shape, const Size2d& padding, std::span<const float> padded,
          std::span<float> output) noexcept;

}  // namespace tinycnn::kernels
