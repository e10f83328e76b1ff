// SPDX-License-Identifier: MIT
#include "tinycnn/digit_generator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "digit_glyphs.h"
#include "ink.h"
#include "portable_math.h"
#include "tinycnn/error.h"
#include "tinycnn/random.h"

namespace tinycnn {
namespace {

constexpr std::size_t kMaxPieces = 8;  // between two knots
constexpr std::size_t kMaxPoints = kMaxGlyphKnots * kMaxPieces;
constexpr double kPiecesPerUnit = 14.0;  // a piece is then a bit more than a pixel long

/// The numbers that make a key's digit, in the order in which they are asked for.
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
  double between(double least, double most) noexcept { return least + (most - least) * unit(); }

  /// Nearly normal, mean 0 and deviation 1, from -3.45 to 3.45: the sum of four bytes.
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
  double x;
  double y;

  friend Vector operator+(const Vector& a, const Vector& b) { return {a.x + b.x, a.y + b.y}; }
  friend Vector operator-(const Vector& a, const Vector& b) { return {a.x - b.x, a.y - b.y}; }
  friend Vector operator*(const Vector& a, double s) { return {a.x * s, a.y * s}; }
  [[nodiscard]] double length() const { return std::sqrt(x * x + y * y); }
};

/// Strokes without memory of their own.
struct Path {
  std::array<Vector, kMaxPoints> points;  // the first `size` of them
  std::array<std::size_t, kMaxGlyphStrokes> ends{};
  std::size_t size = 0;
  std::size_t strokes = 0;

  void add(const Vector& point) { points[size++] = point; }
  [[nodiscard]] std::size_t begin(std::size_t stroke) const {
    return stroke == 0 ? 0 : ends[stroke - 1];
  }
};

/// What is the same all over one digit: how this hand writes.
struct Hand {
  double slant;      // x per y, to the right at the top
  double turn;       // degrees
  double width;      // of x, as a multiple
  Vector taper;      // x grows towards the foot, y towards the right
  Vector bow;        // x and y bend
  double knots;      // how far knots stray
  double ends;       // how far strokes run on or stop short, as a share of their last knots
  int rounding;      // passes of smoothing: a fast hand cuts corners
  double tremor;     // of a slow hand
  double swell;      // the pen's width changes along a stroke
  Pen pen;

