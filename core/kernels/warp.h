// SPDX-License-Identifier: MIT
// Resampling: an affine map, plus a displacement, gives for every output pixel the position in the
// input that it shows. The output is the bilinear interpolation of the four pixels there; pixels
// outside the image are 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/image_frame.h"

namespace tinycnn::kernels {

/// The position in the frame that output pixel (y, x) shows: column u, row v.
///   u = u_x * x + (u_y * y + u_0)        v = v_x * x + (v_y * y + v_0)
struct AffineMap {
  float u_x = 1.0F;
  float u_y = 0.0F;
  float u_0 = 1.0F;
  float v_x = 0.0F;
  float v_y = 1.0F;
  float v_0 = 1.0F;
};

/// Displacements that are added to (u, v): at row y the weighted sum of the four rows from cells[y]
/// on. If empty, nothing is added.
struct ElasticField {
  std::span<const float> u;            // [G+3][W'], from elastic_rows
  std::span<const float> v;            // the same
  std::span<const float> row_weights;  // [H][4]
  std::span<const int> cells;          // [H]
};

/// framed -> quads: each pixel with its right, lower and lower right neighbour in the bytes of one
/// word, from the lowest byte up, so that one load fetches all pixels of an interpolation.
void pack_quads(const ImageFrame& frame, std::span<const std::uint8_t> framed,
                std::span<std::uint32_t> quads) noexcept;

/// quads -> out [H][W]. Interpolates along x, then y, and rounds to nearest, ties to even.
void warp(const ImageFrame& frame, std::span<const std::uint32_t> quads, const AffineMap& map,
          const ElasticField& field, std::span<std::uint8_t> out) noexcept;

}  // namespace tinycnn::kernels
