// SPDX-License-Identifier: MIT
#include "quantization/calibration.h"

#include <algorithm>
#include <cmath>

#include "support/text.h"
#include "training/normalize.h"

namespace tinycnn {
namespace {

void require_images(const LoweredNetwork& network, const Images& images) {
  const Shape shape{images.channels, images.height, images.width};
  const auto count = static_cast<std::size_t>(std::max(images.count, 0));
  if (count == 0 || shape != network.input || images.pixels.size() != count * shape.size()) {
    fail("[quantize] expected calibration images of shape [", network.input.channels, ",",
         network.input.height, ",", network.input.width, "], got ", images.count, " of shape [",
         shape.channels, ",", shape.height, ",", shape.width, "]");
  }
}

void require_finite(const LoweredNetwork& network, const std::vector<ValueRange>& ranges) {
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (!std::isfinite(ranges[i].max - ranges[i].min)) {
      fail("[quantize] expected finite activations, got others in ", network.steps[i].name);
    }
  }
}

}  // namespace

void ValueRange::include(std::span<const float> values) {
  for (const float value : values) {
    // A NaN is carried on, so that it is found.
    min = value >= min ? min : double{value};
    max = value <= max ? max : double{value};
  }
}

std::vector<ValueRange> calibrate(const LoweredNetwork& network, const Normalization& normalization,
                                  const Images& images) {
  require_images(network, images);
  FloatInterpreter interpreter(network);
  std::vector<ValueRange> ranges(network.steps.size());
  std::vector<float> input(network.input.size());
  const auto table = make_pixel_table(normalization);
  for (std::size_t first = 0; first < images.pixels.size(); first += input.size()) {
    for (std::size_t i = 0; i < input.size(); ++i) {
      input[i] = table[images.pixels[first + i]];
    }
    interpreter.run(input);
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      ranges[i].include(interpreter.output(static_cast<int>(i)));
    }
  }
  require_finite(network, ranges);
  return ranges;
}

}  // namespace tinycnn
