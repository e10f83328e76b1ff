// SPDX-License-Identifier: MIT
// Draws pen strokes as ink: every pixel learns how deep inside the nearest stroke its centre lies,
// then depth becomes grey by a linear edge. Lanes are the pixels of a row and never mix.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tinycnn::kernels {

inline constexpr std::size_t kInkSide = 20;    ///< H and W of the field
inline constexpr std::size_t kInkStride = 24;  ///< floats a row, a whole number of registers

/// Depth of each pixel's centre inside the ink, in pixels, negative outside:
/// [kInkSide][kInkStride].
using InkField = std::array<float, kInkSide * kInkStride>;

/// A straight piece of a stroke with round ends. Pixel (0, 0) is the square from (0, 0) to (1, 1).
struct InkSegment {
  float from_x = 0.0F;
  float from_y = 0.0F;
  float to_x = 0.0F;
  float to_y = 0.0F;
  float radius = 0.0F;
};

/// Nothing drawn.
void clear_ink(InkField& field) noexcept;

/// field = max(field, depth inside the segment), wherever the depth is above -margin at least.
/// Coordinates are finite and from -1,000 to 1,000.
void draw_segment(const InkSegment& segment, float margin, InkField& field) noexcept;

/// out = 255 * (1/2 + depth / softness), cut to 0..255 and rounded: [kInkSide][kInkSide]. Depths
/// below -softness / 2 are no ink.
void ink_to_grey(const InkField& field, float softness, std::span<std::uint8_t> out) noexcept;

}  // namespace tinycnn::kernels
