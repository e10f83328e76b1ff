// SPDX-License-Identifier: MIT
// Generated digits are pure functions of their keys, inked as drawings are, in all the ways that
// there are of writing them.
#include "tinycnn/digit_generator.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "handwriting/digit_glyphs.h"
#include "support/hash.h"
#include "support/refusal.h"

namespace tinycnn::test {
namespace {

constexpr std::size_t kArea = 784;

std::array<std::uint8_t, kArea> image_of(const DigitKey& key) {
  std::array<std::uint8_t, kArea> image{};
  image.fill(77);  // all of it is written
  generate_image(key, image);
  return image;
}

std::array<std::uint8_t, kArea> image_in(const Dataset& digits, std::size_t index) {
  std::array<std::uint8_t, kArea> image{};
  std::copy_n(digits.pixels(index), kArea, image.begin());
  return image;
}

}  // namespace

TEST_CASE("the first thousand digits are these, in every build") {
  const Dataset digits = generate_digits(1, 0, 1000);
  Fnv1a hash;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    hash.add(std::array{digits.label(i)});
    hash.add({digits.pixels(i), kArea});
  }
  CHECK(hash.value() == 0x15B571AB0571B9F8U);
}

TEST_CASE("a digit depends on its key alone") {
  const Dataset all = generate_digits(5, 0, 60);
  const Dataset later = generate_digits(5, 40, 20);
  for (std::size_t i = 0; i < later.size(); ++i) {
    CHECK(later.label(i) == all.label(i + 40));
    CHECK(image_in(later, i) == image_in(all, i + 40));
    CHECK(image_in(all, i) == image_of({.seed = 5, .index = i}));
    CHECK(all.label(i) == generated_label({.seed = 5, .index = i}));
  }
}

TEST_CASE("another seed, epoch or index, also beyond 32 bits, is another digit") {
  constexpr std::uint64_t kFar = std::uint64_t{1} << 32;
  std::set<std::array<std::uint8_t, kArea>> images;
  for (const DigitKey& key : {DigitKey{0, 0, 0}, DigitKey{1, 0, 0}, DigitKey{0, 1, 0},
                              DigitKey{0, 0, 1}, DigitKey{kFar, 0, 0}, DigitKey{0, 0, kFar}}) {
    images.insert(image_of(key));
  }
  CHECK(images.size() == 6);
}

TEST_CASE("images are what the renderer of drawings makes of the strokes") {
  for (std::uint64_t index = 0; index < 300; ++index) {
    const DigitKey key{.seed = 2, .epoch = 3, .index = index};
    const GeneratedDigit digit = generate_strokes(key);
    CHECK(digit.label == generated_label(key));
    REQUIRE(render_strokes(digit.path(), digit.pen).pixels == image_of(key));
  }
}

TEST_CASE("all digits come as often, and all ways of writing them come") {
  constexpr int kCount = 20'000;
  std::array<int, kGeneratedClasses> counts{};
  std::set<std::size_t> styles;
  for (std::uint64_t index = 0; index < kCount; ++index) {
    const GeneratedDigit digit = generate_strokes({.seed = 4, .index = index});
    ++counts.at(static_cast<std::size_t>(digit.label));
    styles.insert(digit.style);
  }
  for (const int count : counts) {
    CHECK(count > kCount / 10 - 220);  // five standard deviations
    CHECK(count < kCount / 10 + 220);
  }
  CHECK(styles.size() == kGlyphs);
}

TEST_CASE("another label is written by the same hand") {
  const DigitKey key{.seed = 9, .index = 12};
  const GeneratedDigit own = generate_strokes(key);
  for (int label = 0; label < kGeneratedClasses; ++label) {
    const GeneratedDigit other = generate_strokes(key, label);
    CHECK(other.label == label);
    CHECK(other.pen.thickness == own.pen.thickness);
    CHECK((other.points == own.points) == (label == own.label));
  }
}

TEST_CASE("a share of the keys is generated, the same ones for larger shares, of every label") {
  std::array<int, kGeneratedClasses> labels{};
  int quarter = 0;
  for (std::uint64_t index = 0; index < 4000; ++index) {
    const DigitKey key{.seed = 1, .epoch = 2, .index = index};
    CHECK(!is_generated(key, 0.0));
    CHECK(is_generated(key, 1.0));
    if (is_generated(key, 0.25)) {
      CHECK(is_generated(key, 0.3));
      ++quarter;
      ++labels.at(static_cast<std::size_t>(generated_label(key)));
    }
  }
  CHECK(quarter > 1000 - 140);  // five standard deviations
  CHECK(quarter < 1000 + 140);
  for (const int label : labels) {
    CHECK(label > 50);
  }
}

TEST_CASE("labels that there are not, and counts of none or too many, are refused") {
  CHECK(wrong_refusal([] { generate_strokes({}, 10); }, {"[digits]", "from 0 to 9", "got 10"}) ==
        "");
  CHECK(wrong_refusal([] { generate_strokes({}, -1); }, {"[digits]", "from 0 to 9", "got -1"}) ==
        "");
  CHECK(wrong_refusal([] { generate_digits(1, 0, 0); },
                      {"[digits]", "from 1 to 100000", "got 0"}) == "");
  CHECK(wrong_refusal([] { generate_digits(1, 0, kMaxGenerated + 1); },
                      {"[digits]", "from 1 to 100000", "got 100001"}) == "");
}

}  // namespace tinycnn::test
