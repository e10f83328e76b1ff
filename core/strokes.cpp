// SPDX-License-Identifier: MIT
#include "tinycnn/strokes.h"

#include <string_view>

#include "ink.h"
#include "tinycnn/error.h"

namespace tinycnn {
namespace {

void require_range(std::string_view what, double lowest, double highest, double got) {
  if (!(got >= lowest && got <= highest)) {
    fail("[strokes] expected ", what, " from ", lowest, " to ", highest, ", got ", got);
  }
}

void require_valid(const StrokePoint& point) {
  require_range("x", -kMaxStrokeCoordinate, kMaxStrokeCoordinate, point.x);
  require_range("y", -kMaxStrokeCoordinate, kMaxStrokeCoordinate, point.y);
  require_range("a pressure", 0.0, 1.0, point.pressure);
}

}  // namespace

RenderedStrokes render_strokes(std::span<const Stroke> strokes, const Pen& pen) {
  require_range("a thickness", 0.1, 10.0, pen.thickness);
  require_range("a softness", 0.1, 10.0, pen.softness);
  std::vector<StrokePoint> points;
  std::vector<std::size_t> ends;
  for (const Stroke& stroke : strokes) {
    if (stroke.size() > kMaxStrokePoints - points.size()) {
      fail("[strokes] expected at most ", kMaxStrokePoints, " points, got more");
    }
    for (const StrokePoint& point : stroke) {
      require_valid(point);
      points.push_back(point);
    }
    ends.push_back(points.size());
  }
  RenderedStrokes rendered;
  if (points.empty()) {
    return rendered;
  }
  const InkedPath inked = ink_path({points, ends}, pen);
  rendered.empty = false;
  rendered.box = inked.box;
  rendered.scale = inked.fit.scale;
  for (const Stroke& stroke : strokes) {
    Stroke& fitted = rendered.fitted.emplace_back();
    for (const auto& [x, y, pressure] : stroke) {
      fitted.push_back({inked.fit.x(x), inked.fit.y(y), pressure});
    }
  }
  rendered.boxed = inked.boxed;
  rendered.center_x = inked.center_x;
  rendered.center_y = inked.center_y;
  rendered.left = inked.left;
  rendered.top = inked.top;
  place(inked, rendered.pixels);
  return rendered;
}

}  // namespace tinycnn
