// SPDX-License-Identifier: MIT
#include "strokes.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "from_js.h"
#include "tinycnn/digit_generator.h"
#include "tinycnn/error.h"
#include "tinycnn/strokes.h"
#include "to_js.h"

namespace tinycnn::bindings {
namespace {

constexpr std::size_t kNumbersPerPoint = 3;

template <class Number>
std::vector<Number> copy_in(const val& array) {
  std::vector<Number> numbers(array["length"].as<std::size_t>());
  val(emscripten::typed_memory_view(numbers.size(), numbers.data())).call<void>("set", array);
  return numbers;
}

std::vector<Stroke> to_strokes(const val& drawing) {
  const auto numbers = copy_in<double>(drawing["points"]);
  const auto lengths = copy_in<std::uint32_t>(drawing["lengths"]);
  std::vector<Stroke> strokes;
  std::size_t next = 0;
  for (const std::size_t length : lengths) {
    if (length > (numbers.size() - next) / kNumbersPerPoint) {
      fail("[strokes] expected ", length, " more points, got ",
           (numbers.size() - next) / kNumbersPerPoint);
    }
    Stroke& stroke = strokes.emplace_back(length);
    for (StrokePoint& point : stroke) {
      point = {numbers[next], numbers[next + 1], numbers[next + 2]};
      next += kNumbersPerPoint;
    }
  }
  return strokes;
}

/// A field that may be missing.
std::optional<double> field(const val& object, const char* name, const std::string& what) {
  const val value = object[name];
  if (value.isUndefined() || value.isNull()) {
    return {};
  }
  return to_number(value, what + "." + name);
}

Pen to_pen(const val& value) {
  Pen pen;
  if (!value.isUndefined()) {
    pen.thickness = field(value, "thickness", "pen").value_or(pen.thickness);
    pen.softness = field(value, "softness", "pen").value_or(pen.softness);
  }
  return pen;
}

/// [[[x, y, pressure], …], …]
val from_strokes(const std::vector<Stroke>& strokes) {
  val array = val::array();
  for (const Stroke& stroke : strokes) {
    val points = val::array();
    for (const auto& [x, y, pressure] : stroke) {
      val point = val::array();
      point.call<void>("push", x, y, pressure);
      points.call<void>("push", point);
    }
    array.call<void>("push", points);
  }
  return array;
}

val from_steps(const RenderedStrokes& rendered) {
  val box = val::object();
  box.set("left", rendered.box.left);
  box.set("top", rendered.box.top);
  box.set("right", rendered.box.right);
  box.set("bottom", rendered.box.bottom);
  val center = val::object();
  center.set("x", rendered.center_x);
  center.set("y", rendered.center_y);
  val steps = val::object();
  steps.set("box", box);
  steps.set("scale", rendered.scale);
  steps.set("fitted", from_strokes(rendered.fitted));
  steps.set("boxed", from_bytes(rendered.boxed));
  steps.set("center", center);
  steps.set("left", rendered.left);
  steps.set("top", rendered.top);
  return steps;
}

std::uint64_t seed_of(const val& value, const char* name, const std::string& what) {
  const val number = value[name];
  return number.isUndefined() ? 0 : to_seed(number, what + "." + name);
}

}  // namespace

val render(const val& drawing, const val& pen) {
  return guarded([&] {
    const RenderedStrokes rendered = render_strokes(to_strokes(drawing), to_pen(pen));
    val object = val::object();
    object.set("pixels", from_bytes(rendered.pixels));
    object.set("empty", rendered.empty);
    object.set("steps", from_steps(rendered));
    return object;
  });
}

val generate_one(const val& options) {
  return guarded([&] {
    const std::string what = "generateStrokes";
    std::optional<int> label;
    if (const auto wanted = field(options, "label", what)) {
      const std::int64_t whole = to_integer(options["label"], what + ".label");
      label = whole < 0 || whole > 255 ? -1 : static_cast<int>(whole);
    }
    const GeneratedDigit digit = generate_strokes(
        {.seed = seed_of(options, "seed", what), .index = seed_of(options, "index", what)}, label);
    val pen = val::object();
    pen.set("thickness", digit.pen.thickness);
    pen.set("softness", digit.pen.softness);
    val object = val::object();
    object.set("label", digit.label);
    object.set("style", std::string(digit.style));
    object.set("strokes", from_strokes(digit.strokes));
    object.set("pen", pen);
    return object;
  });
}

val generate_many(const val& options) {
  return guarded([&] {
    const std::string what = "generateDigits";
    const std::uint64_t count = to_seed(options["count"], what + ".count");
    const Dataset digits = generate_digits(
        seed_of(options, "seed", what), seed_of(options, "first", what),
        static_cast<std::size_t>(std::min(count, std::uint64_t{kMaxGenerated} + 1)));
    std::vector<std::uint8_t> labels(digits.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
      labels[i] = digits.label(i);
    }
    const std::size_t area =
        static_cast<std::size_t>(digits.height()) * static_cast<std::size_t>(digits.width());
    val object = val::object();
    object.set("images", from_bytes({digits.pixels(0), digits.size() * area}));
    object.set("labels", from_bytes(labels));
    object.set("height", digits.height());
    object.set("width", digits.width());
    return object;
  });
}

}  // namespace tinycnn::bindings
