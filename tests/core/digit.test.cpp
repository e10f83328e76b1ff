// SPDX-License-Identifier: MIT
// Drawings become what MNIST's digits are: fitted into 20x20, aspect kept, centred by mass in
// 28x28.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/refusal.h"
#include "tinycnn/digit.h"

namespace tinycnn::test {
namespace {

struct Box {
  int left;
  int top;
  int width;
  int height;
};

class Drawing {
 public:
  Drawing(int height, int width)
      : height_(height),
        width_(width),
        pixels_(static_cast<std::size_t>(height) * static_cast<std::size_t>(width)) {}

  Drawing& fill(const Box& box, std::uint8_t ink = 255) {
    for (int y = box.top; y < box.top + box.height; ++y) {
      for (int x = box.left; x < box.left + box.width; ++x) {
        at(y, x) = ink;
      }
    }
    return *this;
  }

  /// A "4" of straight strokes whose box is `size` x `size` * 3 / 2.
  Drawing& four(int left, int top, int size) {
    const int stroke = std::max(1, size / 6);
    fill({left, top, stroke, size * 3 / 4});
    fill({left, top + size * 3 / 4 - stroke, size, stroke});
    return fill({left + size * 2 / 3, top, stroke, size * 3 / 2});
  }

  [[nodiscard]] PreparedDigit prepare() const { return prepare_digit(pixels_, height_, width_); }

 private:
  std::uint8_t& at(int y, int x) { return pixels_[static_cast<std::size_t>(y * width_ + x)]; }

  int height_;
  int width_;
  std::vector<std::uint8_t> pixels_;
};

/// What is measured of a prepared digit. Positions: pixel centres at .5.
struct Ink {
  double mass = 0.0;
  double y = 0.0;
  double x = 0.0;
  int width = 0;
  int height = 0;
};

Ink measure(const PreparedDigit& digit) {
  Ink ink;
  int left = kDigitSide;
  int top = kDigitSide;
  int right = 0;
  int bottom = 0;
  for (int y = 0; y < kDigitSide; ++y) {
    for (int x = 0; x < kDigitSide; ++x) {
      const double value = digit.pixels[static_cast<std::size_t>(y * kDigitSide + x)];
      ink.mass += value;
      ink.y += value * (y + 0.5);
      ink.x += value * (x + 0.5);
      if (value > 0.0) {
        left = std::min(left, x);
        top = std::min(top, y);
        right = std::max(right, x + 1);
        bottom = std::max(bottom, y + 1);
      }
    }
  }
  ink.y /= ink.mass;
  ink.x /= ink.mass;
  ink.width = right - left;
  ink.height = bottom - top;
  return ink;
}

double mean_difference(const PreparedDigit& a, const PreparedDigit& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) {
    sum += std::abs(int{a.pixels[i]} - int{b.pixels[i]});
  }
  return sum / static_cast<double>(a.pixels.size());
}

}  // namespace

TEST_CASE("an empty drawing is said to be empty and comes back without ink") {
  for (const int side : {1, 28, 280}) {
    const PreparedDigit digit = Drawing(side, side).prepare();
    CHECK(digit.empty);
    CHECK(std::ranges::all_of(digit.pixels, [](std::uint8_t p) { return p == 0; }));
  }
}

TEST_CASE("dirt too faint to be ink does not count") {
  CHECK(Drawing(100, 100).fill({0, 0, 100, 100}, 15).prepare().empty);
  const PreparedDigit clean = Drawing(100, 100).fill({40, 30, 20, 50}).prepare();
  const PreparedDigit dirty =
      Drawing(100, 100).fill({0, 0, 5, 5}, 15).fill({40, 30, 20, 50}).prepare();
  CHECK(clean.pixels == dirty.pixels);
}

TEST_CASE("the longer side becomes 20 pixels and the aspect is kept") {
  for (const Box& box : {Box{10, 20, 40, 100}, Box{10, 20, 100, 40}, Box{30, 40, 5, 15},
                         Box{0, 0, 200, 200}, Box{60, 60, 9, 3}, Box{150, 150, 20, 20}}) {
    CAPTURE(box.width);
    CAPTURE(box.height);
    const Ink ink = measure(Drawing(280, 280).fill(box).prepare());
    const double scale = 20.0 / std::max(box.width, box.height);
    CHECK(std::abs(std::max(ink.width, ink.height) - 20) <= 1);
    // Both edges may fall inside a pixel and ink it faintly.
    CHECK(std::abs(ink.width - box.width * scale) < 2.0);
    CHECK(std::abs(ink.height - box.height * scale) < 2.0);
    CHECK(ink.mass ==
          doctest::Approx(255.0 * box.width * box.height * scale * scale).epsilon(0.01));
  }
}

