// SPDX-License-Identifier: MIT
// Turns pen paths into images as MNIST has them, for drawings and for generated digits alike: fits
// a path into 20x20 pixels, draws it, and centres it by mass in 28x28. Nothing here allocates or
// throws.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "tinycnn/strokes.h"

namespace tinycnn {

/// Drawing to 20x20 image: fitted = middle of the image + (point - center) * scale.
struct Fit {
  double center_x = 0.0;
  double center_y = 0.0;
  double scale = 0.0;

  [[nodiscard]] double x(double at) const noexcept {
    return kDigitBox / 2.0 + (at - center_x) * scale;
  }
  [[nodiscard]] double y(double at) const noexcept {
    return kDigitBox / 2.0 + (at - center_y) * scale;
  }
};

/// The ink of a path, and how it was placed.
struct InkedPath {
  RenderedStrokes::Box box{};
  Fit fit{};
  std::array<std::uint8_t, std::size_t{kDigitBox} * kDigitBox> boxed{};
  double center_x = 0.0;  ///< of mass, in pixels from the corner of the 20x20 image
  double center_y = 0.0;
  int left = 0;  ///< position of the 20x20 image in the 28x28 image
  int top = 0;
};

/// path: at least one point, valid for render_strokes.
InkedPath ink_path(const StrokePath& path, const Pen& pen) noexcept;

/// pixels: [28][28].
void place(const InkedPath& inked, std::span<std::uint8_t> pixels) noexcept;

}  // namespace tinycnn
