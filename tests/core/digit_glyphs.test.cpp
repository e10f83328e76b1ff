// SPDX-License-Identifier: MIT
// The table of glyphs is in order: what it names is there, and nothing outgrows its bounds.
#include "handwriting/digit_glyphs.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "tinycnn/digit_generator.h"

namespace tinycnn::test {

TEST_CASE("every digit has several ways of writing it, one by one") {
  for (int digit = 0; digit < kGeneratedClasses; ++digit) {
    int glyphs = 0;
    for (std::size_t i = 0; i < kGlyphs; ++i) {
      const Glyph glyph = digit_glyph(i);
      if (glyph.digit == digit) {
        CHECK(glyph.style == i);
        ++glyphs;
        CHECK(glyph.share > 0);
      }
    }
    CAPTURE(digit);
    CHECK(glyphs >= 3);
  }
}

TEST_CASE("glyphs keep their bounds, and their variations move knots that there are") {
  for (std::size_t i = 0; i < kGlyphs; ++i) {
    const Glyph glyph = digit_glyph(i);
    CAPTURE(glyph.digit);
    CAPTURE(glyph.style);
    CHECK(glyph.strokes.size() >= 1);
    CHECK(glyph.strokes.size() <= kMaxGlyphStrokes);
    std::size_t knots = 0;
    for (const std::size_t count : glyph.strokes) {
      CHECK(count >= 2);
      knots += count;
    }
    CHECK(knots == glyph.knots.size());
    CHECK(knots <= kMaxGlyphKnots);
    for (const Knot& knot : glyph.knots) {
      CHECK(knot.x >= -50);
      CHECK(knot.x <= 120);
      CHECK(knot.y <= 110);
    }
    CHECK((glyph.moves.empty() || glyph.moves.front().begins));
    for (const Move& move : glyph.moves) {
      CHECK(move.knot < knots);
      CHECK((move.x != 0 || move.y != 0));
      CHECK(std::abs(move.x) <= 60);
      CHECK(std::abs(move.y) <= 60);
    }
  }
}

}  // namespace tinycnn::test
