// SPDX-License-Identifier: MIT
// A tile of the forward kernel is 2 x 4 output pixels, or 2 x 2 where registers are narrow: its
// sums and the nine weights are in registers, of which a WebAssembly engine has 15 on x86-64. Each
// input pixel is loaded once for all of them. Where the output is not a multiple of a tile, the
// last one overlaps the one before and computes the same values again. The weight gradient holds
// the sums of all nine taps.
#include "kernels/conv2d_depthwise.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <utility>

#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

constexpr int kKernel = 3;
constexpr int kTaps = kKernel * kKernel;
constexpr int kRowTile = 2;
constexpr int kPixelTile = kWidth == 4 ? 2 : 4;
constexpr int kGradientTile = 2;

constexpr std::ptrdiff_t to_offset(int pixels) { return std::ptrdiff_t{pixels} * kLanes; }

/// Calls step(std::integral_constant<int, i>) for i in 0..Count-1, unrolled.
template <int Count, class Step>
[[gnu::always_inline]] inline void unroll(const Step& step) {
  [&]<int... I>(std::integer_sequence<int, I...>) {
    (step(std::integral_constant<int, I>{}), ...);
  }(std::make_integer_sequence<int, Count>{});
}

/// Pixels are taken row by row, so that each output adds its taps in order.
[[gnu::always_inline]] inline void add_pixels(const Batch (&weight)[kTaps], const float* input,
                                              std::ptrdiff_t row,
                                              Batch (&sum)[kRowTile][kPixelTile]) {
  unroll<kRowTile + kKernel - 1>([&](auto i) {
    unroll<kPixelTile + kKernel - 1>([&](auto j) {
      const Batch value = load(input + i * row + to_offset(j));
      for (int y = std::max(0, i - kKernel + 1); y <= std::min<int>(i, kRowTile - 1); ++y) {
        for (int x = std::max(0, j - kKernel + 1); x <= std::min<int>(j, kPixelTile - 1); ++x) {
          sum[y][x] = add_product(sum[y][x], weight[(i - y) * kKernel + j - x], value);
        }
      }
    });
  });
}

/// Adds what so many neighbouring output pixels give, one after the other for each tap.
template <int Pixels>
[[gnu::always_inline]] inline void add_gradients(const float* input, std::ptrdiff_t row,
                                                 const float* d_output, Batch (&sum)[kTaps]) {
  Batch d[Pixels];
  for (int x = 0; x < Pixels; ++x) {
    d[x] = load(d_output + to_offset(x));
  }
  unroll<kKernel>([&](auto r) {
    unroll<Pixels + kKernel - 1>([&](auto j) {
      const Batch value = load(input + r * row + to_offset(j));
      for (int x = std::max(0, j - kKernel + 1); x <= std::min<int>(j, Pixels - 1); ++x) {
        Batch& tap = sum[r * kKernel + j - x];
        tap = add_product(tap, d[x], value);
      }
    });
  });
}

}  // namespace

bool conv2d_depthwise_tiles_fit(const Conv2dShape& shape) noexcept {
  return shape.kernel == Size2d{kKernel, kKernel} && shape.stride == Size2d{1, 1} &&
         !shape.is_dilated() && shape.out_height() >= kRowTile && shape.out_width() >= kPixelTile;
}

void conv2d_depthwise_forward(const Conv2dShape& shape, std::span<const float> input,
                              std::span<const float> weight, std::span<const float> bias,
                              Activation activation, std::span<float> output, int lanes) noexcept {
  assert(conv2d_depthwise_fits(shape) && weight.size() == kTaps);
  const int height = shape.out_height();
  const int width = shape.out_width();
  const std::ptrdiff_t input_row = to_offset(shape.in_width);
  const Batch start(bias.empty() ? 0.0F : bias[0]);
  Batch taps[kTaps];
  for (std::size_t t = 0; t < kTaps; ++t) {
    taps[t] = Batch(weight[t]);
  }
  const bool rectifies = activation == Activation::kReLU;
  for (int row = 0; row < height; row += kRowTile) {
    const int y = std::min(row, height - kRowTile);
    for (int group = 0; group < lanes; group += kWidth) {
      const float* from = input.data() + y * input_row + group;
      float* to = output.data() + to_offset(y * width) + group;
      for (int column = 0; column < width; column += kPixelTile) {
        const int x = std::min(column, width - kPixelTile);
        Batch sum[kRowTile][kPixelTile];
        std::fill_n(&sum[0][0], kRowTile * kPixelTile, start);
        add_pixels(taps, from + to_offset(x), input_row, sum);
        for (int r = 0; r < kRowTile; ++r) {
          for (int p = 0; p < kPixelTile; ++p) {
            const Batch out = rectifies ? relu(sum[r][p]) : sum[r][p];
            store(to + to_offset(r * width + x + p), out);
          }
        }
      }
    }
  }
}

void conv2d_depthwise_backward_weight(const Conv2dShape& shape, std::span<const float> input,
                                      std::span<const float> d_output,
                                      std::span<float> sums) noexcept {
  assert(conv2d_depthwise_fits(shape) && sums.size() >= kTaps * kLanes);
  const int width = shape.out_width();
  const std::ptrdiff_t input_row = to_offset(shape.in_width);
  for (int group = 0; group < kLanes; group += kWidth) {
    Batch sum[kTaps];
    std::fill_n(sum, kTaps, Batch(0.0F));
    for (int y = 0; y < shape.out_height(); ++y) {
      const float* from = input.data() + y * input_row + group;
      const float* gradient = d_output.data() + to_offset(y * width) + group;
      for_tiles<kGradientTile>(width, [&]<class Pixels>(Pixels, int x) {
        add_gradients<Pixels::value>(from + to_offset(x), input_row, gradient + to_offset(x), sum);
      });
    }
    for (int t = 0; t < kTaps; ++t) {
      store(sums.data() + to_offset(t) + group, sum[t]);
    }
  }
}

}  // namespace tinycnn::kernels
