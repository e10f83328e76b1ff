// SPDX-License-Identifier: MIT
#include "kernels/pad.h"

#include <algorithm>
#include <cstddef>

namespace tinycnn::kernels {
namespace {

/// Calls copy(offset in the unpadded block, offset in the padded block, floats) for each row.
template <class Copy>
void for_rows(const Shape& shape, const Size2d& padding, const Copy& copy) {
  const Shape outer = padded_shape(shape, padding);
  const std::size_t row = static_cast<std::size_t>(shape.width) * kLanes;
  for (int c = 0; c < shape.channels; ++c) {
    for (int y = 0; y < shape.height; ++y) {
      const int line = c * outer.height + y + padding.height;
      copy(static_cast<std::size_t>(c * shape.height + y) * row,
           static_cast<std::size_t>(line * outer.width + padding.width) * kLanes, row);
    }
  }
}

}  // namespace

void pad(const Shape& shape, const Size2d& padding, float value, std::span<const float> input,
         std::span<float> padded) noexcept {
  std::ranges::fill(padded, value);
  for_rows(shape, padding, [&](std::size_t inner, std::size_t outer, std::size_t size) {
    std::ranges::copy(input.subspan(inner, size), padded.subspan(outer, size).begin());
  });
}

void crop(const Shape& shape, const Size2d& padding, std::span<const float> padded,
          std::span<float> output) noexcept {
  for_rows(shape, padding, [&](std::size_t inner, std::size_t outer, std::size_t size) {
    std::ranges::copy(padded.subspan(outer, size), output.subspan(inner, size).begin());
  });
}

}  // namespace tinycnn::kernels
