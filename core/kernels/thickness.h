// SPDX-License-Identifier: MIT
// Makes strokes thicker or thinner: pixels on the slope of an edge rise (fall) towards their
// brightest (darkest) neighbour. Integer arithmetic, so results are bit-exact.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/image_frame.h"

namespace tinycnn::kernels {

/// A weight of this moves every edge by one pixel.
inline constexpr int kWholePixel = 64;

/// Moves edges outwards (weight > 0) or inwards (weight < 0) by weight / 64 pixels; -64..64.
/// framed -> thickened, both frames of zeros around the image (ImageFrame::size() bytes).
///
/// Along a direction with the neighbours a and b, a pixel p can rise by min(|a - b|, max(a, b) - p)
/// and fall by min(|a - b|, p - min(a, b)). On a slope this is the full distance, on a crest or in
/// a valley it is nothing, so that thin strokes do not fade and small loops do not fill. The change
/// of a pixel is the mean of two maxima, over 2 and over 4 directions: with 4 directions diagonal
/// edges would move by 1.41 pixels instead of one, with 2 by 0.71; with the mean they move by 1.06.
void change_thickness(const ImageFrame& frame, std::span<const std::uint8_t> framed, int weight,
                      std::span<std::uint8_t> thickened) noexcept;

}  // namespace tinycnn::kernels
