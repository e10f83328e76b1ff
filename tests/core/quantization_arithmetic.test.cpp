// SPDX-License-Identifier: MIT
// The fixed-point arithmetic of quantized networks against the same in double precision.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "quantization/fixed_point.h"
#include "support/random_values.h"

namespace tinycnn::test {
namespace {

constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();

/// Rounded twice, as TensorFlow Lite rounds: the product's ties upwards, the quotient's away from
/// 0.
std::int32_t reference(std::int32_t value, const FixedPointMultiplier& multiplier) {
  const double shifted = std::ldexp(static_cast<double>(value), std::max(multiplier.shift, 0));
  const double clamped = std::clamp(shifted, double{kMin}, double{kMax});
  const double high = std::floor(clamped * multiplier.mantissa / 0x1p31 + 0.5);
  return static_cast<std::int32_t>(std::round(std::ldexp(high, std::min(multiplier.shift, 0))));
}

}  // namespace

TEST_CASE("a factor becomes the nearest multiplier") {
  RandomValues random(1);
  for (int i = 0; i < 2000; ++i) {
    const double factor = std::ldexp(1.5 + random.value() / 2.0, random.below(40) - 30);
    const FixedPointMultiplier multiplier = to_multiplier(factor);
    CAPTURE(factor);
    CHECK(std::abs(to_real(multiplier) - factor) <= factor * 0x1p-31);
    CHECK(multiplier.mantissa >= 1 << 30);
  }
  CHECK(to_multiplier(0.5) == FixedPointMultiplier{1 << 30, 0});
  CHECK(to_multiplier(1.0) == FixedPointMultiplier{1 << 30, 1});
  CHECK(to_multiplier(1.0 - 0x1p-40) == FixedPointMultiplier{1 << 30, 1});  // rounded up
  CHECK(to_multiplier(0.0) == FixedPointMultiplier{});
  CHECK(to_multiplier(0x1p-40) == FixedPointMultiplier{});
}

TEST_CASE("a product with a multiplier is the double one, rounded twice") {
  RandomValues random(2);
  for (int i = 0; i < 20000; ++i) {
    // Products below 2^53, which a double holds exactly.
    const auto value = static_cast<std::int32_t>(random.word()) >> (10 + random.below(18));
    const FixedPointMultiplier multiplier =
        to_multiplier(std::ldexp(1.5 + random.value() / 2.0, random.below(30) - 25));
    CAPTURE(value);
    CAPTURE(multiplier.mantissa);
    CAPTURE(multiplier.shift);
    CHECK(multiply(value, multiplier) == reference(value, multiplier));
  }
}

TEST_CASE("a product with a multiplier below 1 is within one of the real product") {
  RandomValues random(3);
  for (int i = 0; i < 20000; ++i) {
    const auto value = static_cast<std::int32_t>(random.word());
    const double factor = std::ldexp(1.5 + random.value() / 2.0, -1 - random.below(31));
    CHECK(std::abs(multiply(value, to_multiplier(factor)) - value * factor) <= 1.001);
  }
}

TEST_CASE("ties and extremes of the fixed-point operations") {
  CHECK(doubling_high_product(kMin, kMin) == kMax);
  CHECK(doubling_high_product(kMin, kMax) == -kMax);
  CHECK(doubling_high_product(1, 1 << 30) == 1);    // 0.5
  CHECK(doubling_high_product(-1, 1 << 30) == 0);   // -0.5
  CHECK(doubling_high_product(-3, 1 << 30) == -1);  // -1.5
  CHECK(divide_by_power_of_two(5, 1) == 3);
  CHECK(divide_by_power_of_two(-5, 1) == -3);
  CHECK(divide_by_power_of_two(-4, 3) == -1);
  CHECK(divide_by_power_of_two(3, 3) == 0);
  CHECK(divide_by_power_of_two(7, 0) == 7);
  CHECK(divide_by_power_of_two(kMax, 31) == 1);
  CHECK(divide_by_power_of_two(kMin, 31) == -1);
  // What is shifted to the left saturates at 2^31 before it is multiplied by the mantissa.
  CHECK(multiply(1 << 30, to_multiplier(64.0)) == 1 << 30);
  CHECK(multiply(-(1 << 30), to_multiplier(64.0)) == -(1 << 30));
}

TEST_CASE("a range is mapped to all of int8 and holds zero exactly") {
  RandomValues random(4);
  for (int i = 0; i < 1000; ++i) {
    const double a = 10.0 * random.value();
    const double b = 10.0 * random.value();
    const Quantization range = quantization_of(std::min(a, b), std::max(a, b));
    CHECK(range.to_real(range.zero_point) == 0.0);
    CHECK(range.zero_point >= -128);
    CHECK(range.zero_point <= 127);
    for (const double value : {a, b, 0.0, (a + b) / 2.0}) {
      CHECK(std::abs(range.to_real(quantize(value, range)) - value) <= range.scale * 1.001);
    }
  }
  CHECK(quantization_of(0.0, 255.0) == Quantization{1.0F, -128});
  CHECK(quantization_of(-255.0, 0.0) == Quantization{1.0F, 127});
  CHECK(quantization_of(0.0, 0.0) == Quantization{});
  CHECK(quantize(1e30, {}) == 127);
  CHECK(quantize(-1e30, {}) == -128);
  CHECK(quantize(0.5, {}) == 1);
  CHECK(quantize(-0.5, {}) == -1);
}

}  // namespace tinycnn::test