  explicit Hand(Draws& draws)
      : slant(0.14 + 0.24 * draws.normal()),
        turn(5.0 * draws.normal()),
        width(std::max(0.45, 1.08 + 0.22 * draws.normal())),
        taper{0.18 * draws.normal(), 0.14 * draws.normal()},
        bow{0.12 * draws.normal(), 0.18 * draws.normal()},
        knots(draws.between(0.010, 0.050)),
        ends(draws.between(0.0, 0.12)),
        rounding(static_cast<int>(draws.between(0.0, 4.0))),
        tremor(draws.between(0.0, 0.008)),
        swell(0.12 * draws.normal()) {
    const double heavy = draws.unit();
    pen.thickness = 1.65 + 2.4 * heavy * heavy;
    pen.softness = draws.between(0.95, 1.3);
  }
};

const Glyph& choose_glyph(int digit, double at) noexcept {
  const auto glyphs = digit_glyphs();
  double total = 0.0;
  for (const Glyph& glyph : glyphs) {
    total += glyph.digit == digit ? glyph.share : 0.0;
  }
  double rest = at * total;
  const Glyph* chosen = nullptr;
  for (const Glyph& glyph : glyphs) {
    if (glyph.digit == digit && (chosen == nullptr || rest >= 0.0)) {
      chosen = &glyph;
      rest -= glyph.share;
    }
  }
  return *chosen;
}

using Knots = std::array<Vector, kMaxGlyphKnots>;

Knots move_knots(const Glyph& glyph, const Hand& hand, Draws& draws) noexcept {
  Knots knots{};
  std::size_t count = 0;
  for (const auto& stroke : glyph.strokes) {
    Vector astray{};  // what a hand has strayed it makes good only in part at the next knot
    for (const Knot& knot : stroke) {
      astray = astray * 0.6 + Vector{draws.normal(), draws.normal()} * hand.knots;
      knots[count++] = Vector{knot.x, knot.y} + astray;
    }
  }
  for (const Variation& variation : glyph.variations) {
    const double amount = draws.between(-1.0, 1.0);
    for (const auto& [knot, x, y] : variation.moves) {
      knots[knot] = knots[knot] + Vector{x, y} * amount;
    }
  }
  return knots;
}

/// The slope of a smooth curve at b on its way from a to c, per unit of length.
Vector slope_between(const Vector& a, const Vector& b, const Vector& c) {
  const double before = std::max((b - a).length(), 1e-6);
  const double after = std::max((c - b).length(), 1e-6);
  return ((b - a) * (after / before) + (c - b) * (before / after)) * (1.0 / (before + after));
}

/// A cubic from each knot to the next, bent alike on both sides of a knot, except at corners.
void draw_stroke(const std::vector<Knot>& stroke, std::span<const Vector> knots, Path& path) {
  const std::size_t last = stroke.size() - 1;
  const auto straight = [&](std::size_t i) {
    const Vector chord = knots[i + 1] - knots[i];
    return chord * (1.0 / std::max(chord.length(), 1e-6));
  };
  const auto is_smooth = [&](std::size_t i) { return i > 0 && i < last && !stroke[i].corner; };
  const auto slope = [&](std::size_t i) {
    return slope_between(knots[i - 1], knots[i], knots[i + 1]);
  };
  path.add(knots[0]);
  for (std::size_t i = 0; i < last; ++i) {
    const Vector chord = knots[i + 1] - knots[i];
    const double length = chord.length();
    const Vector direct = straight(i);
    // Where a piece ends without a bend it is a parabola.
    const bool smooth_from = is_smooth(i);
    const bool smooth_to = is_smooth(i + 1);
    const Vector to_slope = smooth_to ? slope(i + 1) : direct;
    const Vector from_slope =
        smooth_from ? slope(i) : (smooth_to ? direct * 1.5 - to_slope * 0.5 : direct);
    const Vector end_slope =
        smooth_to ? to_slope : (smooth_from ? direct * 1.5 - from_slope * 0.5 : direct);
    const auto pieces = static_cast<std::size_t>(
        std::clamp(length * kPiecesPerUnit + 1.0, 1.0, static_cast<double>(kMaxPieces)));
    for (std::size_t p = 1; p <= pieces; ++p) {
      const double t = static_cast<double>(p) / static_cast<double>(pieces);
      const double s = 1.0 - t;
      path.add(knots[i] * (s * s * (1.0 + 2.0 * t)) + knots[i + 1] * (t * t * (3.0 - 2.0 * t)) +
               (from_slope * (s * s * t) - end_slope * (s * t * t)) * length);
    }
  }
  path.ends[path.strokes++] = path.size;
}

/// Strokes begin and end a little early or late.
void vary_ends(const Glyph& glyph, const Hand& hand, Draws& draws, Knots& knots) noexcept {
  std::size_t first = 0;
  for (const auto& stroke : glyph.strokes) {
    const std::size_t last = first + stroke.size() - 1;
    knots[first] = knots[first] + (knots[first] - knots[first + 1]) * (hand.ends * draws.normal());
    knots[last] = knots[last] + (knots[last] - knots[last - 1]) * (hand.ends * draws.normal());
    first = last + 1;
  }
}

void round_corners(const Hand& hand, Path& path) noexcept {
  for (int pass = 0; pass < hand.rounding; ++pass) {
    for (std::size_t s = 0; s < path.strokes; ++s) {
      Vector before = path.points[path.begin(s)];
      for (std::size_t i = path.begin(s) + 1; i + 1 < path.ends[s]; ++i) {
        const Vector here = path.points[i];
        path.points[i] = here * 0.5 + (before + path.points[i + 1]) * 0.25;
        before = here;
      }
    }
  }
}

/// Bends, slants and turns the whole digit.
void deform(const Hand& hand, Draws& draws, Path& path) noexcept {
  const auto [sin, cos] = sin_cos_degrees(hand.turn);
  constexpr Vector kMiddle{0.35, 0.5};
  Vector shake{};
  for (std::size_t i = 0; i < path.size; ++i) {
    const Vector at = path.points[i] - kMiddle;
    if (i % 4 == 0) {
      shake = Vector{draws.normal(), draws.normal()} * hand.tremor;
    }
    const Vector bent{
        at.x * hand.width * (1.0 + 2.0 * hand.taper.x * at.y) + 2.0 * hand.bow.x * at.y * at.y,
        at.y * (1.0 + 2.0 * hand.taper.y * at.x) + 2.0 * hand.bow.y * at.y * at.y};
    const Vector slanted = Vector{bent.x - hand.slant * bent.y, bent.y} + shake;
    path.points[i] = {cos * slanted.x - sin * slanted.y, sin * slanted.x + cos * slanted.y};
  }
}

/// A digit as its hand wrote it.
struct Writing {
  const Glyph* glyph;
  Pen pen;
  double swell;
  Path path;
};

Writing write(const DigitKey& key, std::optional<int> wanted) noexcept {
  Draws draws(key);
  const int own = to_label(draws.word());
  draws.word();  // is_generated's
  const Glyph& glyph = choose_glyph(wanted.value_or(own), draws.unit());
  const Hand hand(draws);
  Writing writing;
  writing.glyph = &glyph;
  writing.pen = hand.pen;
  writing.swell = hand.swell;
  Knots knots = move_knots(glyph, hand, draws);
  vary_ends(glyph, hand, draws, knots);
  std::size_t first = 0;
  for (const auto& stroke : glyph.strokes) {
    draw_stroke(stroke, std::span(knots).subspan(first, stroke.size()), writing.path);
    first += stroke.size();
  }
  round_corners(hand, writing.path);
  deform(hand, draws, writing.path);
  return writing;
}

Fit fit_path(const Path& path, double thickness) noexcept {
  RenderedStrokes::Box box{path.points[0].x, path.points[0].y, path.points[0].x, path.points[0].y};
  for (const auto& [x, y] : std::span(path.points).first(path.size)) {
    box = {std::min(box.left, x), std::min(box.top, y), std::max(box.right, x),
           std::max(box.bottom, y)};
  }
  return fit_box(box, thickness);
}

/// Of point i of a stroke of n: the pen gets heavier or lighter on the way.
double width_at(const Writing& writing, std::size_t i, std::size_t n) {
  return 1.0 + writing.swell * (2.0 * static_cast<double>(i) / static_cast<double>(n - 1) - 1.0);
}

}  // namespace

