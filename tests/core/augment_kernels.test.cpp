// SPDX-License-Identifier: MIT
// The kernels that distort images against their reference implementations, bit-exact.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/elastic.h"
#include "kernels/thickness.h"
#include "reference/augment.h"
#include "support/bits.h"
#include "support/portable_math.h"
#include "support/random_values.h"

namespace tinycnn::test {
namespace {

using Bytes = std::vector<std::uint8_t>;
using kernels::ImageFrame;

constexpr std::size_t kSides[] = {1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 28, 33};

template <class Check>
void for_sizes(const Check& check) {
  for (const std::size_t H : kSides) {
    for (const std::size_t W : kSides) {
      CAPTURE(H);
      CAPTURE(W);
      check(ImageFrame{H, W});
    }
  }
}

Bytes framed(const ImageFrame& frame, const Bytes& image) {
  Bytes bytes(frame.size(), 0xAA);
  kernels::frame_image(frame, image, bytes);
  return bytes;
}

/// Rows and weights of a field that bends by up to `bound` pixels; weights are as random as rows.
struct RandomField {
  Buffer u;
  Buffer v;
  Buffer weights;
  std::vector<int> cells;

  RandomField(const ImageFrame& frame, RandomValues& random)
      : u(random.floats(7 * frame.float_width())),
        v(random.floats(7 * frame.float_width())),
        weights(random.floats(4 * frame.H)) {
    for (std::size_t y = 0; y < frame.H; ++y) {
      cells.push_back(random.below(4));
    }
  }
  [[nodiscard]] kernels::ElasticField view() const { return {u, v, weights, cells}; }
};

}  // namespace

TEST_CASE("changed thickness equals its reference implementation, in a frame of zeros") {
  RandomValues random(1);
  for_sizes([&](const ImageFrame& frame) {
    const Bytes image = random.bytes(frame.H * frame.W);
    for (const int weight : {-64, -23, -1, 1, 37, 64}) {
      CAPTURE(weight);
      Bytes expected(image.size());
      reference::change_thickness(frame, image, weight, expected);
      Bytes actual(frame.size(), 0xAA);
      kernels::change_thickness(frame, framed(frame, image), weight, actual);
      CHECK(actual == framed(frame, expected));
    }
  });
}

TEST_CASE("a warp equals its reference implementation, with and without a field, far outside too") {
  RandomValues random(2);
  for_sizes([&](const ImageFrame& frame) {
    const Bytes image = random.bytes(frame.H * frame.W);
    std::vector<std::uint32_t> quads(frame.quads());
    kernels::pack_quads(frame, framed(frame, image), quads);
    const RandomField field(frame, random);
    for (const float size : {1.0F, 8.0F, 1e9F}) {
      const kernels::AffineMap map{random.value(), random.value(), size * random.value(),
                                   random.value(), random.value(), size * random.value()};
      for (const auto& bends : {kernels::ElasticField{}, field.view()}) {
        Bytes expected(image.size());
        Bytes actual(image.size());
        reference::warp(frame, image, map, bends, expected);
        kernels::warp(frame, quads, map, bends, actual);
        CHECK(actual == expected);
      }
    }
  });
}

TEST_CASE("elastic rows equal their reference implementation") {
  RandomValues random(3);
  for (const std::size_t side : {4U, 7U, 11U}) {
    for (const std::size_t width : {8U, 16U, 32U}) {
      const Buffer controls = random.floats(side * side);
      const Buffer weights = random.floats(side * width);
      Buffer expected(side * width);
      Buffer actual(side * width);
      reference::elastic_rows(side, controls, weights, expected);
      kernels::elastic_rows(side, controls, weights, actual);
      CHECK(difference(actual, expected) == "");
    }
  }
}

TEST_CASE("spline weights are positive, sum to one and join smoothly") {
  for (int i = 0; i < 64; ++i) {
    const auto weights = kernels::spline_weights(static_cast<float>(i) / 64.0F);
    CHECK(std::ranges::min(weights) >= 0.0F);
    CHECK(weights[0] + weights[1] + weights[2] + weights[3] == doctest::Approx(1.0).epsilon(1e-6));
  }
  const auto start = kernels::spline_weights(0.0F);
  const auto end = kernels::spline_weights(1.0F);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(end[i + 1] == doctest::Approx(start[i]).epsilon(1e-6));
  }
}

TEST_CASE("sine and cosine are right to 1e-15 and exact at quarter turns") {
  for (int i = -3600; i <= 3600; ++i) {
    const double degrees = i / 7.0;
    const long double radians =
        static_cast<long double>(degrees) * 3.14159265358979323846264338327950288L / 180.0L;
    const SinCos actual = sin_cos_degrees(degrees);
    CHECK(std::abs(actual.sin - static_cast<double>(std::sin(radians))) < 1e-15);
    CHECK(std::abs(actual.cos - static_cast<double>(std::cos(radians))) < 1e-15);
  }
  for (int quarter = -8; quarter <= 8; ++quarter) {
    const auto [sin, cos] = sin_cos_degrees(90.0 * quarter);
    CHECK(std::abs(sin) + std::abs(cos) == 1.0);
    CHECK(sin == (quarter % 2 == 0 ? 0.0 : (quarter % 4 == 1 || quarter % 4 == -3) ? 1.0 : -1.0));
    CHECK(cos == (quarter % 2 != 0 ? 0.0 : quarter % 4 == 0 ? 1.0 : -1.0));
  }
}

}  // namespace tinycnn::test
