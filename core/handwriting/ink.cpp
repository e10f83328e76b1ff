// SPDX-License-Identifier: MIT
#include "handwriting/ink.h"

#include <algorithm>
#include <cmath>

#include "kernels/stroke.h"

namespace tinycnn {
namespace {

static_assert(kernels::kInkSide == std::size_t{kDigitBox});

constexpr double kNoExtent = 1e-12;         // in units of the drawing: smaller ones are dots
constexpr float kMinSegmentSquare = 0.01F;  // segments below 0.1 pixels are joined to the next

// The width of the pen at the pressures 0 and 1, relative to that at 0.5.
constexpr double kLightest = 0.5;
constexpr double kFirmest = 1.5;

double width_at(double pressure) { return kLightest + (kFirmest - kLightest) * pressure; }

RenderedStrokes::Box box_of(std::span<const StrokePoint> points) {
  RenderedStrokes::Box box{points[0].x, points[0].y, points[0].x, points[0].y};
  for (const StrokePoint& point : points) {
    box = {std::min(box.left, point.x), std::min(box.top, point.y), std::max(box.right, point.x),
           std::max(box.bottom, point.y)};
  }
  return box;
}

/// Scales the box, plus half a pen's width around it, so that its longer side is that of the image.
Fit fit_box(const RenderedStrokes::Box& box, double thickness) {
  const double extent = std::max(box.right - box.left, box.bottom - box.top);
  return {.center_x = box.left + (box.right - box.left) / 2.0,
          .center_y = box.top + (box.bottom - box.top) / 2.0,
          .scale = extent > kNoExtent ? (kDigitBox - thickness) / extent : 0.0};
}

std::span<const StrokePoint> stroke_of(const StrokePath& path, std::size_t s) {
  const std::size_t begin = s == 0 ? 0 : path.ends[s - 1];
  return path.points.subspan(begin, path.ends[s] - begin);
}

/// The mean over the length of the path, so that a resting pen does not count; over the points if
/// the path has no length.
double mean_width(const StrokePath& path) {
  double length = 0.0;
  double sum = 0.0;
  for (std::size_t s = 0; s < path.ends.size(); ++s) {
    const auto stroke = stroke_of(path, s);
    for (std::size_t i = 1; i < stroke.size(); ++i) {
      const double x = stroke[i].x - stroke[i - 1].x;
      const double y = stroke[i].y - stroke[i - 1].y;
      const double part = std::sqrt(x * x + y * y);
      length += part;
      sum += part * width_at((stroke[i].pressure + stroke[i - 1].pressure) / 2.0);
    }
  }
  if (length > 0.0) {
    return sum / length;
  }
  for (const StrokePoint& point : path.points) {
    sum += width_at(point.pressure);
  }
  return sum / static_cast<double>(path.points.size());
}

/// Draws strokes point by point.
class Nib {
 public:
  Nib(const Fit& fit, const Pen& pen, double mean, kernels::InkField& field)
      : fit_(fit),
        radius_(pen.thickness / 2.0 / mean),
        margin_(static_cast<float>(pen.softness / 2.0)),
        field_(field) {}

  void ink(std::span<const StrokePoint> stroke) noexcept {
    if (stroke.empty()) {
      return;
    }
    Spot last = spot(stroke.front());
    if (stroke.size() == 1) {
      draw(last, last);
    }
    for (std::size_t i = 1; i < stroke.size(); ++i) {
      const Spot next = spot(stroke[i]);
      const float x = next.x - last.x;
      const float y = next.y - last.y;
      if (x * x + y * y >= kMinSegmentSquare || i + 1 == stroke.size()) {
        draw(last, next);
        last = next;
      }
    }
  }

 private:
  struct Spot {
    float x;
    float y;
    float radius;
  };

  [[nodiscard]] Spot spot(const StrokePoint& point) const noexcept {
    return {static_cast<float>(fit_.x(point.x)), static_cast<float>(fit_.y(point.y)),
            static_cast<float>(radius_ * width_at(point.pressure))};
  }
  void draw(const Spot& from, const Spot& to) noexcept {
    const float radius = (from.radius + to.radius) * 0.5F;
    kernels::draw_segment({from.x, from.y, to.x, to.y, radius}, margin_, field_);
  }

  Fit fit_;
  double radius_;
  float margin_;
  kernels::InkField& field_;
};

/// In MNIST the centre of mass is within half a pixel of the middle of pixel 14 on both axes,
/// because its images were shifted by whole pixels. No ink is cut off.
int offset(double center) {
  constexpr int kMax = kDigitSide - kDigitBox;
  return std::clamp(kDigitSide / 2 - static_cast<int>(std::floor(center)), 0, kMax);
}

void center_by_mass(InkedPath& inked) {
  std::uint32_t mass = 0;
  std::uint32_t sum_x = 0;
  std::uint32_t sum_y = 0;
  for (std::uint32_t y = 0; y < kernels::kInkSide; ++y) {
    for (std::uint32_t x = 0; x < kernels::kInkSide; ++x) {
      const std::uint32_t ink = inked.boxed[y * kernels::kInkSide + x];
      mass += ink;
      sum_x += ink * x;
      sum_y += ink * y;
    }
  }
  const std::uint32_t divisor = std::max(mass, 1U);  // the thinnest dot may leave no ink
  inked.center_x = mass > 0 ? static_cast<double>(sum_x) / divisor + 0.5 : kDigitBox / 2.0;
  inked.center_y = mass > 0 ? static_cast<double>(sum_y) / divisor + 0.5 : kDigitBox / 2.0;
  inked.left = offset(inked.center_x);
  inked.top = offset(inked.center_y);
}

}  // namespace

InkedPath ink_path(const StrokePath& path, const Pen& pen) noexcept {
  InkedPath inked;
  inked.box = box_of(path.points);
  inked.fit = fit_box(inked.box, pen.thickness);
  kernels::InkField field;
  kernels::clear_ink(field);
  Nib nib(inked.fit, pen, mean_width(path), field);
  for (std::size_t s = 0; s < path.ends.size(); ++s) {
    nib.ink(stroke_of(path, s));
  }
  kernels::ink_to_grey(field, static_cast<float>(pen.softness), inked.boxed);
  center_by_mass(inked);
  return inked;
}

void place(const InkedPath& inked, std::span<std::uint8_t> pixels) noexcept {
  std::ranges::fill(pixels, std::uint8_t{0});
  const std::span<const std::uint8_t> boxed(inked.boxed);
  for (int y = 0; y < kDigitBox; ++y) {
    const auto row = boxed.subspan(static_cast<std::size_t>(y * kDigitBox), kDigitBox);
    std::ranges::copy(row, pixels.begin() + (y + inked.top) * kDigitSide + inked.left);
  }
}

}  // namespace tinycnn
