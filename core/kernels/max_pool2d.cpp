// SPDX-License-Identifier: MIT
// Windows of 2x2 pixels, by far the most common, are specialized (Kernel 2; 0: any size).
#include "kernels/max_pool2d.h"

#include <algorithm>
#include <cstddef>

#include "kernels/pool_windows.h"
#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

/// Calls visit(offset of a pixel in its window, its position r * S + s as a float).
template <int Kernel, class Visit>
inline void for_pixels(const Pool2dShape& shape, const Visit& visit) {
  const int height = Kernel > 0 ? Kernel : shape.kernel.height;
  const int width = Kernel > 0 ? Kernel : shape.kernel.width;
  std::ptrdiff_t line = 0;
  float position = 0.0F;
  for (int r = 0; r < height; ++r, line += std::ptrdiff_t{shape.input.width} * kLanes) {
    for (int s = 0; s < width; ++s, position += 1.0F) {
      visit(line + std::ptrdiff_t{s} * kLanes, position);
    }
  }
}

template <int Kernel>
void forward(const Pool2dShape& shape, const float* input, Activation activation, int lanes,
             float* output, float* winner) {
  const bool rectifies = activation == Activation::kReLU;
  for_windows(shape, lanes, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
    Batch best = load(input + from);
    Batch at(0.0F);
    for_pixels<Kernel>(shape, [&](std::ptrdiff_t offset, float position) {
      const Batch value = load(input + from + offset);
      const auto wins = (value > best) || (value != value);
      best = xsimd::select(wins, value, best);
      at = xsimd::select(wins, Batch(position), at);
    });
    store(output + to, rectifies ? relu(best) : best);
    store(winner + to, at);
  });
}

/// For windows that neither overlap nor leave gaps: every pixel is written once.
void backward_2x2(const Pool2dShape& shape, const float* d_output, const float* winner,
                  float* d_input) {
  for_windows(shape, kLanes, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
    const Batch d = load(d_output + to);
    const Batch at = load(winner + to);
    for_pixels<2>(shape, [&](std::ptrdiff_t offset, float position) {
      store(d_input + from + offset, keep(at == Batch(position), d));
    });
  });
}

void backward_any(const Pool2dShape& shape, const float* d_output, const float* winner,
                  std::span<float> d_input) {
  std::ranges::fill(d_input, 0.0F);
  for_windows(shape, kLanes, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
    const Batch d = load(d_output + to);
    const Batch at = load(winner + to);
    for_pixels<0>(shape, [&](std::ptrdiff_t offset, float position) {
      float* pixel = d_input.data() + from + offset;
      store(pixel, load(pixel) + keep(at == Batch(position), d));
    });
  });
}

}  // namespace

void max_pool2d_forward(const Pool2dShape& shape, std::span<const float> input,
                        Activation activation, std::span<float> output, std::span<float> winner,
                        int lanes) noexcept {
  if (shape.kernel == Size2d{2, 2}) {
    forward<2>(shape, input.data(), activation, lanes, output.data(), winner.data());
  } else {
    forward<0>(shape, input.data(), activation, lanes, output.data(), winner.data());
  }
}

void max_pool2d_backward(const Pool2dShape& shape, std::span<const float> d_output,
                         std::span<const float> winner, std::span<float> d_input) noexcept {
  const bool is_tiled = shape.kernel == Size2d{2, 2} && shape.stride == shape.kernel &&
                        shape.input.height % 2 == 0 && shape.input.width % 2 == 0;
  if (is_tiled) {
    backward_2x2(shape, d_output.data(), winner.data(), d_input.data());
  } else {
    backward_any(shape, d_output.data(), winner.data(), d_input);
  }
}

}  // namespace tinycnn::kernels
