// SPDX-License-Identifier: MIT
// Drawings to test with, and MNIST's measures of thickness and softness.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tinycnn/strokes.h"

namespace tinycnn::test {

inline std::vector<Stroke> line(double x0, double y0, double x1, double y1) {
  return {{{x0, y0}, {x1, y1}}};
}

/// A "4" of two strokes in a box from (left, top), `size` high.
inline std::vector<Stroke> four(double left, double top, double size) {
  const auto at = [&](double x, double y) { return StrokePoint{left + x * size, top + y * size}; };
  return {{at(.125, 0), at(0, .5), at(.625, .5)}, {at(.5, 0), at(.5, 1)}};
}

/// Sums that tell strokes' thickness and softness from an image alone. A stroke of length L and
/// thickness T has ink L * T and a total variation (sum of gradients) of 2 * L; a linear edge of
/// width S has the sum of v * (1 - v) of S / 6 a unit of its length.
struct InkMeasure {
  double ink = 0.0;
  double variation = 0.0;
  double grey = 0.0;

  void add(std::span<const std::uint8_t> pixels, int side) {
    const auto at = [&](int y, int x) {
      const bool inside = y >= 0 && x >= 0 && y < side && x < side;
      return inside ? pixels[static_cast<std::size_t>(y * side + x)] / 255.0 : 0.0;
    };
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) {
        const double d_x = (at(y, x + 1) - at(y, x - 1)) / 2.0;
        const double d_y = (at(y + 1, x) - at(y - 1, x)) / 2.0;
        ink += at(y, x);
        variation += std::sqrt(d_x * d_x + d_y * d_y);
        grey += at(y, x) * (1.0 - at(y, x));
      }
    }
  }
  [[nodiscard]] double thickness() const { return 2.0 * ink / variation; }
  [[nodiscard]] double softness() const { return 6.0 * grey / variation; }
};

}  // namespace tinycnn::test
