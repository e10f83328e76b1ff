// SPDX-License-Identifier: MIT
#include "kernels/thickness.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>

namespace tinycnn::kernels {
namespace {

struct Maximum {
  std::uint8_t operator()(std::uint8_t a, std::uint8_t b) const { return a > b ? a : b; }
};
struct Minimum {
  std::uint8_t operator()(std::uint8_t a, std::uint8_t b) const { return a < b ? a : b; }
};

/// The loops over kChunk bytes are one register each: compilers vectorise bytes by themselves.
template <class Extreme>
void filter_row(const ImageFrame& frame, const std::uint8_t* row, std::int16_t weight,
                std::uint8_t* line, std::uint8_t* out) noexcept {
  constexpr Extreme extreme;
  const std::size_t stride = frame.stride();
  const std::uint8_t* above = row - stride;
  const std::uint8_t* below = row + stride;
  for (std::size_t x = 0; x < stride; ++x) {
    line[x] = extreme(extreme(above[x], below[x]), row[x]);
  }
  for (std::size_t x0 = 0; x0 < frame.byte_width(); x0 += ImageFrame::kChunk) {
    for (std::size_t x = x0; x < x0 + ImageFrame::kChunk; ++x) {
      const std::uint8_t cross = extreme(extreme(row[x], row[x + 2]), line[x + 1]);
      const std::uint8_t square = extreme(extreme(line[x], line[x + 2]), line[x + 1]);
      // At most 2 * 255 * 64 in size, which a 16-bit number holds.
      const auto change = static_cast<std::int16_t>((cross + square - 2 * row[x + 1]) * weight);
      out[x + 1] = static_cast<std::uint8_t>(row[x + 1] + ((change + kWholePixel) >> 7));
    }
  }
}

}  // namespace

void change_thickness(const ImageFrame& frame, std::span<const std::uint8_t> framed, int weight,
                      std::span<std::uint8_t> line, std::span<std::uint8_t> thickened) noexcept {
  assert(std::abs(weight) <= kWholePixel && line.size() >= frame.stride());
  const std::size_t stride = frame.stride();
  const auto size = static_cast<std::int16_t>(std::abs(weight));
  std::ranges::fill(thickened.first(stride), std::uint8_t{0});
  for (std::size_t y = 1; y <= frame.H; ++y) {
    std::uint8_t* out = &thickened[y * stride];
    if (weight > 0) {
      filter_row<Maximum>(frame, &framed[y * stride], size, line.data(), out);
    } else {
      filter_row<Minimum>(frame, &framed[y * stride], size, line.data(), out);
    }
    out[0] = 0;
    std::fill(out + 1 + frame.W, out + stride, std::uint8_t{0});
  }
  std::ranges::fill(thickened.subspan((frame.H + 1) * stride, 2 * stride), std::uint8_t{0});
}

}  // namespace tinycnn::kernels
