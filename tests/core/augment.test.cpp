// SPDX-License-Identifier: MIT
// Augmentation: what is drawn from a key, and what is refused.
#include "tinycnn/augment.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string_view>
#include <vector>

#include "support/augmented.h"
#include "support/hash.h"
#include "support/refusal.h"

namespace tinycnn::test {
namespace {

/// Where each number that everything() draws lies in its range, 0 to 1.
std::vector<double> shares(const Distortion& d) {
  std::vector<double> all{(d.degrees + 15.0) / 30.0,   (d.translate_x + 2.8) / 5.6,
                          (d.translate_y + 1.4) / 2.8, (d.scale - 0.8) / 0.3,
                          (d.shear + 10.0) / 20.0,     (d.thickness + 0.5) / 1.5};
  for (std::size_t i = 0; i < 49; ++i) {
    all.push_back((static_cast<double>(d.elastic_x[i]) + 2.0) / 4.0);
    all.push_back((static_cast<double>(d.elastic_y[i]) + 2.0) / 4.0);
  }
  return all;
}

/// 1,000 draws of one number stay inside its range, and their mean and extremes are those of
/// uniform numbers: five standard deviations of the mean are 0.046 of the range, and both ends
/// are met within 1 % but once in e^10.
template <class Number>
void check_uniform(const Number& number, double min, double max) {
  const Augmenter augmenter(everything(), kSide, kSide);
  double sum = 0.0;
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -lowest;
  for (std::uint64_t index = 0; index < 1000; ++index) {
    const double drawn = number(augmenter.draw({1, 2, index}));
    sum += drawn / 1000.0;
    lowest = std::min(lowest, drawn);
    highest = std::max(highest, drawn);
  }
  const double range = max - min;
  CHECK(std::abs(sum - (min + max) / 2.0) < 0.046 * range);
  CHECK(lowest >= min);
  CHECK(lowest < min + 0.01 * range);
  CHECK(highest <= max);
  CHECK(highest > max - 0.01 * range);
}

}  // namespace

TEST_CASE("without options nothing changes, whatever the size") {
  CHECK(is_identity({}));
  for (const auto& [height, width] : kSizes) {
    const Bytes image = noise(height, width);
    CHECK(augmented({}, {1, 2, 3}, image, height, width) == image);
  }
}

TEST_CASE("any option that changes images is no identity") {
  CHECK(!is_identity({.degrees = 1.0}));
  CHECK(!is_identity({.translate_x = 0.1}));
  CHECK(!is_identity({.translate_y = 0.1}));
  CHECK(!is_identity({.scale_min = 0.9}));
  CHECK(!is_identity({.scale_max = 1.1}));
  CHECK(!is_identity({.shear = 1.0}));
  CHECK(!is_identity({.elastic_alpha = 1.0}));
  CHECK(!is_identity({.thickness_min = -0.1}));
  CHECK(!is_identity({.thickness_max = 0.1}));
  CHECK(!is_identity({.cutout = 1}));
  CHECK(is_identity({.elastic_grid = 2}));
}

TEST_CASE("an augmented image depends on seed, epoch, index and options, and on nothing else") {
  for (const auto& [height, width] : kSizes) {
    CAPTURE(height);
    CAPTURE(width);
    const Bytes image = noise(height, width);
    const Augmenter augmenter(everything(), height, width);
    AugmentScratch scratch = augmenter.make_scratch();
    Bytes first(image.size());
    Bytes again(image.size());
    augmenter.augment({1, 2, 3}, image, first, scratch);
    augmenter.augment({4, 5, 6}, image, again, scratch);
    augmenter.augment({1, 2, 3}, image, again, scratch);
    CHECK(again == first);
    CHECK(augmented(everything(), {1, 2, 3}, image, height, width) == first);
  }
  const Bytes image = noise(kSide, kSide);
  const Bytes first = augmented(everything(), {1, 2, 3}, image);
  CHECK(augmented(everything(), {2, 2, 3}, image) != first);
  CHECK(augmented(everything(), {1 + (std::uint64_t{1} << 63), 2, 3}, image) != first);
  CHECK(augmented(everything(), {1, 3, 3}, image) != first);
  CHECK(augmented(everything(), {1, 2, 4}, image) != first);
  CHECK(augmented(everything(), {1, 2, 3 + (std::uint64_t{1} << 63)}, image) != first);
}

TEST_CASE("every build makes the same bytes") {
  Fnv1a hash;
  for (const auto& [height, width] : kSizes) {
    const Bytes image = noise(height, width);
    for (std::uint64_t index = 0; index < 50; ++index) {
      hash.add(augmented(everything(), {1, 2, index}, image, height, width));
    }
  }
  CHECK(hash.value() == 0x615E6D3918B81318);
}

TEST_CASE("a cutout makes background of a square around a pixel, and of no other pixel") {
  for (const auto& [height, width] : kSizes) {
    for (const int side : {1, 2, 5, 8, 1024}) {
      const Augmenter augmenter({.cutout = side}, height, width);
      for (std::uint64_t index = 0; index < 20; ++index) {
        const auto [center_x, center_y] = augmenter.cutout_center({1, 2, index});
        Bytes expected(static_cast<std::size_t>(height * width), 7);
        for (int y = 0; y < height; ++y) {
          for (int x = 0; x < width; ++x) {
            const int left = center_x - side / 2;
            const int top = center_y - side / 2;
            if (x >= left && x < left + side && y >= top && y < top + side) {
              expected[static_cast<std::size_t>(y * width + x)] = 0;
            }
          }
        }
        CHECK(augmented({.cutout = side}, {1, 2, index}, Bytes(expected.size(), 7), height,
                        width) == expected);
      }
    }
  }
}

TEST_CASE("a cutout lies around any pixel, the same one in every channel, after the distortions") {
  std::array<int, kSide> columns{};
  std::array<int, kSide> rows{};
  const Augmenter augmenter({.degrees = 20.0, .cutout = 9}, kSide, kSide);
  for (std::uint64_t index = 0; index < 1000; ++index) {
    const auto [x, y] = augmenter.cutout_center({1, 2, index});
    ++columns.at(static_cast<std::size_t>(x));
    ++rows.at(static_cast<std::size_t>(y));
  }
  CHECK(std::ranges::min(columns) > 10);  // 36 each on average
  CHECK(std::ranges::min(rows) > 10);
  const Bytes grey = noise(kSide, kSide);
  Bytes planes = grey;
  planes.insert(planes.end(), grey.begin(), grey.end());
  Bytes expected = augmented({.degrees = 20.0}, {1, 2, 3}, grey);
  augmenter.cut_out({1, 2, 3}, expected);
  const Bytes once = expected;
  expected.insert(expected.end(), once.begin(), once.end());
  CHECK(augmented({.degrees = 20.0, .cutout = 9}, {1, 2, 3}, planes) == expected);
}

TEST_CASE("an image may be augmented in its place") {
  const Bytes image = noise(kSide, kSide);
  const Augmenter augmenter(everything(), kSide, kSide);
  AugmentScratch scratch = augmenter.make_scratch();
  Bytes in_place = image;
  augmenter.augment({1, 2, 3}, in_place, in_place, scratch);
  CHECK(in_place == augmented(everything(), {1, 2, 3}, image));
}

TEST_CASE("each number is drawn uniformly from its range") {
  check_uniform([](const Distortion& d) { return d.degrees; }, -15.0, 15.0);
  check_uniform([](const Distortion& d) { return d.translate_x; }, -2.8, 2.8);
  check_uniform([](const Distortion& d) { return d.translate_y; }, -1.4, 1.4);
  check_uniform([](const Distortion& d) { return d.scale; }, 0.8, 1.1);
  check_uniform([](const Distortion& d) { return d.shear; }, -10.0, 10.0);
  check_uniform([](const Distortion& d) { return d.thickness; }, -0.5, 1.0);
  for (const std::size_t control : {0U, 1U, 17U, 48U}) {
    check_uniform([=](const Distortion& d) { return d.elastic_x[control]; }, -2.0, 2.0);
    check_uniform([=](const Distortion& d) { return d.elastic_y[control]; }, -2.0, 2.0);
  }
}

TEST_CASE("translations are fractions of the side they go along") {
  const AugmentOptions options{.translate_x = 0.1, .translate_y = 0.1};
  const Distortion small = Augmenter(options, 10, 40).draw({1, 2, 3});
  const Distortion large = Augmenter(options, 100, 200).draw({1, 2, 3});
  CHECK(large.translate_x == doctest::Approx(5.0 * small.translate_x));
  CHECK(large.translate_y == doctest::Approx(10.0 * small.translate_y));
  CHECK(std::abs(small.translate_x) <= 4.0);
}

TEST_CASE("no two of an image's numbers are the same one") {
  const Augmenter augmenter(everything(), kSide, kSide);
  std::vector<std::vector<double>> drawn;
  for (std::uint64_t index = 0; index < 6; ++index) {
    drawn.push_back(shares(augmenter.draw({1, 2, index})));
  }
  for (std::size_t a = 0; a < drawn[0].size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const bool differ = std::ranges::any_of(
          drawn, [&](const auto& numbers) { return std::abs(numbers[a] - numbers[b]) > 0.01; });
      REQUIRE(differ);
    }
  }
}

