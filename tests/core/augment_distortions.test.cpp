// SPDX-License-Identifier: MIT
// What each distortion does to an image.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "support/augmented.h"

namespace tinycnn::test {
namespace {

/// Sum over one column of a 28x28 image, in full pixels.
double column_mass(const Bytes& image, int x) {
  double sum = 0.0;
  for (int y = 0; y < kSide; ++y) {
    sum += image[static_cast<std::size_t>(y * kSide + x)] / 255.0;
  }
  return sum;
}

struct Point {
  double y = 0.0;
  double x = 0.0;
};

/// Where the ink of a 28x28 image is in the mean, relative to its centre.
Point centroid(const Bytes& image) {
  Point sum;
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const double ink = image[static_cast<std::size_t>(y * kSide + x)] / 255.0;
      sum = {sum.y + ink * (y - 13.5), sum.x + ink * (x - 13.5)};
    }
  }
  return {sum.y / mass(image), sum.x / mass(image)};
}

/// torchvision's matrix T * C * RotateScaleShear * C^-1, inverted by Cramer's rule, bilinear with
/// zeros outside, in double precision.
Bytes affine_in_double(const Distortion& d, const Bytes& image, int height, int width) {
  const double angle = d.degrees * 3.14159265358979323846 / 180.0;
  const double tan = std::tan(d.shear * 3.14159265358979323846 / 180.0);
  const double a = d.scale * std::cos(angle);
  const double b = d.scale * (-std::cos(angle) * tan - std::sin(angle));
  const double c = d.scale * std::sin(angle);
  const double e = d.scale * (-std::sin(angle) * tan + std::cos(angle));
  const double determinant = a * e - b * c;
  const auto at = [&](double y, double x) {
    return y >= 0 && x >= 0 && y < height && x < width
               ? static_cast<double>(image[static_cast<std::size_t>(y * width + x)])
               : 0.0;
  };
  Bytes out;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double dx = x - (width - 1) / 2.0 - d.translate_x;
      const double dy = y - (height - 1) / 2.0 - d.translate_y;
      const double from_x = (e * dx - b * dy) / determinant + (width - 1) / 2.0;
      const double from_y = (a * dy - c * dx) / determinant + (height - 1) / 2.0;
      const double left = std::floor(from_x);
      const double top = std::floor(from_y);
      const double share_x = from_x - left;
      const double share_y = from_y - top;
      const double upper = at(top, left) * (1 - share_x) + at(top, left + 1) * share_x;
      const double lower = at(top + 1, left) * (1 - share_x) + at(top + 1, left + 1) * share_x;
      out.push_back(
          static_cast<std::uint8_t>(std::lround(upper * (1 - share_y) + lower * share_y)));
    }
  }
  return out;
}

int largest_difference(const Bytes& a, const Bytes& b) {
  int largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(int{a[i]} - int{b[i]}));
  }
  return largest;
}

/// Like affine_in_double, but for rounding; over all sizes.
void check_affine(const Distortion& distortion) {
  for (const auto& [height, width] : kSizes) {
    CAPTURE(height);
    CAPTURE(width);
    const Bytes image = noise(height, width);
    const Bytes expected = affine_in_double(distortion, image, height, width);
    CHECK(largest_difference(distorted(distortion, image, height, width), expected) <= 1);
  }
}

}  // namespace

TEST_CASE("rotation, scale and shear agree with torchvision's matrix in double precision") {
  for (const double degrees : {-180.0, -90.0, -17.0, 0.0, 5.0, 45.0, 90.0, 133.0}) {
    check_affine({.degrees = degrees});
  }
  for (const double scale : {0.1, 0.7, 1.0, 1.3, 10.0}) {
    check_affine({.scale = scale});
  }
  for (const double shear : {-45.0, -10.0, 10.0, 60.0}) {
    check_affine({.shear = shear});
  }
  check_affine(
      {.degrees = 12.0, .translate_x = 1.7, .translate_y = -2.3, .scale = 1.2, .shear = -8.0});
}

TEST_CASE("positive rotations turn clockwise, and a quarter turn is exact") {
  const Bytes right = box(13, 20, 15, 26);
  CHECK(distorted({.degrees = 90.0}, right) == box(20, 13, 26, 15));
  CHECK(distorted({.degrees = -90.0}, right) == box(2, 13, 8, 15));
}

TEST_CASE("a translation by whole pixels is exact, with zeros behind it") {
  const Bytes image = noise(kSide, kSide);
  const Bytes moved = distorted({.translate_x = 3.0, .translate_y = -5.0}, image);
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const bool inside = x >= 3 && y < kSide - 5;
      const int expected = inside ? image[static_cast<std::size_t>((y + 5) * kSide + x - 3)] : 0;
      REQUIRE(moved[static_cast<std::size_t>(y * kSide + x)] == expected);
    }
  }
}

TEST_CASE("a scale changes areas by its square") {
  for (const double scale : {0.8, 0.9, 1.1, 1.25}) {
    const double ratio = mass(distorted({.scale = scale}, box(8, 9, 18, 21))) / 120.0;
    CHECK(ratio == doctest::Approx(scale * scale).epsilon(0.02));
  }
}

TEST_CASE("a shear moves rows sideways in proportion to their height") {
  const Bytes sheared = distorted({.shear = 20.0}, box(4, 12, 24, 16));
  const double tan = std::tan(20.0 * 3.14159265358979323846 / 180.0);
  for (int y = 5; y < 23; ++y) {
    Bytes row(kSide * kSide);
    std::copy_n(sheared.begin() + y * kSide, kSide, row.begin());
    CHECK(centroid(row).x == doctest::Approx(-tan * (y - 13.5)).epsilon(0.01));
  }
}

