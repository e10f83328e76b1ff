// SPDX-License-Identifier: MIT
// The forward kernel holds a tile of 4 output channels x 2 output pixels in registers; the weight
// gradient a tile of 4 output channels x 2 taps. Both need 8 accumulators of the 15 registers that
// a WebAssembly engine leaves on x86-64.
#include "kernels/conv2d.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

constexpr int kPixelTile = 2;
constexpr int kTapTile = 2;

constexpr std::ptrdiff_t to_offset(int pixels) { return std::ptrdiff_t{pixels} * kLanes; }

/// What a row of the forward kernel needs; pointers are at the row's first pixel and lane group.
struct ForwardRow {
  const Conv2dShape& shape;
  const float* input;   // at (c = 0, y * stride, x = 0)
  const float* packed;  // this tile's weights [taps][Channels]
  const float* bias;    // this tile's, or null
  float* output;        // at (k = first of the tile, y, x = 0)
  std::ptrdiff_t output_plane;
};

/// Kernel width and horizontal stride are template arguments where they are common (0: any).
template <int Channels, int Pixels, int KernelWidth, int StrideWidth, Activation activation>
inline void forward_tile(const ForwardRow& row, int x) {
  const Conv2dShape& shape = row.shape;
  const int kernel_width = KernelWidth > 0 ? KernelWidth : shape.kernel.width;
  const int stride = StrideWidth > 0 ? StrideWidth : shape.stride.width;
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
    for (int r = 0; r < shape.kernel.height; ++r) {
      for (int s = 0; s < kernel_width; ++s) {
        Batch in[Pixels];
        for (int p = 0; p < Pixels; ++p) {
          in[p] = load(line + to_offset(s + p * stride));
        }
        for (int k = 0; k < Channels; ++k) {
          const Batch w(weight[k]);
          for (int p = 0; p < Pixels; ++p) {
            sum[k][p] = sum[k][p] + w * in[p];
          }
        }
        weight += Channels;
      }
      line += to_offset(shape.in_width);
    }
    channel += to_offset(shape.in_height * shape.in_width);
  }
  for (int k = 0; k < Channels; ++k) {
    for (int p = 0; p < Pixels; ++p) {
      const Batch out = activation == Activation::kReLU ? relu(sum[k][p]) : sum[k][p];
      store(row.output + k * row.output_plane + to_offset(x + p), out);
    }
  }
}

template <int KernelWidth, int StrideWidth, Activation activation>
void forward(const Conv2dShape& shape, const float* input, const float* packed, const float* bias,
             float* output) {
  const int out_height = shape.out_height();
  const int out_width = shape.out_width();
  const std::ptrdiff_t plane = to_offset(out_height * out_width);
  for (int y = 0; y < out_height; ++y) {
    const float* line = input + to_offset(y * shape.stride.height * shape.in_width);
    for_tiles<kConvChannelTile>(shape.out_channels, [&]<class Channels>(Channels, int k) {
      for (int group = 0; group < kLanes; group += kWidth) {
        const ForwardRow row{shape,
                             line + group,
                             packed + static_cast<std::ptrdiff_t>(k) * shape.taps(),
                             bias != nullptr ? bias + k : nullptr,
                             output + k * plane + to_offset(y * out_width) + group,
                             plane};
        for_tiles<kPixelTile>(out_width, [&]<class Pixels>(Pixels, int x) {
          forward_tile<Channels::value, Pixels::value, KernelWidth, StrideWidth, activation>(row,
                                                                                             x);
        });
      }
    });
  }
}

