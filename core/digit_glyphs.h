// SPDX-License-Identifier: MIT
// How people write the ten digits: each way of writing one is a glyph, its strokes given by the
// knots that the pen passes, with the ways in which hands vary them; see glyph_table.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tinycnn {

/// A place the pen passes: in a smooth bend or round a corner.
struct Knot {
  double x = 0.0;
  double y = 0.0;
  bool corner = false;
};

/// What a variation does to one knot, where it is drawn in full.
struct Move {
  std::size_t knot = 0;  ///< counted through all strokes
  double x = 0.0;
  double y = 0.0;
};

/// Drawn anew for each digit: all its moves times one number from -1 to 1.
struct Variation {
  std::string_view name;
  std::vector<Move> moves;
};

struct Glyph {
  int digit = 0;
  std::string_view style;
  double share = 1.0;  ///< how common it is beside the digit's other glyphs
  std::vector<std::vector<Knot>> strokes;
  std::vector<Variation> variations;
};

inline constexpr std::size_t kMaxGlyphStrokes = 4;
inline constexpr std::size_t kMaxGlyphKnots = 24;

/// All glyphs, digit by digit.
std::span<const Glyph> digit_glyphs();

}  // namespace tinycnn
