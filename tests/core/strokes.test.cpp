// SPDX-License-Identifier: MIT
// Pen strokes become what MNIST's digits are: fitted into 20x20, aspect kept, inked by MNIST's pen,
// centred by mass in 28x28.
#include "tinycnn/strokes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>

#include "support/refusal.h"
#include "support/stroke_shapes.h"
#include "tinycnn/digit_generator.h"

namespace tinycnn::test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Pen kPen{};

double mass(std::span<const std::uint8_t> pixels) {
  return std::accumulate(pixels.begin(), pixels.end(), 0.0) / 255.0;
}

int largest_difference(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  int largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(a[i] - b[i]));
  }
  return largest;
}

}  // namespace

TEST_CASE("nothing drawn is empty, and so are strokes without points") {
  for (const std::vector<Stroke>& nothing : {std::vector<Stroke>{}, std::vector<Stroke>(3)}) {
    const RenderedStrokes rendered = render_strokes(nothing);
    CHECK(rendered.empty);
    CHECK(mass(rendered.pixels) == 0.0);
  }
}

TEST_CASE("every step follows from the one before") {
  const RenderedStrokes four = render_strokes(test::four(100, 40, 320));
  CHECK(!four.empty);
  CHECK(four.box.left == 100);
  CHECK(four.box.top == 40);
  CHECK(four.box.right == 300);
  CHECK(four.box.bottom == 360);
  // The path and half a pen on either side are 20 pixels high; the middle is in the middle.
  CHECK(four.scale == (20.0 - kPen.thickness) / 320.0);
  const std::vector<Stroke> strokes = test::four(100, 40, 320);
  CHECK(four.fit(strokes[1][0]).y == doctest::Approx(kPen.thickness / 2.0));
  CHECK(four.fit(strokes[1][1]).y == doctest::Approx(20.0 - kPen.thickness / 2.0));
  CHECK(four.fit(strokes[0][1]).x == doctest::Approx(10.0 - 100.0 * four.scale));
  double x = 0.0;
  double y = 0.0;
  for (std::size_t row = 0; row < 20; ++row) {
    for (std::size_t column = 0; column < 20; ++column) {
      const double ink = four.boxed[row * 20 + column] / 255.0;
      x += ink * (static_cast<double>(column) + 0.5);
      y += ink * (static_cast<double>(row) + 0.5);
    }
  }
  CHECK(four.center_x == doctest::Approx(x / mass(four.boxed)));
  CHECK(four.center_y == doctest::Approx(y / mass(four.boxed)));
  // The pixel with the centre of mass becomes pixel 14, as in MNIST.
  CHECK(std::floor(four.center_x) + four.left == 14);
  CHECK(std::floor(four.center_y) + four.top == 14);
  for (int row = 0; row < 28; ++row) {
    for (int column = 0; column < 28; ++column) {
      const int v = row - four.top;
      const int u = column - four.left;
      const bool inside = v >= 0 && u >= 0 && v < 20 && u < 20;
      const int expected = inside ? four.boxed[static_cast<std::size_t>(v * 20 + u)] : 0;
      REQUIRE(int{four.pixels[static_cast<std::size_t>(row * 28 + column)]} == expected);
    }
  }
}

TEST_CASE("where and how large it was drawn does not matter, bit for bit") {
  const RenderedStrokes four = render_strokes(test::four(0, 0, 128));
  for (const double size : {1.0 / 1024.0, 1.0, 128.0, 131072.0}) {
    for (const double left : {0.0, 64.0, -4096.0}) {
      CHECK(render_strokes(test::four(left * size, -left * size, size)).pixels == four.pixels);
    }
  }
}

TEST_CASE("points in between and points twice change nothing but rounding") {
  std::vector<Stroke> dense;
  for (const Stroke& stroke : four(0, 0, 100)) {
    Stroke& points = dense.emplace_back();
    for (std::size_t i = 0; i + 1 < stroke.size(); ++i) {
      for (int p = 0; p <= 400; ++p) {
        const double t = p / 400.0;
        points.push_back({stroke[i].x + t * (stroke[i + 1].x - stroke[i].x),
                          stroke[i].y + t * (stroke[i + 1].y - stroke[i].y)});
        points.push_back(points.back());
      }
    }
  }
  CHECK(largest_difference(render_strokes(dense).pixels, render_strokes(four(0, 0, 100)).pixels) <=
        2);
}

TEST_CASE("lines fill 20 pixels along and the pen's thickness across") {
  const RenderedStrokes down = render_strokes(line(7, -20, 7, 300));
  CHECK(mass(down.boxed) == doctest::Approx(20.0 * kPen.thickness).epsilon(0.03));
  CHECK(down.left == 4);
  CHECK(down.top == 4);
  const RenderedStrokes across = render_strokes(line(0, 0, 5, 0));
  CHECK(mass(across.boxed) == doctest::Approx(mass(down.boxed)));
}

