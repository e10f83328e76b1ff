// SPDX-License-Identifier: MIT
// The forward kernel holds a tile of 4 output channels x 3 output pixels in registers, the weight
// gradient a tile of 2 output channels x 3 taps with two pixels per iteration. Of the tiles that
// fit into the 15 registers that a WebAssembly engine has on x86-64, these were the fastest.
#include "kernels/conv2d.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

#include "kernels/conv2d_depthwise.h"
#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

constexpr int kPixelTile = 3;
constexpr int kTapTile = 3;
constexpr int kGradientChannelTile = 2;
constexpr int kGradientPixels = 2;
constexpr int kGradientRows = 4;

constexpr std::ptrdiff_t to_offset(int pixels) { return std::ptrdiff_t{pixels} * kLanes; }

/// Operands for one row of the forward kernel. Pointers are at the first pixel of the row and at
/// the lane group.
struct ForwardRow {
  const Conv2dShape& shape;
  const float* input;   // at (c = 0, y * stride, x = 0)
  const float* packed;  // this tile's weights [taps][Channels]
  const float* bias;    // this tile's, or null
  Activation activation;
  float* output;  // at (k = first of the tile, y, x = 0)
  std::ptrdiff_t output_plane;
};

/// Common kernel widths and horizontal strides are template arguments (0: any, and any dilation; a
/// width of 1 means a 1x1 kernel).
template <int Channels, int Pixels, int KernelWidth, int StrideWidth>
inline void forward_tile(const ForwardRow& row, int x) {
  const Conv2dShape& shape = row.shape;
  const int kernel_width = KernelWidth > 0 ? KernelWidth : shape.kernel.width;
  const int kernel_height = KernelWidth == 1 ? 1 : shape.kernel.height;
  const int stride = StrideWidth > 0 ? StrideWidth : shape.stride.width;
  const int hole = KernelWidth > 0 ? 1 : shape.dilation.width;
  const int line_step = KernelWidth > 0 ? shape.in_width : shape.in_width * shape.dilation.height;
  Batch sum[Channels][Pixels];
  for (int k = 0; k < Channels; ++k) {
    for (int p = 0; p < Pixels; ++p) {
      sum[k][p] = Batch(row.bias != nullptr ? row.bias[k] : 0.0F);
    }
  }
  const float* weight = row.packed;
  const float* channel = row.input + to_offset(x * stride);
  for (int c = 0; c < shape.in_channels; ++c) {
    const float* line = channel;
    for (int r = 0; r < kernel_height; ++r) {
      for (int s = 0; s < kernel_width; ++s) {
        Batch in[Pixels];
        for (int p = 0; p < Pixels; ++p) {
          in[p] = load(line + to_offset(s * hole + p * stride));
        }
        for (int k = 0; k < Channels; ++k) {
          const Batch w(weight[k]);
          for (int p = 0; p < Pixels; ++p) {
            sum[k][p] = add_product(sum[k][p], w, in[p]);
          }
        }
        weight += Channels;
      }
      line += to_offset(line_step);
    }
    channel += to_offset(shape.in_height * shape.in_width);
  }
  const bool rectifies = row.activation == Activation::kReLU;
  for (int k = 0; k < Channels; ++k) {
    for (int p = 0; p < Pixels; ++p) {
      const Batch out = rectifies ? relu(sum[k][p]) : sum[k][p];
      store(row.output + k * row.output_plane + to_offset(x + p), out);
    }
  }
}

/// Rare tiles and those at the edges, with fewer channels or pixels. One function for every kernel
/// size, because there are many of them and each adds to the code size.
template <int Channels, int Pixels>
[[gnu::noinline]] void forward_any_tile(const ForwardRow& row, int x) {
  forward_tile<Channels, Pixels, 0, 0>(row, x);
}

