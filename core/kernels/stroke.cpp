// SPDX-License-Identifier: MIT
#include "kernels/stroke.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

constexpr float kNoInk = -1.0e6F;
static_assert(kInkStride % kLanes == 0);

constexpr auto kPixelCenters = [] {
  std::array<float, kInkStride> centers{};
  for (std::size_t x = 0; x < kInkStride; ++x) {
    centers[x] = static_cast<float>(x) + 0.5F;
  }
  return centers;
}();

/// Pixels of an axis whose centres may lie within `reach` of the interval from a to b.
struct Range {
  std::size_t first;
  std::size_t last;  // exclusive

  Range(float a, float b, float reach)
      : first(pixel(std::floor(std::min(a, b) - reach))),
        last(pixel(std::ceil(std::max(a, b) + reach))) {}

  static std::size_t pixel(float at) {
    return static_cast<std::size_t>(std::clamp(at, 0.0F, static_cast<float>(kInkSide)));
  }
};

}  // namespace

void clear_ink(InkField& field) noexcept { field.fill(kNoInk); }

void draw_segment(const InkSegment& segment, float margin, InkField& field) noexcept {
  const float u_x = segment.to_x - segment.from_x;
  const float u_y = segment.to_y - segment.from_y;
  const float square = u_x * u_x + u_y * u_y;
  const float inverse = square > 1e-12F ? 1.0F / square : 0.0F;
  const Range rows(segment.from_y, segment.to_y, segment.radius + margin);
  const Range columns(segment.from_x, segment.to_x, segment.radius + margin);
  const std::size_t begin = columns.first / kWidth * kWidth;
  const Batch radius(segment.radius);
  for (std::size_t y = rows.first; y < rows.last; ++y) {
    const float v_y = kPixelCenters[y] - segment.from_y;
    float* row = &field[y * kInkStride];
    for (std::size_t x = begin; x < columns.last; x += kWidth) {
      const Batch v_x = load(&kPixelCenters[x]) - Batch(segment.from_x);
      const Batch along = (v_x * Batch(u_x) + Batch(v_y * u_y)) * Batch(inverse);
      const Batch t = xsimd::min(xsimd::max(along, Batch(0.0F)), Batch(1.0F));
      const Batch away_x = v_x - t * Batch(u_x);
      const Batch away_y = Batch(v_y) - t * Batch(u_y);
      const Batch depth = radius - square_root(away_x * away_x + away_y * away_y);
      store(row + x, xsimd::max(load(row + x), depth));
    }
  }
}

void ink_to_grey(const InkField& field, float softness, std::span<std::uint8_t> out) noexcept {
  assert(out.size() == kInkSide * kInkSide);
  const float slope = 255.0F / softness;
  for (std::size_t y = 0; y < kInkSide; ++y) {
    const float* row = &field[y * kInkStride];
    for (std::size_t x = 0; x < kInkSide; ++x) {
      const float grey = row[x] * slope + 128.0F;  // 255 / 2, and 1/2 to round
      out[y * kInkSide + x] = static_cast<std::uint8_t>(std::clamp(grey, 0.0F, 255.0F));
    }
  }
}

}  // namespace tinycnn::kernels
