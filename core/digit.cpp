// SPDX-License-Identifier: MIT
// Resampling is exact area coverage in one step: each target pixel is the mean of the drawing
// over its square, so that the drawing is anti-aliased and placed to a fraction of a pixel.
#include "tinycnn/digit.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tinycnn/error.h"

namespace tinycnn {
namespace {

constexpr int kMaxSide = 4096;
constexpr int kInk = 16;  // fainter pixels do not count towards the bounding box

/// First and one-past-last row and column with ink.
struct Box {
  int top = kMaxSide;
  int left = kMaxSide;
  int bottom = 0;
  int right = 0;

  [[nodiscard]] bool empty() const { return bottom <= top; }
  [[nodiscard]] int longer_side() const { return std::max(bottom - top, right - left); }
};

/// Affine map of one axis: drawing coordinate = origin + target coordinate * scale.
struct Axis {
  double origin;
  double scale;
};

Box find_ink(std::span<const std::uint8_t> drawing, int height, int width) {
  Box box;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (drawing[static_cast<std::size_t>(y * width + x)] >= kInk) {
        box = {std::min(box.top, y), std::min(box.left, x), std::max(box.bottom, y + 1),
               std::max(box.right, x + 1)};
      }
    }
  }
  return box;
}

/// Centre of mass inside the box, in drawing coordinates (pixel centres at .5).
std::array<double, 2> center_of_mass(std::span<const std::uint8_t> drawing, int width,
                                     const Box& box) {
  double mass = 0.0;
  double sum_y = 0.0;
  double sum_x = 0.0;
  for (int y = box.top; y < box.bottom; ++y) {
    for (int x = box.left; x < box.right; ++x) {
      const double ink = drawing[static_cast<std::size_t>(y * width + x)];
      mass += ink;
      sum_y += ink * (y + 0.5);
      sum_x += ink * (x + 0.5);
    }
  }
  return {sum_y / mass, sum_x / mass};
}

/// Puts the centre of mass at the centre of the field, or as near as keeps all ink inside.
Axis place(double center, int begin, int end, double scale) {
  const double field = kDigitSide * scale;
  return {std::clamp(center - field / 2.0, end - field, static_cast<double>(begin)), scale};
}

/// weights[t * size + s]: how much of drawing pixel s falls into target pixel t, as a share of the
/// target pixel.
std::vector<double> coverage(const Axis& axis, int begin, int end, int size) {
  std::vector<double> weights(static_cast<std::size_t>(kDigitSide) *
                              static_cast<std::size_t>(size));
  for (int t = 0; t < kDigitSide; ++t) {
    const double from = axis.origin + t * axis.scale;
    const double to = from + axis.scale;
    const int first = std::max(begin, static_cast<int>(std::floor(from)));
    const int last = std::min(end, static_cast<int>(std::ceil(to)));
    for (int s = first; s < last; ++s) {
      const double share = std::min(to, s + 1.0) - std::max(from, static_cast<double>(s));
      weights[static_cast<std::size_t>(t * size + s)] = std::max(share, 0.0) / axis.scale;
    }
  }
  return weights;
}

}  // namespace

PreparedDigit prepare_digit(std::span<const std::uint8_t> drawing, int height, int width) {
  if (height < 1 || width < 1 || height > kMaxSide || width > kMaxSide ||
      drawing.size() != static_cast<std::size_t>(height) * static_cast<std::size_t>(width)) {
    fail("[digit] expected a drawing of height x width bytes, sides from 1 to ", kMaxSide, ", got ",
         height, "x", width, " and ", drawing.size(), " bytes");
  }
  PreparedDigit digit;
  const Box box = find_ink(drawing, height, width);
  if (box.empty()) {
    return digit;
  }
  digit.empty = false;
  const double scale = static_cast<double>(box.longer_side()) / kDigitBox;
  const auto [center_y, center_x] = center_of_mass(drawing, width, box);
  const Axis vertical = place(center_y, box.top, box.bottom, scale);
  const Axis horizontal = place(center_x, box.left, box.right, scale);
  const auto rows = coverage(vertical, box.top, box.bottom, height);
  const auto columns = coverage(horizontal, box.left, box.right, width);

  const auto w = static_cast<std::size_t>(width);
  std::vector<double> line(w);
  for (std::size_t ty = 0; ty < kDigitSide; ++ty) {
    std::ranges::fill(line, 0.0);
    for (int y = box.top; y < box.bottom; ++y) {
      const auto row = static_cast<std::size_t>(y);
      const double weight = rows[ty * static_cast<std::size_t>(height) + row];
      for (std::size_t x = 0; x < w && weight > 0.0; ++x) {
        line[x] += weight * drawing[row * w + x];
      }
    }
    for (std::size_t tx = 0; tx < kDigitSide; ++tx) {
      double sum = 0.0;
      for (std::size_t x = 0; x < w; ++x) {
        sum += columns[tx * w + x] * line[x];
      }
      digit.pixels[ty * kDigitSide + tx] =
          static_cast<std::uint8_t>(std::clamp(std::lround(sum), 0L, 255L));
    }
  }
  return digit;
}

}  // namespace tinycnn
