// SPDX-License-Identifier: MIT
#include "handwriting/handwriting.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "support/portable_math.h"
#include "support/random.h"
#include "support/text.h"

namespace tinycnn {
namespace {

constexpr double kSegmentsPerUnit = 11.0;  // a segment is then a little longer than a pixel
constexpr double kMiddleX = 0.35;          // of most glyphs
constexpr double kMiddleY = 0.5;

/// The random numbers of a key, in the order in which they are drawn.
class Draws {
 public:
  explicit Draws(const DigitKey& key) : key_(key) {}

  std::uint32_t word() noexcept {
    if (next_ == words_.size()) {
      const auto purpose = static_cast<std::uint32_t>(Purpose::kGeneratedDigits) | block_++ << 8;
      words_ = philox4x32_10(
          {static_cast<std::uint32_t>(key_.index), static_cast<std::uint32_t>(key_.index >> 32),
           key_.epoch, purpose},
          {static_cast<std::uint32_t>(key_.seed), static_cast<std::uint32_t>(key_.seed >> 32)});
      next_ = 0;
    }
    return words_[next_++];
  }

  /// In [0, 1).
  double unit() noexcept { return static_cast<double>(to_unit_float(word())); }
  double between(double min, double max) noexcept { return min + (max - min) * unit(); }

  /// Approximately normal, with mean 0 and standard deviation 1, from -3.45 to 3.45: a sum of four
  /// bytes.
  double normal() noexcept {
    const std::uint32_t w = word();
    const std::uint32_t sum = (w & 0xFF) + (w >> 8 & 0xFF) + (w >> 16 & 0xFF) + (w >> 24);
    return (static_cast<double>(sum) - 510.0) * (1.0 / 147.8);
  }

 private:
  DigitKey key_;
  std::array<std::uint32_t, 4> words_{};
  std::size_t next_ = 4;
  std::uint32_t block_ = 0;
};

int to_label(std::uint32_t word) {
  return static_cast<int>(std::uint64_t{word} * kGeneratedClasses >> 32);
}

struct Vector {
  double x = 0.0;
  double y = 0.0;

  friend Vector operator+(const Vector& a, const Vector& b) { return {a.x + b.x, a.y + b.y}; }
  friend Vector operator-(const Vector& a, const Vector& b) { return {a.x - b.x, a.y - b.y}; }
  friend Vector operator*(const Vector& a, double s) { return {a.x * s, a.y * s}; }
  /// At least 1e-6, so that it can be divided by.
  [[nodiscard]] double length() const { return std::max(std::sqrt(x * x + y * y), 1e-6); }
};

using Knots = std::array<Vector, kMaxGlyphKnots>;

/// The writer's style, which is the same for the whole digit.
struct Hand {
  double slant;   // x per y, to the right at the top
  double turn;    // degrees, clockwise
  double width;   // factor of x
  Vector taper;   // wider towards the bottom, taller towards the right
  Vector bow;     // x bends along y; the upper half grows as the lower one shrinks
  double stray;   // how far knots are displaced
  double run_on;  // how far strokes overshoot or stop short, as a share of the way to the next knot
  int haste;      // passes of smoothing: a fast writer cuts corners
  double tremor;  // of a slow writer
  double swell;   // change of the pressure towards the end of a stroke
  double rough;   // variation of the line's thickness
  Pen pen;

