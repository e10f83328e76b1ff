// SPDX-License-Identifier: MIT
// Images to distort, and their distortion in one call.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "support/random_values.h"
#include "tinycnn/augment.h"

namespace tinycnn::test {

using Bytes = std::vector<std::uint8_t>;

inline constexpr int kSide = 28;
inline constexpr std::array<std::pair<int, int>, 7> kSizes{
    {{1, 1}, {1, 28}, {28, 1}, {2, 3}, {17, 5}, {28, 28}, {64, 64}}};

inline AugmentOptions everything() {
  return {.degrees = 15.0,
          .translate_x = 0.1,
          .translate_y = 0.05,
          .scale_min = 0.8,
          .scale_max = 1.1,
          .shear = 10.0,
          .elastic_alpha = 2.0,
          .elastic_grid = 4,
          .thickness_min = -0.5,
          .thickness_max = 1.0};
}

inline Bytes noise(int height, int width) {
  return RandomValues(5).bytes(static_cast<std::size_t>(height) * static_cast<std::size_t>(width));
}

/// Ink at 255 in rows top..bottom and columns left..right, both without their ends.
inline Bytes box(int top, int left, int bottom, int right) {
  Bytes image(kSide * kSide);
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) {
      image[static_cast<std::size_t>(y * kSide + x)] = 255;
    }
  }
  return image;
}

inline Bytes augmented(const AugmentOptions& options, const AugmentKey& key, const Bytes& image,
                       int height = kSide, int width = kSide) {
  const Augmenter augmenter(options, height, width);
  AugmentScratch scratch = augmenter.make_scratch();
  Bytes out(image.size(), 0xAA);
  augmenter.augment(key, image, out, scratch);
  return out;
}

inline Bytes distorted(const Distortion& distortion, const Bytes& image, int height = kSide,
                       int width = kSide) {
  const Augmenter augmenter({}, height, width);
  AugmentScratch scratch = augmenter.make_scratch();
  Bytes out(image.size(), 0xAA);
  augmenter.distort(distortion, image, out, scratch);
  return out;
}

inline double mass(const Bytes& image) {
  return std::accumulate(image.begin(), image.end(), 0.0) / 255.0;
}

}  // namespace tinycnn::test
