// SPDX-License-Identifier: MIT
// Adds a border around each channel of a block, and removes it.
#pragma once

#include <span>

#include "tinycnn/shape.h"

namespace tinycnn::kernels {

constexpr Shape padded_shape(const Shape& shape, const Sides2d& sides) {
  return {shape.channels, shape.height + sides.top + sides.bottom,
          shape.width + sides.left + sides.right};
}

/// input [C][H][W][B] -> padded, of padded_shape, with `value` on the border.
void pad(const Shape& shape, const Sides2d& sides, float value, std::span<const float> input,
         std::span<float> padded) noexcept;

/// padded, of padded_shape -> output [C][H][W][B] without the border.
void crop(const Shape& shape, const Sides2d& sides, std::span<const float> padded,
          std::span<float> output) noexcept;

}  // namespace tinycnn::kernels
