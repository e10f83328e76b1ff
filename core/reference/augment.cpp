// SPDX-License-Identifier: MIT
#include "reference/augment.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "kernels/thickness.h"

namespace tinycnn::reference {
namespace {

/// Zero outside the image.
class Pixels {
 public:
  Pixels(const kernels::ImageFrame& frame, std::span<const std::uint8_t> image)
      : height_(static_cast<int>(frame.H)), width_(static_cast<int>(frame.W)), image_(image) {}

  [[nodiscard]] int at(int y, int x) const {
    const bool inside = y >= 0 && x >= 0 && y < height_ && x < width_;
    return inside ? image_[static_cast<std::size_t>(y * width_ + x)] : 0;
  }

 private:
  int height_;
  int width_;
  std::span<const std::uint8_t> image_;
};

/// By how much pixel p between its neighbours a and b can rise or fall.
int slope(int a, int p, int b, bool grow) {
  const int max_change = grow ? std::max(a, b) - p : p - std::min(a, b);
  return std::clamp(max_change, 0, std::abs(a - b));
}

int changed_pixel(const Pixels& pixels, int y, int x, int weight) {
  const auto along = [&](int dy, int dx) {
    return slope(pixels.at(y - dy, x - dx), pixels.at(y, x), pixels.at(y + dy, x + dx), weight > 0);
  };
  const int straight = std::max(along(0, 1), along(1, 0));
  const int any = std::max({straight, along(1, 1), along(1, -1)});
  const int unit = 2 * kernels::kWholePixel;
  const int change = ((straight + any) * std::abs(weight) + unit / 2) / unit;
  return pixels.at(y, x) + (weight > 0 ? change : -change);
}

/// u and v are coordinates in the frame: image pixel (0, 0) is at (1, 1).
std::uint8_t sample(const Pixels& pixels, float u, float v) {
  const int x = static_cast<int>(std::floor(u));
  const int y = static_cast<int>(std::floor(v));
  const float share_x = u - static_cast<float>(x);
  const float share_y = v - static_cast<float>(y);
  const auto along_x = [&](int row) {
    const auto left = static_cast<float>(pixels.at(row, x - 1));
    const auto right = static_cast<float>(pixels.at(row, x));
    return left + share_x * (right - left);
  };
  const float upper = along_x(y - 1);
  const float lower = along_x(y);
  return static_cast<std::uint8_t>(std::nearbyint(upper + share_y * (lower - upper)));
}

float displacement(const kernels::ElasticField& field, std::span<const float> rows,
                   std::size_t width, std::size_t y, std::size_t x) {
  float sum = 0.0F;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t row = static_cast<std::size_t>(field.cells[y]) + i;
    sum += field.row_weights[4 * y + i] * rows[row * width + x];
  }
  return sum;
}

}  // namespace

void change_thickness(const kernels::ImageFrame& frame, std::span<const std::uint8_t> image,
                      int weight, std::span<std::uint8_t> changed) {
  const Pixels pixels(frame, image);
  for (std::size_t i = 0; i < frame.H * frame.W; ++i) {
    changed[i] = static_cast<std::uint8_t>(changed_pixel(pixels, static_cast<int>(i / frame.W),
                                                         static_cast<int>(i % frame.W), weight));
  }
}

void elastic_rows(std::size_t controls_a_side, std::span<const float> controls,
                  std::span<const float> column_weights, std::span<float> rows) {
  const std::size_t width = column_weights.size() / controls_a_side;
  for (std::size_t i = 0; i < controls_a_side * width; ++i) {
    rows[i] = 0.0F;
    for (std::size_t column = 0; column < controls_a_side; ++column) {
      rows[i] += controls[i / width * controls_a_side + column] *
                 column_weights[column * width + i % width];
    }
  }
}

void warp(const kernels::ImageFrame& frame, std::span<const std::uint8_t> image,
          const kernels::AffineMap& map, const kernels::ElasticField& field,
          std::span<std::uint8_t> out) {
  const Pixels pixels(frame, image);
  for (std::size_t y = 0; y < frame.H; ++y) {
    for (std::size_t x = 0; x < frame.W; ++x) {
      const auto column = static_cast<float>(x);
      const auto row = static_cast<float>(y);
      float u = map.u_x * column + (map.u_y * row + map.u_0);
      float v = map.v_x * column + (map.v_y * row + map.v_0);
      if (!field.cells.empty()) {
        u += displacement(field, field.u, frame.float_width(), y, x);
        v += displacement(field, field.v, frame.float_width(), y, x);
      }
      out[y * frame.W + x] = sample(pixels, std::clamp(u, 0.0F, static_cast<float>(frame.W + 1)),
                                    std::clamp(v, 0.0F, static_cast<float>(frame.H + 1)));
    }
  }
}

}  // namespace tinycnn::reference
