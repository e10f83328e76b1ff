// SPDX-License-Identifier: MIT
// Draws pen strokes: for every pixel, how deep its centre lies inside the nearest stroke; then a
// linear edge maps depth to grey. Lanes are the pixels of a row and never mix.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tinycnn::kernels {

inline constexpr std::size_t kInkSide = 20;    ///< H and W of the field
inline constexpr std::size_t kInkStride = 24;  ///< floats per row, a multiple of the register width

/// Depth of each pixel's centre inside the ink, in pixels, negative outside:
/// [kInkSide][kInkStride].
using InkField = std::array<float, kInkSide * kInkStride>;

/// A straight segment of a stroke with round ends. Pixel (0, 0) is the square from (0, 0) to (1,
/// 1).
struct InkSegment {
  float from_x = 0.0F;
  float from_y = 0.0F;
  float to_x = 0.0F;
  float to_y = 0.0F;
  float radius = 0.0F;
};

/// Sets every depth to that of a pixel far outside the ink.
void clear_ink(InkField& field) noexcept;

/// field = max(field, depth inside the segment), at least for pixels whose depth is above -margin.
/// Coordinates must be from -1,000 to 1,000.
void draw_segment(const InkSegment& segment, float margin, InkField& field) noexcept;

/// out [kInkSide][kInkSide] = 255 * (1/2 + depth / softness), clamped to 0..255 and rounded. Depths
/// below -softness / 2 give 0.
void ink_to_grey(const InkField& field, float softness, std::span<std::uint8_t> out) noexcept;

}  // namespace tinycnn::kernels
