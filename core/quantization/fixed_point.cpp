// SPDX-License-Identifier: MIT
#include "quantization/fixed_point.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tinycnn {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int32_t>::min();
constexpr int kBits = 31;

}  // namespace

FixedPointMultiplier to_multiplier(double factor) noexcept {
  int shift = 0;
  const double fraction = std::frexp(factor, &shift);  // from 0.5 to below 1, or 0
  auto mantissa = static_cast<std::int64_t>(std::round(std::ldexp(fraction, kBits)));
  if (mantissa > kMax) {
    mantissa /= 2;
    ++shift;
  }
  if (mantissa == 0 || shift < -kBits) {
    return {};
  }
  return {.mantissa = static_cast<std::int32_t>(mantissa), .shift = shift};
}

double to_real(const FixedPointMultiplier& multiplier) noexcept {
  return std::ldexp(static_cast<double>(multiplier.mantissa), multiplier.shift - kBits);
}

std::int32_t doubling_high_product(std::int32_t a, std::int32_t b) noexcept {
  if (a == kMin && b == kMin) {
    return kMax;
  }
  const std::int64_t product = std::int64_t{a} * b;
  const std::int64_t half = std::int64_t{1} << (kBits - 1);
  // The division rounds towards zero.
  return static_cast<std::int32_t>((product + (product >= 0 ? half : 1 - half)) /
                                   (std::int64_t{1} << kBits));
}

std::int32_t divide_by_power_of_two(std::int32_t value, int exponent) noexcept {
  const std::int64_t divisor = std::int64_t{1} << exponent;
  const std::int64_t half = divisor / 2;
  return static_cast<std::int32_t>((value + (value >= 0 ? half : -half)) / divisor);
}

std::int32_t multiply(std::int32_t value, const FixedPointMultiplier& multiplier) noexcept {
  const int left = std::max(multiplier.shift, 0);
  const int right = std::max(-multiplier.shift, 0);
  const std::int64_t shifted =
      std::clamp(std::int64_t{value} * (std::int64_t{1} << left), kMin, kMax);
  return divide_by_power_of_two(
      doubling_high_product(static_cast<std::int32_t>(shifted), multiplier.mantissa), right);
}

std::int8_t saturate(std::int32_t value, std::int32_t min, std::int32_t max) noexcept {
  return static_cast<std::int8_t>(std::clamp(value, min, max));
}

std::int8_t quantize(double real, const Quantization& quantization) noexcept {
  const double value = std::round(real / double{quantization.scale}) + quantization.zero_point;
  return static_cast<std::int8_t>(std::clamp(value, -128.0, 127.0));
}

Quantization quantization_of(double min, double max) noexcept {
  constexpr double kSteps = 255.0;
  const double low = std::min(min, 0.0);
  const double high = std::max(max, 0.0);
  const auto scale = static_cast<float>((high - low) / kSteps);
  if (!(scale > 0.0F)) {
    return {};
  }
  const double zero = std::round(-128.0 - low / double{scale});
  return {.scale = scale, .zero_point = static_cast<std::int32_t>(std::clamp(zero, -128.0, 127.0))};
}

}  // namespace tinycnn
