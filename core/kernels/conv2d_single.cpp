// SPDX-License-Identifier: MIT
// A tile is 4 output channels x B pixels. If the row length is not a multiple of the tile, the last
// tile overlaps the one before and computes the same values again.
#include "kernels/conv2d_single.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

/// Operands of a tile. Pointers are at its first pixel and channel.
struct Tile {
  const Conv2dShape& shape;
  const float* input;   // [C][H][W], of the sample alone
  const float* packed;  // [taps][weight_step]
  const float* bias;    // or null
  int weight_step;
  Activation activation;
  float* output;  // [K][OH][OW][B]
};

template <int Channels>
inline void compute(const Tile& tile) {
  const Conv2dShape& shape = tile.shape;
  Batch sum[Channels][kGroups];
  for (int k = 0; k < Channels; ++k) {
    for (int g = 0; g < kGroups; ++g) {
      sum[k][g] = Batch(tile.bias != nullptr ? tile.bias[k] : 0.0F);
    }
  }
  const float* weight = tile.packed;
  for (int c = 0; c < shape.in_channels; ++c) {
    for (int r = 0; r < shape.kernel.height; ++r) {
      const float* line = tile.input + (std::ptrdiff_t{c} * shape.in_height + r) * shape.in_width;
      for (int s = 0; s < shape.kernel.width; ++s) {
        for (int k = 0; k < Channels; ++k) {
          const Batch w(weight[k]);
          for (int g = 0; g < kGroups; ++g) {
            sum[k][g] = add_product(sum[k][g], w, load(line + s + g * kWidth));
          }
        }
        weight += tile.weight_step;
      }
    }
  }
  const std::ptrdiff_t plane = std::ptrdiff_t{shape.out_height()} * shape.out_width() * kLanes;
  for (int k = 0; k < Channels; ++k) {
    float pixels[kLanes];
    for (int g = 0; g < kGroups; ++g) {
      store(pixels + g * kWidth,
            tile.activation == Activation::kReLU ? relu(sum[k][g]) : sum[k][g]);
    }
    for (int p = 0; p < kLanes; ++p) {
      tile.output[k * plane + std::ptrdiff_t{p} * kLanes] = pixels[p];
    }
  }
}

}  // namespace

bool conv2d_single_fits(const Conv2dShape& shape) noexcept {
  return shape.stride.width == 1 && !shape.is_dilated() && shape.out_width() >= kLanes;
}

void conv2d_forward_single(const Conv2dShape& shape, std::span<const float> input,
                           std::span<const float> packed, std::span<const float> bias,
                           Activation activation, std::span<float> plane,
                           std::span<float> output) noexcept {
  assert(conv2d_single_fits(shape));
  assert(plane.size() * kLanes >= input.size());
  for (std::size_t i = 0; i * kLanes < input.size(); ++i) {
    plane[i] = input[i * kLanes];
  }
  const int out_width = shape.out_width();
  for (int k = 0; k < shape.out_channels; k += kConvChannelTile) {
    const int channels = std::min(kConvChannelTile, shape.out_channels - k);
    for (int y = 0; y < shape.out_height(); ++y) {
      for (int from = 0; from < out_width; from += kLanes) {
        const int x = std::min(from, out_width - kLanes);
        const std::ptrdiff_t pixel = (std::ptrdiff_t{k} * shape.out_height() + y) * out_width + x;
        Tile tile{shape,
                  plane.data() + std::ptrdiff_t{y} * shape.stride.height * shape.in_width + x,
                  packed.data() + std::ptrdiff_t{k} * shape.taps(),
                  bias.empty() ? nullptr : bias.data() + k,
                  channels,
                  activation,
                  output.data() + pixel * kLanes};
        if (channels == kConvChannelTile) {
          compute<kConvChannelTile>(tile);
          continue;
        }
        for (int rest = 0; rest < channels; ++rest) {
          compute<1>(tile);
          ++tile.packed;
          tile.bias += tile.bias != nullptr ? 1 : 0;
          tile.output += std::ptrdiff_t{shape.out_height()} * out_width * kLanes;
        }
      }
    }
  }
}

}  // namespace tinycnn::kernels
