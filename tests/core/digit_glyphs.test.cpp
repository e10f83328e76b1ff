// SPDX-License-Identifier: MIT
// The table of glyphs is in order: what it names is there, and nothing outgrows its bounds.
#include "digit_glyphs.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string>

#include "tinycnn/digit_generator.h"

namespace tinycnn::test {

TEST_CASE("every digit has several ways of writing it, each with a name of its own") {
  for (int digit = 0; digit < kGeneratedClasses; ++digit) {
    std::set<std::string_view> styles;
    int glyphs = 0;
    for (const Glyph& glyph : digit_glyphs()) {
      if (glyph.digit == digit) {
        styles.insert(glyph.style);
        ++glyphs;
        CHECK(glyph.share > 0.0);
      }
    }
    CAPTURE(digit);
    CHECK(glyphs >= 3);
    CHECK(styles.size() == static_cast<std::size_t>(glyphs));
  }
}

TEST_CASE("glyphs keep their bounds, and their variations move knots that there are") {
  for (const Glyph& glyph : digit_glyphs()) {
    CAPTURE(glyph.digit);
    CAPTURE(std::string(glyph.style));
    CHECK(glyph.strokes.size() >= 1);
    CHECK(glyph.strokes.size() <= kMaxGlyphStrokes);
    std::size_t knots = 0;
    for (const auto& stroke : glyph.strokes) {
      CHECK(stroke.size() >= 2);
      knots += stroke.size();
      for (const Knot& knot : stroke) {
        CHECK(knot.x >= -0.5);
        CHECK(knot.x <= 1.2);
        CHECK(knot.y >= -0.1);
        CHECK(knot.y <= 1.1);
      }
    }
    CHECK(knots <= kMaxGlyphKnots);
    std::set<std::string_view> names;
    for (const Variation& variation : glyph.variations) {
      CAPTURE(std::string(variation.name));
      CHECK(names.insert(variation.name).second);
      CHECK(!variation.moves.empty());
      for (const Move& move : variation.moves) {
        CHECK(move.knot < knots);
        CHECK((move.x != 0.0 || move.y != 0.0));
        CHECK(std::abs(move.x) <= 0.3);
        CHECK(std::abs(move.y) <= 0.3);
      }
    }
  }
}

}  // namespace tinycnn::test
