// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace tinycnn {

/// base^exponent by squaring: bit-exact on every platform, unlike std::pow.
constexpr double integer_power(double base, std::int64_t exponent) {
  double result = 1.0;
  for (; exponent > 0; exponent >>= 1) {
    result = (exponent & 1) != 0 ? result * base : result;
    base *= base;
  }
  return result;
}

}  // namespace tinycnn
