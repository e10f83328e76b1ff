// SPDX-License-Identifier: MIT
// The one way from pen paths to MNIST-like images, for drawings and for generated digits alike:
// fit a path into 20x20, ink it, centre it by mass in 28x28. Nothing here allocates or throws.
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

/// A path's ink, and how it came there.
struct InkedPath {
  RenderedStrokes::Box box{};
  Fit fit{};
  std::array<std::uint8_t, std::size_t{kDigitBox} * kDigitBox> boxed{};
  double center_x = 0.0;  ///< of mass, in pixels from the 20x20 image's corner
  double center_y = 0.0;
  int left = 0;  ///< where the 20x20 image lies in the 28x28 one
  int top = 0;
};

/// path: at least one point, numbers as render_strokes wants them.
InkedPath ink_path(const StrokePath& path, const Pen& pen) noexcept;

/// pixels: [28][28].
void place(const InkedPath& inked, std::span<std::uint8_t> pixels) noexcept;

}  // namespace tinycnn
