// SPDX-License-Identifier: MIT
#include "tinycnn/strokes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "ink.h"
#include "tinycnn/error.h"

namespace tinycnn {
namespace {

using Box = RenderedStrokes::Box;

// A firm hand's line is three times as wide as a light one's.
constexpr double kLightest = 0.5;
constexpr double kFirmest = 1.5;

void require_range(std::string_view what, double lowest, double highest, double got) {
  if (!(got >= lowest && got <= highest)) {
    fail("[strokes] expected ", what, " from ", lowest, " to ", highest, ", got ", got);
  }
}

std::size_t require_valid(std::span<const Stroke> strokes) {
  std::size_t points = 0;
  for (const Stroke& stroke : strokes) {
    points += stroke.size();
    if (points > kMaxStrokePoints) {
      fail("[strokes] expected at most ", kMaxStrokePoints, " points, got more");
    }
    for (const StrokePoint& point : stroke) {
      require_range("x", -kMaxStrokeCoordinate, kMaxStrokeCoordinate, point.x);
      require_range("y", -kMaxStrokeCoordinate, kMaxStrokeCoordinate, point.y);
      require_range("a pressure", 0.0, 1.0, point.pressure);
    }
  }
  return points;
}

Box box_of(std::span<const Stroke> strokes) {
  constexpr double kFar = std::numeric_limits<double>::max();
  Box box{kFar, kFar, -kFar, -kFar};
  for (const Stroke& stroke : strokes) {
    for (const StrokePoint& point : stroke) {
      box = {std::min(box.left, point.x), std::min(box.top, point.y),
             std::max(box.right, point.x), std::max(box.bottom, point.y)};
    }
  }
  return box;
}

double width_at(double pressure) { return kLightest + (kFirmest - kLightest) * pressure; }

/// Along the strokes' length, so that resting the pen does not count.
double mean_width(std::span<const Stroke> strokes) {
  double length = 0.0;
  double sum = 0.0;
  for (const Stroke& stroke : strokes) {
    for (std::size_t i = 1; i < stroke.size(); ++i) {
      const double x = stroke[i].x - stroke[i - 1].x;
      const double y = stroke[i].y - stroke[i - 1].y;
      const double piece = std::sqrt(x * x + y * y);
      length += piece;
      sum += piece * width_at((stroke[i].pressure + stroke[i - 1].pressure) / 2.0);
    }
  }
  return length > 0.0 ? sum / length : 0.0;
}

}  // namespace

RenderedStrokes render_strokes(std::span<const Stroke> strokes, const Pen& pen) {
  require_range("a thickness", 0.1, 10.0, pen.thickness);
  require_range("a softness", 0.1, 10.0, pen.softness);
  RenderedStrokes rendered;
  if (require_valid(strokes) == 0) {
    return rendered;
  }
  rendered.empty = false;
  rendered.box = box_of(strokes);
  const Fit fit = fit_box(rendered.box, pen.thickness);
  rendered.scale = fit.scale;
  const double mean = mean_width(strokes);
  kernels::InkField field{};
  kernels::clear_ink(field);
  std::vector<InkPoint> ink;
  for (const Stroke& stroke : strokes) {
    Stroke& fitted = rendered.fitted.emplace_back();
    ink.clear();
    for (const auto& [x, y, pressure] : stroke) {
      fitted.push_back({fit.x(x), fit.y(y), pressure});
      const double width = mean > 0.0 ? width_at(pressure) / mean : 1.0;
      ink.push_back({static_cast<float>(fitted.back().x), static_cast<float>(fitted.back().y),
                     static_cast<float>(width)});
    }
    ink_stroke(ink, pen, field);
  }
  kernels::ink_to_grey(field, static_cast<float>(pen.softness), rendered.boxed);
  const Centering centering = center_by_mass(rendered.boxed);
  rendered.center_x = centering.center_x;
  rendered.center_y = centering.center_y;
  rendered.left = centering.left;
  rendered.top = centering.top;
  place(rendered.boxed, centering, rendered.pixels);
  return rendered;
}

}  // namespace tinycnn