TEST_CASE("rotations, translations and shears keep nearly all ink") {
  const AugmentOptions options{
      .degrees = 30.0, .translate_x = 0.1, .translate_y = 0.1, .shear = 15.0};
  const Bytes image = box(9, 10, 19, 18);
  for (std::uint64_t index = 0; index < 200; ++index) {
    CHECK(mass(augmented(options, {1, 0, index}, image)) == doctest::Approx(80.0).epsilon(0.02));
  }
}

TEST_CASE("nothing gets darker than the darkest ink or comes from nowhere") {
  Bytes image = box(4, 4, 24, 24);
  for (std::uint8_t& pixel : image) {
    pixel = pixel > 0 ? 90 : 0;
  }
  for (std::uint64_t index = 0; index < 200; ++index) {
    CHECK(std::ranges::max(augmented(everything(), {1, 0, index}, image)) == 90);
    CHECK(mass(augmented(everything(), {1, 0, index}, Bytes(image.size()))) == 0.0);
  }
}

TEST_CASE("thickness moves straight edges by what it says, both ways") {
  for (int i = -20; i <= 20; ++i) {
    const double thickness = i / 10.0;
    const Bytes changed = distorted({.thickness = thickness}, box(10, 2, 16, 26));
    CHECK(column_mass(changed, 14) == doctest::Approx(6.0 + thickness).epsilon(0.005));
  }
}

TEST_CASE("thickness moves diagonal edges as far, to 6 %") {
  Bytes band(kSide * kSide);
  for (int i = 0; i < kSide * kSide; ++i) {
    band[static_cast<std::size_t>(i)] = std::abs(i / kSide - i % kSide) <= 4 ? 255 : 0;
  }
  // Across the band a pixel of its column is 1 / sqrt(2) wide.
  for (const double thickness : {-1.0, -0.4, 0.4, 1.0}) {
    const double grown = column_mass(distorted({.thickness = thickness}, band), 14) - 9.0;
    CHECK(grown / std::sqrt(2.0) == doctest::Approx(1.06 * thickness).epsilon(0.02));
  }
}

TEST_CASE("more thickness never takes ink away") {
  const Bytes image = noise(kSide, kSide);
  Bytes thinner = distorted({.thickness = -2.0}, image);
  for (int i = -19; i <= 20; ++i) {
    const Bytes thicker = distorted({.thickness = i / 10.0}, image);
    for (std::size_t p = 0; p < image.size(); ++p) {
      REQUIRE(thicker[p] >= thinner[p]);
    }
    thinner = thicker;
  }
  CHECK(mass(distorted({.thickness = -2.0}, image)) < mass(image));
  CHECK(mass(thinner) > mass(image));
}

TEST_CASE("thin strokes do not fade and narrow gaps do not fill") {
  const Bytes stroke = box(13, 4, 14, 24);
  CHECK(column_mass(distorted({.thickness = -2.0}, stroke), 14) == 1.0);
  Bytes gap = box(8, 4, 20, 24);
  std::fill_n(gap.begin() + 13 * kSide, kSide, std::uint8_t{0});
  CHECK(distorted({.thickness = 2.0}, gap)[13 * kSide + 14] == 0);
}

TEST_CASE("an elastic distortion moves ink, but by at most alpha pixels along each axis") {
  for (const int grid : {1, 2, 4, 8}) {
    const AugmentOptions options{.elastic_alpha = 2.5, .elastic_grid = grid};
    const Bytes dot = box(11, 17, 12, 18);
    int moved = 0;
    for (std::uint64_t index = 0; index < 200; ++index) {
      const Bytes out = augmented(options, {1, 0, index}, dot);
      moved += out != dot ? 1 : 0;
      for (int i = 0; i < kSide * kSide; ++i) {
        // A pixel lights up only if it looks less than one pixel away from the dot.
        const bool near =
            std::abs(i / kSide - 11) < 2.5 + 1.0 && std::abs(i % kSide - 17) < 2.5 + 1.0;
        REQUIRE((near || out[static_cast<std::size_t>(i)] == 0));
      }
    }
    CHECK(moved == 200);
  }
}

TEST_CASE("elastic displacements are centred, with the root mean square that the header states") {
  const Bytes dot = box(12, 12, 16, 16);
  Point sum;
  Point squares;
  for (std::uint64_t index = 0; index < 1000; ++index) {
    const Point at = centroid(augmented({.elastic_alpha = 3.0}, {1, 0, index}, dot));
    sum = {sum.y + at.y / 1000.0, sum.x + at.x / 1000.0};
    squares = {squares.y + at.y * at.y / 1000.0, squares.x + at.x * at.x / 1000.0};
  }
  // Five standard deviations of the mean: 5 * 0.28 * 3 / sqrt(1000).
  CHECK(std::abs(sum.y) < 0.14);
  CHECK(std::abs(sum.x) < 0.14);
  CHECK(std::sqrt(squares.y) == doctest::Approx(0.28 * 3.0).epsilon(0.12));
  CHECK(std::sqrt(squares.x) == doctest::Approx(0.28 * 3.0).epsilon(0.12));
}

TEST_CASE("an elastic distortion keeps neighbours together") {
  // A straight edge stays one edge: along each column the ink begins once and ends once.
  const Bytes image = box(9, 3, 19, 25);
  for (std::uint64_t index = 0; index < 100; ++index) {
    const Bytes out = augmented({.elastic_alpha = 2.0}, {1, 0, index}, image);
    for (int x = 6; x < 22; ++x) {
      int changes = 0;
      for (int y = 1; y < kSide; ++y) {
        const auto i = static_cast<std::size_t>(y * kSide + x);
        changes += (out[i] > 127) != (out[i - kSide] > 127) ? 1 : 0;
      }
      REQUIRE(changes == 2);
    }
  }
}

}  // namespace tinycnn::test