int generated_label(const DigitKey& key) noexcept {
  return to_label(Draws(key).word());
}

bool is_generated(const DigitKey& key, double share) noexcept {
  Draws draws(key);
  draws.word();  // the label
  return draws.unit() < share;
}

GeneratedDigit generate_strokes(const DigitKey& key, std::optional<int> label) {
  if (label && (*label < 0 || *label >= kGeneratedClasses)) {
    fail("[digits] expected a label from 0 to ", kGeneratedClasses - 1, ", got ", *label);
  }
  const Writing writing = write(key, label);
  const Path& path = writing.path;
  const Fit fit = fit_path(path, writing.pen.thickness);
  GeneratedDigit digit{.label = writing.glyph->digit,
                       .style = writing.glyph->style,
                       .strokes = std::vector<Stroke>(path.strokes),
                       .pen = writing.pen};
  for (std::size_t s = 0; s < path.strokes; ++s) {
    const std::size_t n = path.ends[s] - path.begin(s);
    for (std::size_t i = 0; i < n; ++i) {
      const Vector& point = path.points[path.begin(s) + i];
      digit.strokes[s].push_back(
          {fit.x(point.x), fit.y(point.y), width_at(writing, i, n) - 0.5});
    }
  }
  return digit;
}

void generate_image(const DigitKey& key, std::span<std::uint8_t> pixels) noexcept {
  const Writing writing = write(key, {});
  const Path& path = writing.path;
  const Fit fit = fit_path(path, writing.pen.thickness);
  kernels::InkField field;
  kernels::clear_ink(field);
  std::array<InkPoint, kMaxPoints> ink;
  for (std::size_t s = 0; s < path.strokes; ++s) {
    const std::size_t n = path.ends[s] - path.begin(s);
    for (std::size_t i = 0; i < n; ++i) {
      const Vector& point = path.points[path.begin(s) + i];
      ink[i] = {static_cast<float>(fit.x(point.x)), static_cast<float>(fit.y(point.y)),
                static_cast<float>(width_at(writing, i, n))};
    }
    ink_stroke(std::span(ink).first(n), writing.pen, field);
  }
  std::array<std::uint8_t, kernels::kInkSide * kernels::kInkSide> boxed;
  kernels::ink_to_grey(field, static_cast<float>(writing.pen.softness), boxed);
  place(boxed, center_by_mass(boxed), pixels);
}

Dataset generate_digits(std::uint64_t seed, std::uint64_t first, std::size_t count) {
  if (count < 1 || count > kMaxGenerated) {
    fail("[digits] expected from 1 to ", kMaxGenerated, " digits, got ", count);
  }
  constexpr std::size_t kArea = std::size_t{kDigitSide} * kDigitSide;
  Images images{.count = static_cast<int>(count),
                .height = kDigitSide,
                .width = kDigitSide,
                .pixels = std::vector<std::uint8_t>(count * kArea)};
  std::vector<std::uint8_t> labels(count);
  for (std::size_t i = 0; i < count; ++i) {
    const DigitKey key{.seed = seed, .index = first + i};
    labels[i] = static_cast<std::uint8_t>(generated_label(key));
    generate_image(key, std::span(images.pixels).subspan(i * kArea, kArea));
  }
  return {std::move(images), std::move(labels)};
}

}  // namespace tinycnn
