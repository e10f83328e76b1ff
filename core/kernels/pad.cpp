// SPDX-License-Identifier: MIT
#include "kernels/pad.h"

#include <algorithm>
#include <cstddef>

namespace tinycnn::kernels {
namespace {

/// Calls copy(offset in the unpadded block, offset in the padded block, floats) for each row.
template <class Copy>
void for_rows(const Shape& shape, const Sides2d& sides, const Copy& copy) {
  const Shape outer = padded_shape(shape, sides);
  const std::size_t row = static_cast<std::size_t>(shape.width) * kLanes;
  for (int c = 0; c < shape.channels; ++c) {
    for (int y = 0; y < shape.height; ++y) {
      const int line = c * outer.height + y + sides.top;
      copy(static_cast<std::size_t>(c * shape.height + y) * row,
           static_cast<std::size_t>(line * outer.width + sides.left) * kLanes, row);
    }
  }
}

}  // namespace

void pad(const Shape& shape, const Sides2d& sides, float value, std::span<const float> input,
         std::span<float> padded) noexcept {
  std::ranges::fill(padded, value);
  for_rows(shape, sides, [&](std::size_t inner, std::size_t outer, std::size_t size) {
    std::ranges::copy(input.subspan(inner, size), padded.subspan(outer, size).begin());
  });
}

void crop(const Shape& shape, const Sides2d& sides, std::span<const float> padded,
          std::span<float> output) noexcept {
  for_rows(shape, sides, [&](std::size_t inner, std::size_t outer, std::size_t size) {
    std::ranges::copy(padded.subspan(outer, size), output.subspan(inner, size).begin());
  });
}

}  // namespace tinycnn::kernels
