// SPDX-License-Identifier: MIT
#include "support/datasets.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "support/random_values.h"

namespace tinycnn::test {
namespace {

constexpr int kCell = 4;  // pixels between the corners of a pattern's coarse grid
constexpr int kMove = 1;  // pixels an image may lie beside its pattern's place
constexpr int kNoise = 48;

/// Grey values at the corners of a coarse grid; between them the pattern is bilinear.
class Pattern {
 public:
  Pattern(int side, int label)
      : width_(side / kCell + 3),
        corners_(RandomValues(1000 + static_cast<std::uint32_t>(label))
                     .bytes(static_cast<std::size_t>(width_) * static_cast<std::size_t>(width_))) {}

  /// x, y: from -kMove on.
  [[nodiscard]] int at(int y, int x) const {
    const int fy = (y + kCell) % kCell;
    const int fx = (x + kCell) % kCell;
    const int row = (y + kCell) / kCell * width_ + (x + kCell) / kCell;
    const int above = corner(row) * (kCell - fx) + corner(row + 1) * fx;
    const int below = corner(row + width_) * (kCell - fx) + corner(row + width_ + 1) * fx;
    return (above * (kCell - fy) + below * fy) / (kCell * kCell);
  }

 private:
  [[nodiscard]] int corner(int index) const {
    return corners_[static_cast<std::size_t>(index)] >= 128 ? 200 : 0;
  }

  int width_;
  std::vector<std::uint8_t> corners_;
};

void draw(const Pattern& pattern, int side, RandomValues& random,
          std::vector<std::uint8_t>& pixels) {
  const int down = random.below(2 * kMove + 1) - kMove;
  const int right = random.below(2 * kMove + 1) - kMove;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const int noise = random.below(2 * kNoise + 1) - kNoise;
      pixels.push_back(
          static_cast<std::uint8_t>(std::clamp(pattern.at(y - down, x - right) + noise, 0, 255)));
    }
  }
}

}  // namespace

Dataset noise_images(int count, int side, int classes, int channels) {
  RandomValues random(500);
  std::vector<std::uint8_t> labels;
  for (int i = 0; i < count; ++i) {
    labels.push_back(static_cast<std::uint8_t>(random.below(classes)));
  }
  const std::size_t size = Shape{channels, side, side}.size();
  Images images{.count = count,
                .channels = channels,
                .height = side,
                .width = side,
                .pixels = random.bytes(static_cast<std::size_t>(count) * size)};
  return {std::move(images), std::move(labels)};
}

Dataset pattern_images(int count, int side, int classes, std::uint32_t seed) {
  std::vector<Pattern> patterns;
  for (int label = 0; label < classes; ++label) {
    patterns.emplace_back(side, label);
  }
  RandomValues random(2000 + seed);
  Images images{.count = count, .height = side, .width = side, .pixels = {}};
  std::vector<std::uint8_t> labels;
  for (int i = 0; i < count; ++i) {
    const int label = random.below(classes);
    labels.push_back(static_cast<std::uint8_t>(label));
    draw(patterns[static_cast<std::size_t>(label)], side, random, images.pixels);
  }
  return {std::move(images), std::move(labels)};
}

}  // namespace tinycnn::test
