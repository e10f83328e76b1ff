// SPDX-License-Identifier: MIT
#include "kernels/max_pool2d.h"

#include <algorithm>
#include <cstddef>

#include "kernels/pool_windows.h"
#include "kernels/simd.h"

namespace tinycnn::kernels {
void max_pool2d_forward(const Pool2dShape& shape, std::span<const float> input,
                        std::span<float> output, std::span<float> winner) noexcept {
  const std::ptrdiff_t row = std::ptrdiff_t{shape.input.width} * kLanes;
  for_windows(shape, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
    const float* line = input.data() + from;
    Batch best = load(line);
    Batch at(0.0F);
    float position = 0.0F;
    for (int r = 0; r < shape.kernel.height; ++r, line += row) {
      for (int s = 0; s < shape.kernel.width; ++s, position += 1.0F) {
        const Batch value = load(line + std::ptrdiff_t{s} * kLanes);
        const auto wins = (value > best) || (value != value);
        best = xsimd::select(wins, value, best);
        at = xsimd::select(wins, Batch(position), at);
      }
    }
    store(output.data() + to, best);
    store(winner.data() + to, at);
  });
}

void max_pool2d_backward(const Pool2dShape& shape, std::span<const float> d_output,
                         std::span<const float> winner, std::span<float> d_input) noexcept {
  const std::ptrdiff_t row = std::ptrdiff_t{shape.input.width} * kLanes;
  const Batch zero(0.0F);
  std::ranges::fill(d_input, 0.0F);
  for_windows(shape, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
    const Batch d = load(d_output.data() + to);
    const Batch at = load(winner.data() + to);
    float* line = d_input.data() + from;
    float position = 0.0F;
    for (int r = 0; r < shape.kernel.height; ++r, line += row) {
      for (int s = 0; s < shape.kernel.width; ++s, position += 1.0F) {
        float* pixel = line + std::ptrdiff_t{s} * kLanes;
        store(pixel, load(pixel) + xsimd::select(at == Batch(position), d, zero));
      }
    }
  });
}

}  // namespace tinycnn::kernels
