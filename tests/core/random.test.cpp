// SPDX-License-Identifier: MIT
// Randomness: Philox against the known answers of its authors, shuffles, and initial weights.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "plan/compiled_model.h"
#include "support/random.h"
#include "support/specs.h"
#include "tinycnn/zoo.h"

namespace tinycnn::test {
namespace {

using Words = std::array<std::uint32_t, 4>;

std::vector<std::uint32_t> sorted(std::vector<std::uint32_t> values) {
  std::ranges::sort(values);
  return values;
}

std::vector<std::uint32_t> identity(std::uint32_t count) {
  std::vector<std::uint32_t> values(count);
  std::iota(values.begin(), values.end(), 0U);
  return values;
}

}  // namespace

// kat_vectors of the Random123 distribution, https://github.com/DEShawResearch/random123
TEST_CASE("philox4x32-10 gives its authors' known answers") {
  CHECK(philox4x32_10({0, 0, 0, 0}, {0, 0}) ==
        Words{0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8});
  CHECK(philox4x32_10({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, {0xFFFFFFFF, 0xFFFFFFFF}) ==
        Words{0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD});
  CHECK(philox4x32_10({0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344}, {0xA4093822, 0x299F31D0}) ==
        Words{0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1});
}

TEST_CASE("seed, purpose, stream and index each change the numbers, in all their bits") {
  const Words words = philox(1, Purpose::kShuffle, 2, 3);
  CHECK(philox(1, Purpose::kShuffle, 2, 3) == words);
  CHECK(philox(1 + (std::uint64_t{1} << 63), Purpose::kShuffle, 2, 3) != words);
  CHECK(philox(2, Purpose::kShuffle, 2, 3) != words);
  CHECK(philox(1, Purpose::kInitialization, 2, 3) != words);
  CHECK(philox(1, Purpose::kShuffle, 0x80000002, 3) != words);
  CHECK(philox(1, Purpose::kShuffle, 2, 3 + (std::uint64_t{1} << 63)) != words);
  CHECK(philox(1, Purpose::kShuffle, 2, 4) != words);
}

TEST_CASE("a word becomes a float from 0 to below 1") {
  CHECK(to_unit_float(0) == 0.0F);
  CHECK(to_unit_float(0x80000000) == 0.5F);
  CHECK(to_unit_float(0xFFFFFFFF) == 1.0F - 0x1p-24F);
}

TEST_CASE("a shuffled order is a permutation, whatever its length") {
  for (const std::uint32_t count : {0U, 1U, 2U, 3U, 4U, 5U, 7U, 8U, 1000U}) {
    CAPTURE(count);
    CHECK(sorted(shuffled_order(1, 0, count)) == identity(count));
  }
}

TEST_CASE("shuffles depend on seed and epoch, and on nothing else") {
  const auto order = shuffled_order(1, 0, 100);
  CHECK(order != identity(100));
  CHECK(shuffled_order(1, 0, 100) == order);
  CHECK(shuffled_order(2, 0, 100) != order);
  CHECK(shuffled_order(1, 1, 100) != order);
}

TEST_CASE("in a shuffle every element comes to every place about equally often") {
  constexpr std::uint32_t kCount = 5;
  constexpr std::uint32_t kShuffles = 4000;
  std::array<std::array<int, kCount>, kCount> seen{};
  for (std::uint32_t epoch = 0; epoch < kShuffles; ++epoch) {
    const auto order = shuffled_order(7, epoch, kCount);
    for (std::uint32_t place = 0; place < kCount; ++place) {
      ++seen[place][order[place]];
    }
  }
  // 800 expected; the standard deviation is 25, so that five of them are 125.
  for (const auto& place : seen) {
    for (const int count : place) {
      CHECK(std::abs(count - 800) < 125);
    }
  }
}

TEST_CASE("initial weights lie within 1/sqrt(fan_in) and spread as uniform numbers do") {
  const Model model(find_in_zoo("tinycnn").spec, 1);
  for (const auto& [parameter, offset] : model.parameter_views()) {
    const double bound = 1.0 / std::sqrt(parameter.fan_in);
    double sum = 0.0;
    double squares = 0.0;
    for (const float value : model.parameters().subspan(offset, parameter.size())) {
      REQUIRE(std::abs(value) <= bound * (1.0 + 1e-7));
      sum += value / bound;
      squares += value / bound * (value / bound);
    }
    const auto count = static_cast<double>(parameter.size());
    // Uniform in [-1, 1]: mean 0, variance 1/3; the tolerances are five standard deviations.
    CHECK(std::abs(sum / count) < 5.0 * std::sqrt(1.0 / 3.0 / count));
    CHECK(std::abs(squares / count - 1.0 / 3.0) < 5.0 * std::sqrt(4.0 / 45.0 / count));
  }
}

TEST_CASE("fan_in is the number of inputs of one output, for weights and biases alike") {
  const Model model(find_in_zoo("tinycnn").spec, 1);
  std::vector<int> fans;
  for (const auto& [parameter, offset] : model.parameter_views()) {
    fans.push_back(parameter.fan_in);
  }
  CHECK(fans == std::vector{9, 9, 36, 36, 576, 576, 32, 32});
}

TEST_CASE("initial weights depend on the seed, and on nothing else") {
  CompiledModel first(small_model(), 1);
  const Model again(small_model(), 1);
  const Model other(small_model(), 2);
  CHECK(first.parameter_hash() == again.parameter_hash());
  CHECK(first.parameter_hash() != other.parameter_hash());
  first.initialize(2);
  CHECK(first.parameter_hash() == other.parameter_hash());
  first.initialize(std::uint64_t{1} << 63);
  CHECK(first.parameter_hash() != other.parameter_hash());
}

TEST_CASE("no two parameters of one size start the same") {
  const Model model(tinycnn::test::model({4, 1, 1}, {linear("a", 4), linear("b", 4)}), 1);
  const auto a = model.parameters().subspan(model.parameter_views()[0].offset, 16);
  const auto b = model.parameters().subspan(model.parameter_views()[2].offset, 16);
  CHECK(!std::ranges::equal(a, b));
}

}  // namespace tinycnn::test
