// SPDX-License-Identifier: MIT
#include "ink.h"

#include <algorithm>
#include <cmath>

namespace tinycnn {
namespace {

constexpr double kNoExtent = 1e-12;        // in the drawing's units: a dot
constexpr float kLeastPieceSquare = 0.01F; // pieces of less than 0.1 pixels are joined to the next

kernels::InkSegment piece(const InkPoint& from, const InkPoint& to, double thickness) {
  const float radius = static_cast<float>(thickness) * 0.25F * (from.width + to.width);
  return {from.x, from.y, to.x, to.y, radius};
}

/// So that the pixel that holds the centre of mass comes to pixel 14.
int offset(double center) {
  constexpr int kMost = kDigitSide - kDigitBox;
  return std::clamp(kDigitSide / 2 - static_cast<int>(std::floor(center)), 0, kMost);
}

}  // namespace

Fit fit_box(const RenderedStrokes::Box& box, double thickness) noexcept {
  const double extent = std::max(box.right - box.left, box.bottom - box.top);
  return {.center_x = box.left + (box.right - box.left) / 2.0,
          .center_y = box.top + (box.bottom - box.top) / 2.0,
          .scale = extent > kNoExtent ? (kDigitBox - thickness) / extent : 0.0};
}

void ink_stroke(std::span<const InkPoint> stroke, const Pen& pen,
                kernels::InkField& field) noexcept {
  if (stroke.empty()) {
    return;
  }
  const float margin = static_cast<float>(pen.softness) * 0.5F;
  const InkPoint* last = &stroke.front();
  if (stroke.size() == 1) {
    kernels::draw_segment(piece(*last, *last, pen.thickness), margin, field);
  }
  for (std::size_t i = 1; i < stroke.size(); ++i) {
    const InkPoint& point = stroke[i];
    const float x = point.x - last->x;
    const float y = point.y - last->y;
    if (x * x + y * y >= kLeastPieceSquare || i + 1 == stroke.size()) {
      kernels::draw_segment(piece(*last, point, pen.thickness), margin, field);
      last = &point;
    }
  }
}

Centering center_by_mass(std::span<const std::uint8_t> boxed) noexcept {
  std::uint32_t mass = 0;
  std::uint32_t sum_x = 0;
  std::uint32_t sum_y = 0;
  for (std::uint32_t y = 0; y < kernels::kInkSide; ++y) {
    for (std::uint32_t x = 0; x < kernels::kInkSide; ++x) {
      const std::uint32_t ink = boxed[y * kernels::kInkSide + x];
      mass += ink;
      sum_x += ink * x;
      sum_y += ink * y;
    }
  }
  Centering centering;
  if (mass > 0) {
    centering.center_x = static_cast<double>(sum_x) / mass + 0.5;
    centering.center_y = static_cast<double>(sum_y) / mass + 0.5;
  }
  centering.left = offset(centering.center_x);
  centering.top = offset(centering.center_y);
  return centering;
}

void place(std::span<const std::uint8_t> boxed, const Centering& centering,
           std::span<std::uint8_t> pixels) noexcept {
  std::ranges::fill(pixels, std::uint8_t{0});
  for (int y = 0; y < kDigitBox; ++y) {
    const auto row = boxed.subspan(static_cast<std::size_t>(y * kDigitBox), kDigitBox);
    std::ranges::copy(row, pixels.begin() + (y + centering.top) * kDigitSide + centering.left);
  }
}

}  // namespace tinycnn
