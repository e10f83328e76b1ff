// SPDX-License-Identifier: MIT
// The loop over windows that max pooling and average pooling share.
#pragma once

#include <cstddef>

#include "kernels/pool2d_shape.h"
#include "kernels/simd.h"

namespace tinycnn::kernels {

/// Calls visit(input offset of the window's first pixel, output offset) for each lane group of
/// each output pixel; lanes: samples in use.
template <class Visit>
inline void for_windows(const Pool2dShape& shape, int lanes, const Visit& visit) {
  const Shape out = shape.output();
  std::ptrdiff_t to = 0;
  for (int c = 0; c < out.channels; ++c) {
    for (int y = 0; y < out.height; ++y) {
      for (int x = 0; x < out.width; ++x) {
        const int row = c * shape.input.height + y * shape.stride.height;
        const std::ptrdiff_t from =
            std::ptrdiff_t{row * shape.input.width + x * shape.stride.width} * kLanes;
        for (int group = 0; group < lanes; group += kWidth) {
          visit(from + group, to + group);
        }
        to += kLanes;
      }
    }
  }
}

}  // namespace tinycnn::kernels