TEST_CASE(
    "a single dot, also drawn by many points in one place, is a disc of the pen's thickness") {
  for (const std::vector<Stroke>& dot :
       {std::vector<Stroke>{{{5, 5}}}, std::vector<Stroke>{{{5, 5}, {5, 5}}, {{5, 5}}},
        std::vector<Stroke>{{{1e9, -1e9, 0.0}}}, line(1, 1, 1 + 1e-15, 1),
        line(0, 0, std::numeric_limits<double>::denorm_min(), 0)}) {
    const RenderedStrokes rendered = render_strokes(dot);
    CHECK(!rendered.empty);
    CHECK(mass(rendered.pixels) ==
          doctest::Approx(3.14159 / 4.0 * kPen.thickness * kPen.thickness).epsilon(0.15));
    CHECK(rendered.center_x == doctest::Approx(10.0));
  }
}

TEST_CASE("strokes of one point are dots beside the others") {
  const std::vector<Stroke> with_dot{{{0, 10}, {0, 100}}, {{0, 0}}};
  const std::vector<Stroke> alone{{{0, 10}, {0, 100}}};
  CHECK(render_strokes(with_dot).box.top == 0);
  CHECK(mass(render_strokes(with_dot).pixels) < mass(render_strokes(alone).pixels));
}

TEST_CASE("how firmly the whole was drawn does not matter, but differences along the way do") {
  const auto pressed = [](double first, double second) {
    std::vector<Stroke> strokes = four(0, 0, 100);
    for (StrokePoint& point : strokes[0]) {
      point.pressure = first;
    }
    for (StrokePoint& point : strokes[1]) {
      point.pressure = second;
    }
    return render_strokes(strokes).pixels;
  };
  const auto even = pressed(0.5, 0.5);
  CHECK(largest_difference(pressed(0.0, 0.0), even) <= 1);
  CHECK(largest_difference(pressed(1.0, 1.0), even) <= 1);
  const auto firm_stem = pressed(0.2, 0.8);
  CHECK(largest_difference(firm_stem, even) > 20);
  CHECK(mass(firm_stem) == doctest::Approx(mass(even)).epsilon(0.15));
}

TEST_CASE("ink is never cut off, however far its mass lies from the middle of its box") {
  std::vector<Stroke> blot = line(0, 0, 100, 0);
  for (int i = 0; i < 30; ++i) {  // a scribble at one end
    blot.push_back({{0, -10.0 + i}, {25, -10.0 + i}});
  }
  const RenderedStrokes rendered = render_strokes(blot);
  CHECK(mass(rendered.pixels) == doctest::Approx(mass(rendered.boxed)));
  CHECK(rendered.left > 6);
}

TEST_CASE("strokes come out as thick and as soft as MNIST's") {
  // MNIST's 60,000 training images together measure 2.715 and 1.163.
  InkMeasure measure;
  for (std::uint64_t index = 0; index < 2000; ++index) {
    const GeneratedDigit digit = generate_strokes({.seed = 3, .index = index});
    measure.add(render_strokes(digit.path()).pixels, 28);
  }
  CHECK(measure.thickness() == doctest::Approx(2.715).epsilon(0.02));
  CHECK(measure.softness() == doctest::Approx(1.163).epsilon(0.02));
}

TEST_CASE("numbers that are none, far out or out of range are refused with what was expected") {
  const auto wrong = [](const StrokePoint& point, std::string_view what, std::string_view got) {
    const std::vector<Stroke> strokes{{{0, 0}, {1, 1}, point}};
    return wrong_refusal([&] { render_strokes(strokes); }, {"[strokes]", what, got});
  };
  CHECK(wrong({kNaN, 0}, "x from", "got nan") == "");
  CHECK(wrong({0, kInfinity}, "y from", "got inf") == "");
  CHECK(wrong({-kInfinity, 0}, "x from", "got -inf") == "");
  CHECK(wrong({1e10, 0}, "x from -1e+09 to 1e+09", "got 1e+10") == "");
  CHECK(wrong({0, 0, 1.5}, "a pressure from 0 to 1", "got 1.5") == "");
  CHECK(wrong({0, 0, kNaN}, "a pressure", "got nan") == "");
  CHECK(wrong_refusal([&] { render_strokes(line(0, 0, 1, 1), {.thickness = 0.0}); },
                      {"[strokes]", "a thickness from 0.1 to 10", "got 0"}) == "");
  CHECK(wrong_refusal([&] { render_strokes(line(0, 0, 1, 1), {.softness = kNaN}); },
                      {"[strokes]", "a softness", "got nan"}) == "");
}

TEST_CASE("as many points as allowed are drawn, one more is refused") {
  std::vector<Stroke> strokes(2, Stroke(kMaxStrokePoints / 2));
  for (std::size_t i = 0; i < kMaxStrokePoints / 2; ++i) {
    strokes[0][i] = {static_cast<double>(i % 317), static_cast<double>(i % 311)};
  }
  CHECK(mass(render_strokes(strokes).boxed) == doctest::Approx(393.0).epsilon(0.02));
  strokes[1].push_back({});
  CHECK(wrong_refusal([&] { render_strokes(strokes); }, {"[strokes]", "at most 100000"}) == "");
}

}  // namespace tinycnn::test
