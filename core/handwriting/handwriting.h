// SPDX-License-Identifier: MIT
// Writes a digit: the knots of a glyph are varied and displaced, a curve is drawn through them, and
// the whole is bent, slanted and rotated. A pure function of the key, in doubles and without the C
// library's math functions, so that the strokes are bit-exact in every build. Allocates nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "handwriting/digit_glyphs.h"
#include "tinycnn/digit_generator.h"
#include "tinycnn/strokes.h"

namespace tinycnn {

inline constexpr std::size_t kMaxSegments = 8;  ///< straight segments from one knot to the next
inline constexpr std::size_t kMaxWrittenPoints = kMaxGlyphKnots * kMaxSegments;

struct Writing {
  Glyph glyph{};
  Pen pen{};
  std::array<StrokePoint, kMaxWrittenPoints> points{};
  std::array<std::uint32_t, kMaxGlyphStrokes> stroke_ends{};
  std::size_t strokes = 0;

  [[nodiscard]] StrokePath path() const {
    return {std::span(points).first(size()), std::span(stroke_ends).first(strokes)};
  }
  [[nodiscard]] std::size_t size() const { return strokes == 0 ? 0 : stroke_ends[strokes - 1]; }
  [[nodiscard]] std::span<StrokePoint> stroke(std::size_t s) {
    const std::size_t begin = s == 0 ? 0 : stroke_ends[s - 1];
    return std::span(points).subspan(begin, stroke_ends[s] - begin);
  }
};

/// Throws Error for labels beyond 0..9.
void require_label(int label);

/// `wanted` (0..9): a digit that replaces the key's own.
Writing write_digit(const DigitKey& key, std::optional<int> wanted) noexcept;

}  // namespace tinycnn
