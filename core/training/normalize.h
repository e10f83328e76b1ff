// SPDX-License-Identifier: MIT
// From pixels to the values that a network sees.
#pragma once

#include "kernels/load_images.h"
#include "support/text.h"
#include "tinycnn/trainer.h"

namespace tinycnn {

/// pixel: 0..255.
inline float normalize(const Normalization& normalization, float pixel) {
  return (pixel / 255.0F - static_cast<float>(normalization.mean)) /
         static_cast<float>(normalization.std);
}

/// Throws Error unless one image of `pixels` pixels fits a model's input.
inline void require_pixels(const Shape& input, std::size_t pixels) {
  if (pixels != input.size()) {
    fail("[predict] expected ", input.size(), " pixels, got ", pixels);
  }
}

/// The value of every byte.
inline kernels::PixelTable make_pixel_table(const Normalization& normalization) {
  kernels::PixelTable table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = normalize(normalization, static_cast<float>(i));
  }
  return table;
}

}  // namespace tinycnn
