// SPDX-License-Identifier: MIT
#include "kernels/avg_pool2d.h"

#include <algorithm>
#include <cstddef>

#include "kernels/pool_windows.h"
#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

Batch window_size(const Pool2dShape& shape) {
  return Batch(static_cast<float>(shape.kernel.height * shape.kernel.width));
}

}  // namespace

void avg_pool2d_forward(const Pool2dShape& shape, std::span<const float> input,
                        std::span<float> output) noexcept {
  const std::ptrdiff_t row = std::ptrdiff_t{shape.input.width} * kLanes;
  const Batch count = window_size(shape);
  for_windows(shape, kLanes, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
    const float* line = input.data() + from;
    Batch sum(0.0F);
    for (int r = 0; r < shape.kernel.height; ++r, line += row) {
      for (int s = 0; s < shape.kernel.width; ++s) {
        sum = sum + load(line + std::ptrdiff_t{s} * kLanes);
      }
    }
    store(output.data() + to, divide(sum, count));
  });
}

void avg_pool2d_backward(const Pool2dShape& shape, std::span<const float> d_output,
                         std::span<float> d_input) noexcept {
  const std::ptrdiff_t row = std::ptrdiff_t{shape.input.width} * kLanes;
  const Batch count = window_size(shape);
  std::ranges::fill(d_input, 0.0F);
  for_windows(shape, kLanes, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
    const Batch d = divide(load(d_output.data() + to), count);
    float* line = d_input.data() + from;
    for (int r = 0; r < shape.kernel.height; ++r, line += row) {
      for (int s = 0; s < shape.kernel.width; ++s) {
        float* pixel = line + std::ptrdiff_t{s} * kLanes;
        store(pixel, load(pixel) + d);
      }
    }
  });
}

}  // namespace tinycnn::kernels