TEST_CASE("what one option draws does not depend on the others") {
  const Distortion all = Augmenter(everything(), kSide, kSide).draw({1, 2, 3});
  CHECK(Augmenter({.degrees = 15.0}, kSide, kSide).draw({1, 2, 3}).degrees == all.degrees);
  CHECK(Augmenter({.shear = 10.0}, kSide, kSide).draw({1, 2, 3}).shear == all.shear);
  const Distortion bent = Augmenter({.elastic_alpha = 2.0}, kSide, kSide).draw({1, 2, 3});
  CHECK(bent.elastic_x == all.elastic_x);
  CHECK(bent.elastic_y == all.elastic_y);
  CHECK(bent.degrees == 0.0);
}

TEST_CASE("numbers outside their range are refused with their name") {
  const auto refusal = [](const AugmentOptions& options,
                          std::initializer_list<std::string_view> parts) {
    return wrong_refusal([&] { require_valid(options); }, parts);
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_NOTHROW(require_valid(everything()));
  CHECK(refusal({.degrees = -1.0}, {"[augment] expected degrees from 0", "got -1"}) == "");
  CHECK(refusal({.degrees = 181.0}, {"degrees", "180", "got 181"}) == "");
  CHECK(refusal({.degrees = nan}, {"degrees", "got", "nan"}) == "");
  CHECK(refusal({.translate_x = 1.5}, {"translation along x", "got 1.5"}) == "");
  CHECK(refusal({.translate_y = -0.1}, {"translation along y", "got -0.1"}) == "");
  CHECK(refusal({.scale_min = 0.0}, {"scale", "0.1", "got 0"}) == "");
  CHECK(refusal({.scale_max = 11.0}, {"scale", "10", "got 11"}) == "");
  CHECK(refusal({.scale_min = 1.2, .scale_max = 1.1}, {"scales", "got 1.2", "1.1"}) == "");
  CHECK(refusal({.shear = 90.0}, {"shear", "below 90", "got 90"}) == "");
  CHECK(refusal({.elastic_alpha = -1.0}, {"elastic alpha", "got -1"}) == "");
  CHECK(refusal({.elastic_grid = 0}, {"elastic grid", "1 to 8", "got 0"}) == "");
  CHECK(refusal({.elastic_grid = 9}, {"elastic grid", "got 9"}) == "");
  CHECK(refusal({.thickness_min = -2.5}, {"thickness", "got -2.5"}) == "");
  CHECK(refusal({.thickness_max = 2.5}, {"thickness", "got 2.5"}) == "");
  CHECK(refusal({.thickness_min = 1.0, .thickness_max = 0.5}, {"thicknesses", "got 1"}) == "");
  CHECK(refusal({.cutout = -1}, {"cutout from 0 to 1024", "got -1"}) == "");
  CHECK(refusal({.cutout = 1025}, {"cutout", "got 1025"}) == "");
  CHECK(refusal({.mixup = -0.5}, {"[augment] expected a mixup from 0 to 2", "got -0.5"}) == "");
  CHECK(refusal({.mixup = 2.5}, {"mixup", "got 2.5"}) == "");
  CHECK(refusal({.mixup = nan}, {"mixup", "nan"}) == "");
}

TEST_CASE("an augmenter refuses bad options and sizes") {
  CHECK(wrong_refusal([] { Augmenter({.degrees = -1.0}, 28, 28); }, {"degrees"}) == "");
  CHECK(wrong_refusal([] { Augmenter({}, 0, 28); }, {"[augment]", "1 to 1024", "got 0x28"}) == "");
  CHECK(wrong_refusal([] { Augmenter({}, 28, 1025); }, {"got 28x1025"}) == "");
}

}  // namespace tinycnn::test
