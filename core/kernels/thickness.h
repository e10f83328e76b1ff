// SPDX-License-Identifier: MIT
// Thicker or thinner strokes: each pixel moves towards the maximum (minimum) around it. Integers
// alone, so that the scalar twin gives the same bytes.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/image_frame.h"

namespace tinycnn::kernels {

/// A weight of this moves every edge by one pixel.
inline constexpr int kWholePixel = 64;

/// Moves edges outwards (weight > 0) or inwards (weight < 0) by weight / 64 pixels; -64..64.
/// framed -> thickened, both frames of zeros around the image (ImageFrame::size() bytes); line:
/// one row of ImageFrame::stride() bytes to write on.
/// The maximum is the mean of those over the 3x3 square and over its cross: a square alone moves
/// diagonal edges by 1.41 pixels, a cross by 0.71, both together by 1.06.
void change_thickness(const ImageFrame& frame, std::span<const std::uint8_t> framed, int weight,
                      std::span<std::uint8_t> line, std::span<std::uint8_t> thickened) noexcept;

}  // namespace tinycnn::kernels
