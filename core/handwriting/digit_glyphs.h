// SPDX-License-Identifier: MIT
// The ways in which people write the ten digits. Each way is a glyph: strokes given by the knots
// that the pen passes through, and variations that move them; see glyph_table.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tinycnn {

// Both are packed tightly, because every visitor of the page downloads the table.

/// A point that the pen passes through, smoothly or in a corner. In hundredths of the digit's
/// height.
struct Knot {
  std::int8_t x = 0;
  std::uint8_t y : 7 = 0;
  bool corner : 1 = false;
};

/// How far a variation moves one knot at full strength. In two-hundredths of the digit's height.
struct Move {
  std::int8_t x = 0;
  std::int8_t y = 0;
  std::uint8_t knot : 7 = 0;  ///< index, counted through all strokes
  bool begins : 1 = false;    ///< the first move of a variation
};

struct Glyph {
  int digit = 0;
  double share = 0.0;                     ///< how frequent it is among the glyphs of its digit
  std::size_t style = 0;                  ///< its index among all glyphs
  std::span<const std::uint8_t> strokes;  ///< the number of knots of each
  std::span<const Knot> knots;
  std::span<const Move> moves;  ///< of all variations
};

inline constexpr std::size_t kMaxGlyphStrokes = 4;
inline constexpr std::size_t kMaxGlyphKnots = 24;

/// Ordered by digit.
inline constexpr std::size_t kGlyphs = 52;
Glyph digit_glyph(std::size_t index) noexcept;
/// The glyph of a digit (0..9) at position `at` (0 to below 1) of the cumulative shares.
Glyph choose_glyph(int digit, double at) noexcept;

}  // namespace tinycnn
