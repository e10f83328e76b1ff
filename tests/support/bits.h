// SPDX-License-Identifier: MIT
// Bit-exact comparison of two arrays, with a text that says where they first differ.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "support/text.h"

namespace tinycnn::test {

/// All NaN are equal: their bits differ between processors.
inline bool same_bits(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) || (a != a && b != b);
}

/// Empty if both hold the same bits; else where they first differ.
inline std::string difference(std::span<const float> actual, std::span<const float> expected) {
  if (actual.size() != expected.size()) {
    return concat(actual.size(), " numbers instead of ", expected.size());
  }
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (!same_bits(actual[i], expected[i])) {
      return concat("number ", i, " of ", actual.size(), " is ", actual[i], " instead of ",
                    expected[i]);
    }
  }
  return {};
}

}  // namespace tinycnn::test