  explicit Hand(Draws& draws)
      : slant(0.11 + 0.30 * draws.normal()),
        turn(8.0 * draws.normal()),
        width(std::max(0.45, 1.08 + 0.22 * draws.normal())),
        taper{0.18 * draws.normal(), 0.14 * draws.normal()},
        bow{0.12 * draws.normal(), 0.18 * draws.normal()},
        stray(draws.between(0.020, 0.080)),
        run_on(draws.between(0.0, 0.12)),
        haste(static_cast<int>(draws.between(0.0, 4.0))),
        tremor(draws.between(0.0, 0.025)),
        swell(0.12 * draws.normal()),
        rough(draws.between(0.0, 0.30)) {
    // As in MNIST: most pens are thin, a few very thick.
    const double heavy = draws.unit();
    pen.thickness = 1.6 + 2.4 * heavy * heavy;
    const double blur = draws.unit();
    pen.softness = 0.92 + 0.6 * blur * blur;
  }
};

Knots move_knots(const Glyph& glyph, const Hand& hand, Draws& draws) noexcept {
  Knots knots{};
  std::size_t next = 0;
  for (const std::size_t count : glyph.strokes) {
    Vector astray;  // only a part of it is corrected on the way to the next knot
    for (std::size_t end = next + count; next < end; ++next) {
      const double x = draws.normal();
      const double y = draws.normal();
      astray = astray * 0.6 + Vector{x, y} * hand.stray;
      knots[next] = Vector{glyph.knots[next].x / 100.0, glyph.knots[next].y / 100.0} + astray;
    }
  }
  double amount = 0.0;
  for (const Move& move : glyph.moves) {
    amount = move.begins ? draws.between(-1.0, 1.0) : amount;
    knots[move.knot] = knots[move.knot] + Vector{move.x / 200.0, move.y / 200.0} * amount;
  }
  return knots;
}

/// Lets strokes begin and end a little early or late.
void vary_ends(const Glyph& glyph, const Hand& hand, Draws& draws, Knots& knots) noexcept {
  std::size_t first = 0;
  for (const std::size_t count : glyph.strokes) {
    const std::size_t last = first + count - 1;
    knots[first] =
        knots[first] + (knots[first] - knots[first + 1]) * (hand.run_on * draws.normal());
    knots[last] = knots[last] + (knots[last] - knots[last - 1]) * (hand.run_on * draws.normal());
    first = last + 1;
  }
}

/// The direction of a smooth curve at b on its way from a to c, of about unit length.
Vector direction_at(const Vector& a, const Vector& b, const Vector& c) {
  const double before = (b - a).length();
  const double after = (c - b).length();
  return ((b - a) * (after / before) + (c - b) * (before / after)) * (1.0 / (before + after));
}

/// Points of a cubic curve with these directions at its ends, without the first point.
void add_piece(const Vector& from, const Vector& to, const Vector& from_direction,
               const Vector& to_direction, Writing& writing) {
  const double length = (to - from).length();
  const auto segments = static_cast<int>(
      std::clamp(length * kSegmentsPerUnit + 1.0, 1.0, static_cast<double>(kMaxSegments)));
  std::uint32_t& end = writing.stroke_ends[writing.strokes];
  for (int p = 1; p <= segments; ++p) {
    const double t = static_cast<double>(p) / segments;
    const double s = 1.0 - t;
    const Vector at = from * (s * s * (1.0 + 2.0 * t)) + to * (t * t * (3.0 - 2.0 * t)) +
                      (from_direction * (s * s * t) - to_direction * (s * t * t)) * length;
    writing.points[end++] = {at.x, at.y};
  }
}

/// A cubic curve from each knot to the next. Its direction is the same on both sides of a knot,
/// except at corners. Between a smooth knot and a corner or end it is a parabola, between two
/// corners a line.
void draw_stroke(std::span<const Knot> stroke, std::span<const Vector> knots, Writing& writing) {
  const std::size_t last = stroke.size() - 1;
  const auto bends = [&](std::size_t i) { return i > 0 && i < last && !stroke[i].corner; };
  std::uint32_t& end = writing.stroke_ends[writing.strokes];
  end = static_cast<std::uint32_t>(writing.size());
  writing.points[end++] = {knots[0].x, knots[0].y};
  for (std::size_t i = 0; i < last; ++i) {
    const Vector chord = knots[i + 1] - knots[i];
    Vector from = chord * (1.0 / chord.length());
    Vector to = from;
    if (bends(i)) {
      from = direction_at(knots[i - 1], knots[i], knots[i + 1]);
    }
    if (bends(i + 1)) {
      to = direction_at(knots[i], knots[i + 1], knots[i + 2]);
    }
    if (bends(i) && !bends(i + 1)) {
      to = to * 1.5 - from * 0.5;
    } else if (!bends(i) && bends(i + 1)) {
      from = from * 1.5 - to * 0.5;
    }
    add_piece(knots[i], knots[i + 1], from, to, writing);
  }
  ++writing.strokes;
}

void cut_corners(const Hand& hand, std::span<StrokePoint> stroke) noexcept {
  for (int pass = 0; pass < hand.haste; ++pass) {
    StrokePoint before = stroke.front();
    for (std::size_t i = 1; i + 1 < stroke.size(); ++i) {
      const StrokePoint here = stroke[i];
      stroke[i].x = here.x * 0.5 + (before.x + stroke[i + 1].x) * 0.25;
      stroke[i].y = here.y * 0.5 + (before.y + stroke[i + 1].y) * 0.25;
      before = here;
    }
  }
}

/// Bends, slants and rotates the whole digit.
void deform(const Hand& hand, Draws& draws, std::span<StrokePoint> points) noexcept {
  const auto [sin, cos] = sin_cos_degrees(hand.turn);
  Vector shake;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i % 4 == 0) {
      shake.x = draws.normal() * hand.tremor;
      shake.y = draws.normal() * hand.tremor;
    }
    const double x = points[i].x - kMiddleX;
    const double y = points[i].y - kMiddleY;
    const double bent_x =
        x * hand.width * (1.0 + 2.0 * hand.taper.x * y) + 2.0 * hand.bow.x * y * y;
    const double bent_y = y * (1.0 + 2.0 * hand.taper.y * x) + 2.0 * hand.bow.y * y * y;
    const double slanted = bent_x - hand.slant * bent_y + shake.x;
    points[i].x = cos * slanted - sin * (bent_y + shake.y);
    points[i].y = sin * slanted + cos * (bent_y + shake.y);
  }
}