template <int KernelWidth, int StrideWidth>
[[gnu::noinline]] void forward(const Conv2dShape& shape, const float* input, const float* packed,
                               const float* bias, Activation activation, int lanes, float* output) {
  const int out_height = shape.out_height();
  const int out_width = shape.out_width();
  const std::ptrdiff_t plane = to_offset(out_height * out_width);
  for (int y = 0; y < out_height; ++y) {
    const float* line = input + to_offset(y * shape.stride.height * shape.in_width);
    for_tiles<kConvChannelTile>(shape.out_channels, [&]<class Channels>(Channels, int k) {
      for (int group = 0; group < lanes; group += kWidth) {
        const ForwardRow row{shape,
                             line + group,
                             packed + static_cast<std::ptrdiff_t>(k) * shape.taps(),
                             bias != nullptr ? bias + k : nullptr,
                             activation,
                             output + k * plane + to_offset(y * out_width) + group,
                             plane};
        for_tiles<kPixelTile>(out_width, [&]<class Pixels>(Pixels, int x) {
          constexpr bool kIsWhole = Pixels::value == kPixelTile;
          if constexpr (KernelWidth > 0 && Channels::value == kConvChannelTile &&
                        (kIsWhole || KernelWidth == 3)) {
            forward_tile<Channels::value, Pixels::value, KernelWidth, StrideWidth>(row, x);
          } else if constexpr (kIsWhole) {
            forward_any_tile<Channels::value, kPixelTile>(row, x);
          } else {
            for (int p = 0; p < Pixels::value; ++p) {
              forward_any_tile<Channels::value, 1>(row, x + p);
            }
          }
        });
      }
    });
  }
}

/// source [K][taps] read through `at(k, tap)` -> [K/4][taps][4].
template <class At>
void pack(int channels, int taps, float* packed, const At& at) {
  for_tiles<kConvChannelTile>(channels, [&]<class Channels>(Channels, int first) {
    for (int tap = 0; tap < taps; ++tap) {
      for (int k = 0; k < Channels::value; ++k) {
        *packed++ = at(first + k, tap);
      }
    }
  });
}

/// Operands of a tile of the weight gradient. Pointers are at the first row, pixel, channel and tap
/// of the tile, and at the lane group.
struct GradientTile {
  const float* input = nullptr;
  const float* d_output = nullptr;
  float* sums = nullptr;
  int rows = 0;
  int pixels = 0;  // of an output row
  std::ptrdiff_t input_row = 0;
  std::ptrdiff_t input_pixel = 0;  // from one output pixel to the next
  std::ptrdiff_t input_tap = 0;    // from one tap to the next
  std::ptrdiff_t output_plane = 0;
  std::ptrdiff_t channel_sums = 0;
};

/// Takes the rows of a tile in order, with the sums in registers. IsDense: pixels and taps are
/// adjacent, so that addresses differ by constants. Not inlined, because WebAssembly engines would
/// then no longer keep the sums in registers.
template <int Channels, int Taps, bool IsDense>
[[gnu::noinline]] void weight_gradient_tile(const GradientTile& tile) {
  const std::ptrdiff_t pixel_step = IsDense ? kLanes : tile.input_pixel;
  const std::ptrdiff_t tap_step = IsDense ? kLanes : tile.input_tap;
  Batch sum[Channels][Taps];
  for (int k = 0; k < Channels; ++k) {
    for (int t = 0; t < Taps; ++t) {
      sum[k][t] = load(tile.sums + k * tile.channel_sums + t * kLanes);
    }
  }
  for (int y = 0; y < tile.rows; ++y) {
    const float* in = tile.input + y * tile.input_row;
    const float* d_output = tile.d_output + y * to_offset(tile.pixels);
    for_tiles<kGradientPixels>(tile.pixels, [&]<class Pixels>(Pixels, int /*x*/) {
      for (int p = 0; p < Pixels::value; ++p) {
        Batch value[Taps];
        for (int t = 0; t < Taps; ++t) {
          value[t] = load(in + p * pixel_step + t * tap_step);
        }
        for (int k = 0; k < Channels; ++k) {
          const Batch d = load(d_output + k * tile.output_plane + to_offset(p));
          for (int t = 0; t < Taps; ++t) {
            sum[k][t] = add_product(sum[k][t], d, value[t]);
          }
        }
      }
      in += Pixels::value * pixel_step;
      d_output += to_offset(Pixels::value);
    });
  }
  for (int k = 0; k < Channels; ++k) {
    for (int t = 0; t < Taps; ++t) {
      store(tile.sums + k * tile.channel_sums + t * kLanes, sum[k][t]);
    }
  }
}

