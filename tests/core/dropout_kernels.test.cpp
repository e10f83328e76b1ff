// SPDX-License-Identifier: MIT
// Dropout masks: bit-exact with the reference implementation, which share they keep, and what they
// depend on.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "kernels/dropout.h"
#include "reference/reference.h"
#include "support/bits.h"
#include "support/random_values.h"

using tinycnn::Buffer;
using tinycnn::kLanes;
using tinycnn::kernels::DropoutKey;
using tinycnn::test::difference;
using tinycnn::test::RandomValues;
namespace kernels = tinycnn::kernels;
namespace reference = tinycnn::reference;

namespace {

constexpr DropoutKey kKey{
    .seed = 0xFEDCBA9876543210, .layer = 5, .step = (1 << 20) + 3, .first_sample = 24};

Buffer mask_of(const DropoutKey& key, float p, std::size_t elements) {
  Buffer mask = RandomValues(1).floats(elements * kLanes);
  kernels::dropout_mask(key, p, mask);
  return mask;
}

}  // namespace

TEST_CASE("a dropout mask equals its reference implementation for any number of elements") {
  for (const std::size_t elements :
       std::initializer_list<std::size_t>{1, 3, 4, 5, 7, 8, 17, 28 * 28}) {
    for (const float p : {0.0F, 0.03F, 0.09F, 0.5F, 0.99F}) {
      CAPTURE(elements);
      CAPTURE(p);
      Buffer expected(elements * kLanes);
      reference::dropout_mask(kKey, p, expected);
      CHECK(difference(mask_of(kKey, p, elements), expected) == "");
    }
  }
}

TEST_CASE(
    "a mask is applied as the reference implementation does it, to elements and to whole "
    "channels") {
  for (const std::size_t rows : std::initializer_list<std::size_t>{1, 3, 17}) {
    for (const std::size_t repeat : std::initializer_list<std::size_t>{1, 4, 7, 784}) {
      RandomValues random;
      const Buffer mask = mask_of(kKey, 0.5F, rows);
      Buffer input = random.floats(mask.size() * repeat);
      Buffer output(input.size());
      Buffer expected(input.size());
      kernels::dropout_apply(input, mask, repeat, output);
      reference::dropout_apply(input, mask, repeat, expected);
      CHECK(difference(output, expected) == "");
      kernels::dropout_apply(input, mask, repeat, input);
      CHECK(difference(input, expected) == "");
    }
  }
}

TEST_CASE("dropout keeps a share of 1 - p and scales it by 1 / (1 - p)") {
  constexpr std::size_t kElements = 20'000;
  for (const float p : {0.03F, 0.09F, 0.25F, 0.5F, 0.9F}) {
    const Buffer mask = mask_of(kKey, p, kElements);
    const float kept = 1.0F / (1.0F - p);
    const auto zeros = std::ranges::count(mask, 0.0F);
    CHECK(zeros + std::ranges::count(mask, kept) == static_cast<std::ptrdiff_t>(mask.size()));
    const double share = static_cast<double>(zeros) / static_cast<double>(mask.size());
    // Five standard deviations, and the rounding of p to 16 bits.
    const double deviation = std::sqrt(p * (1.0 - p) / static_cast<double>(mask.size()));
    CHECK(std::abs(share - p) < 5.0 * deviation + 1.0 / 65536.0);
  }
  const Buffer all = mask_of(kKey, 0.0F, 100);
  CHECK(difference(all, Buffer(all.size(), 1.0F)) == "");
}

TEST_CASE("a mask depends on seed, layer, step and sample, each by itself, and on nothing else") {
  const Buffer mask = mask_of(kKey, 0.5F, 200);
  CHECK(difference(mask_of(kKey, 0.5F, 200), mask) == "");
  std::vector<DropoutKey> others(5, kKey);
  others[0].seed ^= 1;
  others[1].seed ^= std::uint64_t{1} << 63;
  ++others[2].layer;
  ++others[3].step;
  others[4].first_sample += kLanes;
  for (const DropoutKey& key : others) {
    const Buffer other = mask_of(key, 0.5F, 200);
    std::size_t equal = 0;
    for (std::size_t i = 0; i < mask.size(); ++i) {
      equal += mask[i] == other[i] ? 1 : 0;
    }
    // Independent masks agree in half of their 1,600 places: five standard deviations are 100.
    CHECK(equal > 700);
    CHECK(equal < 900);
  }
}

TEST_CASE("a sample has the same mask in whatever lane and block it lies") {
  DropoutKey key = kKey;
  const Buffer block = mask_of(key, 0.5F, 50);
  key.first_sample += 3;
  const Buffer shifted = mask_of(key, 0.5F, 50);
  for (std::size_t e = 0; e < 50; ++e) {
    for (std::size_t b = 3; b < kLanes; ++b) {
      REQUIRE(shifted[e * kLanes + b - 3] == block[e * kLanes + b]);
    }
  }
}

TEST_CASE("a mask for fewer elements is the start of one for more") {
  const Buffer some = mask_of(kKey, 0.5F, 13);
  const Buffer more = mask_of(kKey, 0.5F, 40);
  CHECK(std::equal(some.begin(), some.end(), more.begin()));
}