void press(const Hand& hand, Draws& draws, std::span<StrokePoint> stroke) noexcept {
  const double middle = static_cast<double>(stroke.size() - 1) / 2.0;
  double blot = 0.0;
  for (std::size_t i = 0; i < stroke.size(); ++i) {
    if (i % 2 == 0) {
      blot = hand.rough * draws.normal();
    }
    const double along = (static_cast<double>(i) - middle) / middle;  // -1 to 1
    stroke[i].pressure = std::clamp(0.5 + hand.swell * along + blot, 0.0, 1.0);
  }
}

}  // namespace

int generated_label(const DigitKey& key) noexcept { return to_label(Draws(key).word()); }

bool is_generated(const DigitKey& key, double share) noexcept {
  Draws draws(key);
  draws.word();  // of the label
  return draws.unit() < share;
}

void require_label(int label) {
  if (label < 0 || label >= kGeneratedClasses) {
    fail("[digits] expected a label from 0 to ", kGeneratedClasses - 1, ", got ", label);
  }
}

Writing write_digit(const DigitKey& key, std::optional<int> wanted) noexcept {
  Draws draws(key);
  const int own = to_label(draws.word());
  draws.word();  // of is_generated
  const Glyph glyph = choose_glyph(wanted.value_or(own), draws.unit());
  const Hand hand(draws);
  Writing writing;
  writing.glyph = glyph;
  writing.pen = hand.pen;
  Knots knots = move_knots(glyph, hand, draws);
  vary_ends(glyph, hand, draws, knots);
  std::size_t first = 0;
  for (const std::size_t count : glyph.strokes) {
    draw_stroke(glyph.knots.subspan(first, count), std::span(knots).subspan(first, count), writing);
    first += count;
  }
  for (std::size_t s = 0; s < writing.strokes; ++s) {
    cut_corners(hand, writing.stroke(s));
    press(hand, draws, writing.stroke(s));
  }
  deform(hand, draws, std::span(writing.points).first(writing.size()));
  return writing;
}

}  // namespace tinycnn
