// SPDX-License-Identifier: MIT
#include "kernels/thickness.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>

namespace tinycnn::kernels {
namespace {

using Byte = std::uint8_t;

Byte max(Byte a, Byte b) { return a > b ? a : b; }
Byte min(Byte a, Byte b) { return a < b ? a : b; }
/// max(a - b, 0).
Byte excess(Byte a, Byte b) { return a > b ? static_cast<Byte>(a - b) : Byte{0}; }

/// By how much pixel p between its neighbours a and b can rise or fall.
template <bool Grow>
Byte slope(Byte a, Byte p, Byte b) {
  const Byte high = max(a, b);
  const Byte low = min(a, b);
  return min(excess(high, low), Grow ? excess(high, p) : excess(p, low));
}

/// Compilers vectorize each loop over kChunk bytes to one register.
template <bool Grow>
void change_row(const ImageFrame& frame, const Byte* row, std::int16_t weight, Byte* out) noexcept {
  const Byte* above = row - frame.stride();
  const Byte* below = row + frame.stride();
  for (std::size_t x0 = 0; x0 < frame.byte_width(); x0 += ImageFrame::kChunk) {
    for (std::size_t x = x0; x < x0 + ImageFrame::kChunk; ++x) {
      const Byte p = row[x + 1];
      const Byte straight =
          max(slope<Grow>(row[x], p, row[x + 2]), slope<Grow>(above[x + 1], p, below[x + 1]));
      const Byte diagonal =
          max(slope<Grow>(above[x], p, below[x + 2]), slope<Grow>(below[x], p, above[x + 2]));
      // At most 2 * 255 * 64, which fits into 16 bits; so does the sum below.
      const auto twice = static_cast<std::int16_t>((straight + max(straight, diagonal)) * weight);
      const auto change = static_cast<Byte>((twice + kWholePixel) >> 7);
      out[x + 1] = static_cast<Byte>(Grow ? p + change : p - change);
    }
  }
}

}  // namespace

void change_thickness(const ImageFrame& frame, std::span<const Byte> framed, int weight,
                      std::span<Byte> thickened) noexcept {
  assert(std::abs(weight) <= kWholePixel);
  const std::size_t stride = frame.stride();
  const auto size = static_cast<std::int16_t>(std::abs(weight));
  std::ranges::fill(thickened.first(stride), Byte{0});
  for (std::size_t y = 1; y <= frame.H; ++y) {
    Byte* out = &thickened[y * stride];
    if (weight > 0) {
      change_row<true>(frame, &framed[y * stride], size, out);
    } else {
      change_row<false>(frame, &framed[y * stride], size, out);
    }
    out[0] = 0;
    std::fill(out + 1 + frame.W, out + stride, Byte{0});
  }
  std::ranges::fill(thickened.subspan((frame.H + 1) * stride, 2 * stride), Byte{0});
}

}  // namespace tinycnn::kernels
