// SPDX-License-Identifier: MIT
#include "tinycnn/strokes.h"

#include <string_view>
#include <vector>

#include "handwriting/ink.h"
#include "support/text.h"

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

StrokePoint RenderedStrokes::fit(const StrokePoint& point) const {
  return {kDigitBox / 2.0 + (point.x - (box.left + (box.right - box.left) / 2.0)) * scale,
          kDigitBox / 2.0 + (point.y - (box.top + (box.bottom - box.top) / 2.0)) * scale,
          point.pressure};
}

RenderedStrokes render_strokes(const StrokePath& path, const Pen& pen) {
  require_range("a thickness", 0.1, 10.0, pen.thickness);
  require_range("a softness", 0.1, 10.0, pen.softness);
  if (path.points.size() > kMaxStrokePoints) {
    fail("[strokes] expected at most ", kMaxStrokePoints, " points, got ", path.points.size());
  }
  std::uint32_t last = 0;
  for (const std::uint32_t end : path.ends) {
    if (end < last || end > path.points.size()) {
      fail("[strokes] expected ends from ", last, " to ", path.points.size(), ", got ", end);
    }
    last = end;
  }
  for (const StrokePoint& point : path.points.first(last)) {
    require_valid(point);
  }
  RenderedStrokes rendered;
  if (last == 0) {
    return rendered;
  }
  const InkedPath inked = ink_path({path.points.first(last), path.ends}, pen);
  rendered.empty = false;
  rendered.box = inked.box;
  rendered.scale = inked.fit.scale;
  rendered.boxed = inked.boxed;
  rendered.center_x = inked.center_x;
  rendered.center_y = inked.center_y;
  rendered.left = inked.left;
  rendered.top = inked.top;
  place(inked, rendered.pixels);
  return rendered;
}

RenderedStrokes render_strokes(std::span<const Stroke> strokes, const Pen& pen) {
  std::vector<StrokePoint> points;
  std::vector<std::uint32_t> ends;
  for (const Stroke& stroke : strokes) {
    // Before they are copied: the sum of both may not fit into 32 bits.
    if (stroke.size() > kMaxStrokePoints - points.size()) {
      fail("[strokes] expected at most ", kMaxStrokePoints, " points, got more");
    }
    points.insert(points.end(), stroke.begin(), stroke.end());
    ends.push_back(static_cast<std::uint32_t>(points.size()));
  }
  return render_strokes(StrokePath{points, ends}, pen);
}

}  // namespace tinycnn