TEST_CASE("the centre of mass comes to the centre of the field") {
  for (const Box& box : {Box{10, 20, 40, 100}, Box{250, 0, 30, 7}, Box{0, 279, 60, 1}}) {
    const Ink ink = measure(Drawing(280, 280).fill(box).prepare());
    CHECK(std::abs(ink.x - 14.0) <= 0.5);
    CHECK(std::abs(ink.y - 14.0) <= 0.5);
  }
  const Ink four = measure(Drawing(280, 280).four(30, 50, 120).prepare());
  CHECK(std::abs(four.x - 14.0) <= 0.5);
  CHECK(std::abs(four.y - 14.0) <= 0.5);
}

TEST_CASE("where a digit was drawn does not matter, to the last bit") {
  const PreparedDigit digit = Drawing(280, 280).four(0, 0, 96).prepare();
  CHECK(Drawing(280, 280).four(180, 130, 96).prepare().pixels == digit.pixels);
  CHECK(Drawing(150, 400).four(33, 1, 96).prepare().pixels == digit.pixels);
}

TEST_CASE("how large a digit was drawn hardly matters") {
  const PreparedDigit digit = Drawing(1000, 1000).four(100, 100, 600).prepare();
  for (const int size : {12, 24, 48, 96, 180}) {
    CAPTURE(size);
    // Small drawings have coarser strokes; 4 of 255 is less than a faint edge's worth.
    CHECK(mean_difference(digit, Drawing(300, 300).four(3, 5, size).prepare()) < 4.0);
  }
}

TEST_CASE("drawings from one pixel to the largest allowed become digits") {
  for (const int side : {1, 2, 28, 4096}) {
    const PreparedDigit digit = Drawing(side, side).fill({0, 0, side, side}).prepare();
    CHECK(!digit.empty);
    const Ink ink = measure(digit);
    CHECK(ink.width == 20);
    CHECK(ink.height == 20);
    CHECK(ink.mass == 255.0 * 400.0);
  }
  const Ink strip = measure(Drawing(1, 4096).fill({0, 0, 4096, 1}).prepare());
  CHECK(strip.width == 20);
  CHECK(strip.mass > 0.0);
}

TEST_CASE("a thin line survives along its whole length") {
  for (const int length : {20, 100, 280, 1000}) {
    CAPTURE(length);
    const Ink across = measure(Drawing(1000, 1000).fill({0, 500, length, 1}).prepare());
    CHECK(across.width == 20);
    CHECK(across.height >= 1);
    const Ink down = measure(Drawing(1000, 1000).fill({500, 0, 1, length}).prepare());
    CHECK(down.height == 20);
    CHECK(down.width >= 1);
  }
}

TEST_CASE("ink is never cut off, however far its mass lies from the middle of its box") {
  // A blot at one end of a long thin tail: centring by mass alone would push the tail out.
  const Box blot{0, 100, 60, 60};
  for (const bool at_right : {false, true}) {
    const PreparedDigit digit = Drawing(280, 280)
                                    .fill({at_right ? 140 : 0, blot.top, blot.width, blot.height})
                                    .fill({0, 128, 200, 4})
                                    .prepare();
    const Ink ink = measure(digit);
    CHECK(std::abs(ink.width - 20) <= 1);
    const double area = 60.0 * 60.0 + 140.0 * 4.0;
    CHECK(ink.mass == doctest::Approx(255.0 * area / 100.0).epsilon(0.01));
  }
}

TEST_CASE("drawings without sides, too large, or of other than their bytes are refused") {
  const std::vector<std::uint8_t> four(4);
  const auto wrong = [&](int height, int width, std::string_view got) {
    return wrong_refusal([&] { prepare_digit(four, height, width); },
                         {"[digit]", "sides from 1 to 4096", got});
  };
  CHECK(wrong(0, 4, "got 0x4 and 4 bytes") == "");
  CHECK(wrong(4, -1, "got 4x-1 and 4 bytes") == "");
  CHECK(wrong(3, 1, "got 3x1 and 4 bytes") == "");
  CHECK(wrong(4097, 1, "got 4097x1 and 4 bytes") == "");
  CHECK(wrong(1 << 30, 1 << 30, "and 4 bytes") == "");
}

}  // namespace tinycnn::test