/// Calls add(tile, channels, taps) for every tile. A tile has taps of one kernel row or, for 1x1
/// kernels, which have one tap per row, of several input channels.
template <class Add>
void for_gradient_tiles(const Conv2dShape& shape, const float* input, const float* d_output,
                        float* sums, const Add& add) {
  const bool is_row = shape.kernel.width > 1 || shape.kernel.height > 1;
  const int lines = is_row ? shape.in_channels * shape.kernel.height : 1;
  const int taps = is_row ? shape.kernel.width : shape.in_channels;
  const int input_plane = shape.in_height * shape.in_width;
  const int out_width = shape.out_width();
  GradientTile tile{.pixels = out_width,
                    .input_row = to_offset(shape.stride.height * shape.in_width),
                    .input_pixel = to_offset(shape.stride.width),
                    .input_tap = to_offset(is_row ? shape.dilation.width : input_plane),
                    .output_plane = to_offset(shape.out_height() * out_width),
                    .channel_sums = to_offset(shape.taps())};
  for (int y = 0; y < shape.out_height(); y += kGradientRows) {
    tile.rows = std::min(kGradientRows, shape.out_height() - y);
    for (int line = 0; line < lines; ++line) {
      const int c = line / shape.kernel.height;
      const int row = y * shape.stride.height + line % shape.kernel.height * shape.dilation.height;
      const float* first = input + to_offset(c * input_plane + row * shape.in_width);
      for_tiles<kTapTile>(taps, [&]<class Taps>(Taps size, int tap) {
        for_tiles<kGradientChannelTile>(shape.out_channels, [&]<class Channels>(Channels, int k) {
          for (int group = 0; group < kLanes; group += kWidth) {
            tile.input = first + tap * tile.input_tap + group;
            tile.d_output = d_output + k * tile.output_plane + to_offset(y * out_width) + group;
            tile.sums = sums + k * tile.channel_sums + to_offset(line * taps + tap) + group;
            add(tile, Channels{}, size);
          }
        });
      });
    }
  }
}

/// The weight gradient's sums in each lane.
void sum_weight_gradient(const Conv2dShape& shape, const float* input, const float* d_output,
                         std::span<float> sums) {
  std::ranges::fill(sums, 0.0F);
  const bool is_dense =
      shape.stride.width == 1 && shape.kernel.width > 1 && shape.dilation.width == 1;
  for_gradient_tiles(shape, input, d_output, sums.data(),
                     [&]<class Channels, class Taps>(const GradientTile& tile, Channels, Taps) {
                       if (Taps::value == kTapTile && is_dense) {
                         weight_gradient_tile<Channels::value, kTapTile, true>(tile);
                       } else {
                         weight_gradient_tile<Channels::value, Taps::value, false>(tile);
                       }
                     });
}

/// Of `count` positions that start at `start` and are `stride` apart, those within 0..size-1.
struct Within {
  int first;
  int end;
};

Within within(int start, int stride, int count, int size) {
  const int first = start < 0 ? (-start + stride - 1) / stride : 0;
  const int end = start < size ? (size - start + stride - 1) / stride : 0;
  return {std::min(first, count), std::clamp(end, std::min(first, count), count)};
}

}  // namespace

void conv2d_pack_weight(const Conv2dShape& shape, std::span<const float> weight,
                        std::span<float> packed) noexcept {
  assert(weight.size() == shape.weight_size() && packed.size() == shape.weight_size());
  const auto taps = static_cast<std::size_t>(shape.taps());
  pack(shape.out_channels, shape.taps(), packed.data(), [&](int k, int tap) {
    return weight[static_cast<std::size_t>(k) * taps + static_cast<std::size_t>(tap)];
  });
}

void conv2d_pack_flipped_weight(const Conv2dShape& shape, std::span<const float> weight,
                                std::span<float> packed) noexcept {
  assert(weight.size() == shape.weight_size() && packed.size() == shape.weight_size());
  const int area = shape.kernel.height * shape.kernel.width;
  pack(shape.in_channels, shape.out_channels * area, packed.data(), [&](int c, int tap) {
    const int k = tap / area;
    const int flipped = area - 1 - tap % area;
    return weight[static_cast<std::size_t>((k * shape.in_channels + c) * area + flipped)];
  });
}

