// SPDX-License-Identifier: MIT
// How people write the ten digits: each way of writing one is a glyph, its strokes given by the
// knots that the pen passes, with the ways in which hands vary them; see glyph_table.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tinycnn {

/// A place the pen passes: in a smooth bend or round a corner. In hundredths of a digit's height.
struct Knot {
  std::int8_t x = 0;
  std::int8_t y = 0;
  bool corner = false;
};

/// What a variation does to one knot, where it is drawn in full. In two hundredths of a height.
struct Move {
  std::int8_t x = 0;
  std::int8_t y = 0;
  std::uint8_t knot = 0;  ///< counted through all strokes
};

struct Glyph {
  int digit = 0;
  double share = 0.0;                     ///< how common it is beside the digit's other glyphs
  std::size_t style = 0;                  ///< its place among all
  std::span<const std::uint8_t> strokes;  ///< how many of the knots each has
  std::span<const Knot> knots;
  std::span<const std::uint8_t> variations;  ///< how many of the moves each has
  std::span<const Move> moves;
};

inline constexpr std::size_t kMaxGlyphStrokes = 4;
inline constexpr std::size_t kMaxGlyphKnots = 24;

/// In order, digit by digit.
inline constexpr std::size_t kGlyphs = 48;
Glyph digit_glyph(std::size_t index) noexcept;
/// One of a digit's (0..9), as often as its share says; at: 0 to below 1.
Glyph choose_glyph(int digit, double at) noexcept;

}  // namespace tinycnn
