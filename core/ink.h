// SPDX-License-Identifier: MIT
// The one way from pen paths to MNIST-like images, for drawings and for generated digits alike:
// fit a path into 20x20, ink it, centre it by mass in 28x28. Nothing here allocates or throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/stroke.h"
#include "tinycnn/digit.h"
#include "tinycnn/strokes.h"

namespace tinycnn {

static_assert(kernels::kInkSide == std::size_t{kDigitBox});

/// A point of a fitted path, in pixels of the 20x20 image.
struct InkPoint {
  float x = 0.0F;
  float y = 0.0F;
  float width = 1.0F;  ///< of the pen here, as a multiple of its mean
};

/// fitted = middle of the image + (point - center) * scale.
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

/// The box of a path, with half a pen around it, as large as the image in its longer side. A path
/// without extent gets scale 0.
Fit fit_box(const RenderedStrokes::Box& box, double thickness) noexcept;

/// Adds a stroke to the field: a piece from each point to the next, a dot for a single one.
void ink_stroke(std::span<const InkPoint> stroke, const Pen& pen,
                kernels::InkField& field) noexcept;

/// Where the 20x20 image lies in the 28x28 one.
struct Centering {
  double center_x = kDigitBox / 2.0;  ///< of mass, in pixels from the 20x20 image's corner
  double center_y = kDigitBox / 2.0;
  int left = 0;
  int top = 0;
};

/// MNIST's centre of mass lies within half a pixel of the middle of pixel (14, 14), because its
/// images were moved by whole pixels. All ink stays inside.
Centering center_by_mass(std::span<const std::uint8_t> boxed) noexcept;

/// boxed [20][20] -> pixels [28][28], elsewhere 0.
void place(std::span<const std::uint8_t> boxed, const Centering& centering,
           std::span<std::uint8_t> pixels) noexcept;

}  // namespace tinycnn
