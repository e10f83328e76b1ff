// SPDX-License-Identifier: MIT
// From a drawing of any size to an image as MNIST has them.
// Method: Y. LeCun, C. Cortes, C. Burges, http://yann.lecun.com/exdb/mnist/: the digit is fitted
// into a 20x20 box keeping its aspect ratio, anti-aliased, and placed by its centre of mass at the
// centre of a 28x28 field.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace tinycnn {

inline constexpr int kDigitSide = 28;
inline constexpr int kDigitBox = 20;

struct PreparedDigit {
  std::array<std::uint8_t, std::size_t{kDigitSide} * kDigitSide> pixels{};  ///< 0 background
  bool empty = true;  ///< nothing was drawn; pixels are all 0
};

/// drawing: [height][width], 0 background to 255 ink.
/// Throws Error unless both sides are from 1 to 4,096 and the bytes are height * width.
PreparedDigit prepare_digit(std::span<const std::uint8_t> drawing, int height, int width);

}  // namespace tinycnn