template <Activation activation>
void forward_any(const Conv2dShape& shape, const float* input, const float* packed,
                 const float* bias, float* output) {
  const bool unit = shape.stride.width == 1;
  if (unit && shape.kernel.width == 3) {
    forward<3, 1, activation>(shape, input, packed, bias, output);
  } else if (unit && shape.kernel.width == 5) {
    forward<5, 1, activation>(shape, input, packed, bias, output);
  } else if (unit && shape.kernel.width == 1) {
    forward<1, 1, activation>(shape, input, packed, bias, output);
  } else {
    forward<0, 0, activation>(shape, input, packed, bias, output);
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

/// One output row's share of a tile of the weight gradient, for one lane group.
template <int Channels, int Taps>
inline void weight_gradient_row(int pixels, std::ptrdiff_t stride, const float* const* inputs,
                                const float* d_output, std::ptrdiff_t output_plane, float* sums,
                                std::ptrdiff_t channel_sums) {
  Batch sum[Channels][Taps];
  for (int k = 0; k < Channels; ++k) {
    for (int t = 0; t < Taps; ++t) {
      sum[k][t] = load(sums + k * channel_sums + t * kLanes);
    }
  }
  const float* in[Taps];
  for (int t = 0; t < Taps; ++t) {
    in[t] = inputs[t];
  }
  for (int x = 0; x < pixels; ++x) {
    Batch value[Taps];
    for (int t = 0; t < Taps; ++t) {
      value[t] = load(in[t]);
      in[t] += stride;
    }
    for (int k = 0; k < Channels; ++k) {
      const Batch d = load(d_output + k * output_plane);
      for (int t = 0; t < Taps; ++t) {
        sum[k][t] = sum[k][t] + d * value[t];
      }
    }
    d_output += kLanes;
  }
  for (int k = 0; k < Channels; ++k) {
    for (int t = 0; t < Taps; ++t) {
      store(sums + k * channel_sums + t * kLanes, sum[k][t]);
    }
  }
}

/// Where tap number `tap` of the kernel reads, relative to the output pixel's first input pixel.
std::ptrdiff_t tap_offset(const Conv2dShape& shape, int tap) {
  const int s = tap % shape.kernel.width;
  const int r = tap / shape.kernel.width % shape.kernel.height;
  const int c = tap / (shape.kernel.width * shape.kernel.height);
  return to_offset((c * shape.in_height + r) * shape.in_width + s);
}

/// Those of `count` places, `stride` apart from `start` on, that lie in 0..size-1.
struct Within {
  int first;
  int end;
};

Within within(int start, int stride, int count, int size) {
  const int first = start < 0 ? (-start + stride - 1) / stride : 0;
  const int end = start < size ? (size - start + stride - 1) / stride : 0;
  return {std::min(first, count), std::clamp(end, std::min(first, count), count)};
}

void add_bias_gradient(const Conv2dShape& shape, const float* d_output, std::span<float> d_bias) {
  const int pixels = shape.out_height() * shape.out_width();
  for (float& d : d_bias) {
    float lanes[kLanes];
    for (int group = 0; group < kLanes; group += kWidth) {
      Batch sum(0.0F);
      for (int p = 0; p < pixels; ++p) {
        sum = sum + load(d_output + to_offset(p) + group);
      }
      store(lanes + group, sum);
    }
    d += sum_lanes(lanes);
    d_output += to_offset(pixels);
  }
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

void conv2d_pack_mirrored_weight(const Conv2dShape& shape, std::span<const float> weight,
                                 std::span<float> packed) noexcept {
  assert(weight.size() == shape.weight_size() && packed.size() == shape.weight_size());
  const int area = shape.kernel.height * shape.kernel.width;
  pack(shape.in_channels, shape.out_channels * area, packed.data(), [&](int c, int tap) {
    const int k = tap / area;
    const int mirrored = area - 1 - tap % area;
    return weight[static_cast<std::size_t>((k * shape.in_channels + c) * area + mirrored)];
  });
}

void conv2d_forward(const Conv2dShape& shape, std::span<const float> input,
                    std::span<const float> packed, std::span<const float> bias,
                    Activation activation, std::span<float> output) noexcept {
  assert(packed.size() == shape.weight_size());
  const float* b = bias.empty() ? nullptr : bias.data();
  if (activation == Activation::kReLU) {
    forward_any<Activation::kReLU>(shape, input.data(), packed.data(), b, output.data());
  } else {
    forward_any<Activation::kNone>(shape, input.data(), packed.data(), b, output.data());
  }
}

Conv2dShape conv2d_mirrored_shape(const Conv2dShape& shape, const Shape& unpadded) noexcept {
  return {.in_channels = shape.out_channels,
          .in_height = unpadded.height + shape.kernel.height - 1,
          .in_width = unpadded.width + shape.kernel.width - 1,
          .out_channels = shape.in_channels,
          .kernel = shape.kernel};
}

void conv2d_spread(const Conv2dShape& shape, const Shape& unpadded, const Size2d& padding,
                   std::span<const float> d_output, std::span<float> spread) noexcept {
  const Conv2dShape mirrored = conv2d_mirrored_shape(shape, unpadded);
  const int top = shape.kernel.height - 1 - padding.height;
  const int left = shape.kernel.width - 1 - padding.width;
  std::ranges::fill(spread, 0.0F);
  const Within rows = within(top, shape.stride.height, shape.out_height(), mirrored.in_height);
  const Within columns = within(left, shape.stride.width, shape.out_width(), mirrored.in_width);
  for (int k = 0; k < shape.out_channels; ++k) {
    for (int y = rows.first; y < rows.end; ++y) {
      const int line = k * shape.out_height() + y;
      const int row = k * mirrored.in_height + top + y * shape.stride.height;
      const int column = left + columns.first * shape.stride.width;
      const float* from = d_output.data() + to_offset(line * shape.out_width() + columns.first);
      float* to = spread.data() + to_offset(row * mirrored.in_width + column);
      for (int x = columns.first; x < columns.end; ++x) {
        std::copy_n(from, kLanes, to);
        from += kLanes;
        to += to_offset(shape.stride.width);
      }
    }
  }
}

void conv2d_backward_weight(const Conv2dShape& shape, std::span<const float> input,
                            std::span<const float> d_output, std::span<float> accumulator,
                            std::span<float> d_weight, std::span<float> d_bias) noexcept {
  assert(accumulator.size() >= shape.weight_size() * kLanes);
  const int out_width = shape.out_width();
  const std::ptrdiff_t plane = to_offset(shape.out_height() * out_width);
  const std::ptrdiff_t channel_sums = to_offset(shape.taps());
  std::ranges::fill(accumulator, 0.0F);
  for (int y = 0; y < shape.out_height(); ++y) {
    const float* line = input.data() + to_offset(y * shape.stride.height * shape.in_width);
    const float* d_line = d_output.data() + to_offset(y * out_width);
    for_tiles<kTapTile>(shape.taps(), [&]<class Taps>(Taps, int tap) {
      for_tiles<kConvChannelTile>(shape.out_channels, [&]<class Channels>(Channels, int k) {
        for (int group = 0; group < kLanes; group += kWidth) {
          const float* inputs[Taps::value];
          for (int t = 0; t < Taps::value; ++t) {
            inputs[t] = line + tap_offset(shape, tap + t) + group;
          }
          weight_gradient_row<Channels::value, Taps::value>(
              out_width, to_offset(shape.stride.width), inputs, d_line + k * plane + group, plane,
              accumulator.data() + k * channel_sums + to_offset(tap) + group, channel_sums);
        }
      });
    });
  }
  const float* lanes = accumulator.data();
  for (float& d : d_weight) {
    d += sum_lanes(lanes);
    lanes += kLanes;
  }
  add_bias_gradient(shape, d_output.data(), d_bias);
}

}  // namespace tinycnn::kernels