void conv2d_forward(const Conv2dShape& shape, std::span<const float> input,
                    std::span<const float> packed, std::span<const float> bias,
                    Activation activation, std::span<float> output, int lanes) noexcept {
  assert(packed.size() == shape.weight_size());
  if (conv2d_depthwise_fits(shape)) {
    conv2d_depthwise_forward(shape, input, packed, bias, activation, output, lanes);
    return;
  }
  const float* b = bias.empty() ? nullptr : bias.data();
  const bool unit = shape.stride.width == 1 && !shape.is_dilated();
  if (unit && shape.kernel.width == 3) {
    forward<3, 1>(shape, input.data(), packed.data(), b, activation, lanes, output.data());
  } else if (unit && shape.kernel.width == 5) {
    forward<5, 1>(shape, input.data(), packed.data(), b, activation, lanes, output.data());
  } else if (unit && shape.kernel.width == 1 && shape.kernel.height == 1) {
    forward<1, 1>(shape, input.data(), packed.data(), b, activation, lanes, output.data());
  } else {
    forward<0, 0>(shape, input.data(), packed.data(), b, activation, lanes, output.data());
  }
}

Conv2dShape conv2d_flipped_shape(const Conv2dShape& shape, const Shape& unpadded) noexcept {
  return {.in_channels = shape.out_channels,
          .in_height = unpadded.height + shape.extent().height - 1,
          .in_width = unpadded.width + shape.extent().width - 1,
          .out_channels = shape.in_channels,
          .kernel = shape.kernel,
          .dilation = shape.dilation};
}

void conv2d_dilate(const Conv2dShape& shape, const Shape& unpadded, const Size2d& padding,
                   std::span<const float> d_output, std::span<float> dilated) noexcept {
  const Conv2dShape flipped = conv2d_flipped_shape(shape, unpadded);
  const int top = shape.extent().height - 1 - padding.height;
  const int left = shape.extent().width - 1 - padding.width;
  const Within rows = within(top, shape.stride.height, shape.out_height(), flipped.in_height);
  const Within columns = within(left, shape.stride.width, shape.out_width(), flipped.in_width);
  const int column = left + columns.first * shape.stride.width;
  const std::ptrdiff_t width = to_offset(flipped.in_width);
  const std::ptrdiff_t used = to_offset(columns.end - columns.first);
  float* to = dilated.data();
  for (int line = 0; line < shape.out_channels * flipped.in_height; ++line, to += width) {
    const int k = line / flipped.in_height;
    const int distance = line % flipped.in_height - top;
    const int y = distance / shape.stride.height;
    const bool is_used = distance % shape.stride.height == 0 && y >= rows.first && y < rows.end;
    const std::ptrdiff_t from =
        to_offset((k * shape.out_height() + y) * shape.out_width() + columns.first);
    if (!is_used || used == 0) {
      std::fill_n(to, width, 0.0F);
    } else if (shape.stride.width == 1) {
      std::fill_n(to, to_offset(column), 0.0F);
      copy(d_output.data() + from, used, to + to_offset(column));
      std::fill(to + to_offset(column) + used, to + width, 0.0F);
    } else {
      std::fill_n(to, width, 0.0F);
      for (std::ptrdiff_t x = 0; x < used; x += kLanes) {
        copy(d_output.data() + from + x, kLanes, to + to_offset(column) + x * shape.stride.width);
      }
    }
  }
}

void conv2d_backward_weight(const Conv2dShape& shape, std::span<const float> input,
                            std::span<const float> d_output, std::span<float> accumulator,
                            std::span<float> d_weight, std::span<float> d_bias) noexcept {
  assert(accumulator.size() >= shape.weight_size() * kLanes);
  if (conv2d_depthwise_fits(shape)) {
    conv2d_depthwise_backward_weight(shape, input, d_output, accumulator);
  } else {
    sum_weight_gradient(shape, input.data(), d_output.data(), accumulator);
  }
  const float* lanes = accumulator.data();
  for (float& d : d_weight) {
    d += sum_lanes(lanes);
    lanes += kLanes;
  }
  conv2d_backward_bias(d_output, d_bias);
}

void conv2d_backward_bias(std::span<const float> d_output, std::span<float> d_bias) noexcept {
  if (d_bias.empty()) {
    return;
  }
  const auto channel = static_cast<std::ptrdiff_t>(d_output.size() / d_bias.size());
  const float* from = d_output.data();
  for (float& d : d_bias) {
    float lanes[kLanes];
    for (int group = 0; group < kLanes; group += kWidth) {
      Batch sum(0.0F);
      for (std::ptrdiff_t pixel = 0; pixel < channel; pixel += kLanes) {
        sum = sum + load(from + pixel + group);
      }
      store(lanes + group, sum);
    }
    d += sum_lanes(lanes);
    from += channel;
  }
}

}  // namespace tinycnn::kernels
