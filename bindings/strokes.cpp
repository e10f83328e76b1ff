// SPDX-License-Identifier: MIT
#include "strokes.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "from_js.h"
#include "tinycnn/digit_generator.h"
#include "tinycnn/strokes.h"
#include "to_js.h"

namespace tinycnn::bindings {
namespace {

static_assert(sizeof(StrokePoint) == 3 * sizeof(double));

std::size_t length_of(const val& array) { return array["length"].as<std::size_t>(); }

template <class Number>
void copy_in(const val& array, std::size_t count, Number* into) {
  val(emscripten::typed_memory_view(count, into)).call<void>("set", array);
}

val from_points(std::span<const StrokePoint> points) {
  return from_doubles({&points.data()->x, points.size() * 3});
}

/// An integer from 0, checked by the package.
std::uint64_t integer_of(const val& options, const char* name) {
  return static_cast<std::uint64_t>(options[name].as<double>());
}

}  // namespace

val render(const val& points, const val& ends, const val& pen) {
  return guarded([&] {
    std::vector<StrokePoint> path(length_of(points) / 3);
    copy_in(points, path.size() * 3, &path.data()->x);
    std::vector<std::uint32_t> stroke_ends(length_of(ends));
    copy_in(ends, stroke_ends.size(), stroke_ends.data());
    const RenderedStrokes rendered = render_strokes(
        StrokePath{path, stroke_ends}, {to_number(pen["thickness"], "pen", "thickness"),
                                        to_number(pen["softness"], "pen", "softness")});
    val object = val::object();
    put(object, "pixels", from_bytes(rendered.pixels));
    put(object, "empty", rendered.empty);
    put(object, "boxed", from_bytes(rendered.boxed));
    const std::array<double, 9> numbers_out{rendered.box.left,
                                            rendered.box.top,
                                            rendered.box.right,
                                            rendered.box.bottom,
                                            rendered.scale,
                                            rendered.center_x,
                                            rendered.center_y,
                                            static_cast<double>(rendered.left),
                                            static_cast<double>(rendered.top)};
    put(object, "numbers", from_doubles(numbers_out));
    return object;
  });
}

val generate_one(const val& options) {
  return guarded([&] {
    std::optional<int> label;
    if (const val wanted = options["label"]; !wanted.isUndefined()) {
      label = wanted.as<int>();
    }
    const GeneratedDigit digit = generate_strokes(
        {.seed = integer_of(options, "seed"), .index = integer_of(options, "index")}, label);
    val object = val::object();
    put(object, "label", digit.label);
    put(object, "style", digit.style);
    put(object, "points", from_points(digit.points));
    put(object, "ends", from_words(digit.ends));
    put(object, "thickness", digit.pen.thickness);
    put(object, "softness", digit.pen.softness);
    return object;
  });
}

val generate_many(const val& options) {
  return guarded([&] {
    const Dataset digits =
        generate_digits(integer_of(options, "seed"), integer_of(options, "first"),
                        static_cast<std::size_t>(integer_of(options, "count")));
    std::vector<std::uint8_t> labels(digits.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
      labels[i] = digits.label(i);
    }
    const std::size_t area =
        static_cast<std::size_t>(digits.height()) * static_cast<std::size_t>(digits.width());
    val object = val::object();
    put(object, "images", from_bytes({digits.pixels(0), digits.size() * area}));
    put(object, "labels", from_bytes(labels));
    put(object, "height", digits.height());
    put(object, "width", digits.width());
    return object;
  });
}

}  // namespace tinycnn::bindings
