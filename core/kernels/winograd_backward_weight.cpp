// SPDX-License-Identifier: MIT
// The gradient of the weights: for each position, the sum over tiles and lanes of transformed
// gradient times transformed input, for all pairs of channels. That is a product of matrices whose
// inner dimension are tiles and lanes. With the input as [tile][lane][channel], registers hold
// channels and sums need no reduction over lanes. Sums of a chunk of tiles are transformed to 3x3
// before they are added to the gradient, so that nothing of the size of 36 positions is kept.
#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "kernels/conv2d.h"
#include "kernels/simd.h"
#include "kernels/winograd.h"
#include "kernels/winograd_tiles.h"

namespace tinycnn::kernels {
namespace {

using winograd::constant;
using winograd::kA;
using winograd::kB;
using winograd::kChannelTile;
using winograd::kPositions;
using winograd::kTransformed;
using winograd::Plane;
using winograd::Scratch;
using winograd::Six;
using winograd::TileStrides;
using winograd::to_offset;

constexpr int kChunkTiles = 12;
constexpr int kInputTile = kLanes;  // input channels of a register tile: as many as lanes

/// Tiles of a group of channels: [positions][tiles][group][B].
struct GroupLayout {
  TileStrides strides;
  std::ptrdiff_t group_stride;

  GroupLayout(int group, int tiles)
      : strides{to_offset(group), winograd::apart(to_offset(group * tiles))},
        group_stride(kPositions * strides.position) {}
};

std::int64_t groups_size(int channels, int group, int tiles) {
  const std::int64_t groups = (channels + group - 1) / group;
  return groups * kPositions * winograd::apart(std::int64_t{group} * tiles * kLanes);
}

/// [8 channels][B] -> [B][8 channels], in place.
void transpose_block(float* block) {
  Batch parts[kGroups][kGroups][kWidth];
  for (int i = 0; i < kLanes; ++i) {
    for (int g = 0; g < kGroups; ++g) {
      parts[i / kWidth][g][i % kWidth] = load(block + to_offset(i) + g * kWidth);
    }
  }
  for (auto& row : parts) {
    for (auto& part : row) {
      transpose(part);
    }
  }
  for (int i = 0; i < kLanes; ++i) {
    for (int g = 0; g < kGroups; ++g) {
      store(block + to_offset(i) + g * kWidth, parts[g][i / kWidth][i % kWidth]);
    }
  }
}

/// Transformed tiles [positions][tiles][8 channels][B] -> [positions][tiles][B][8 channels];
/// channels beyond `channels` become zeros.
void transpose_tiles(int channels, int tiles, const GroupLayout& layout, float* transformed) {
  for (int position = 0; position < kPositions; ++position) {
    for (int t = 0; t < tiles; ++t) {
      float* block = transformed + position * layout.strides.position + t * layout.strides.tile;
      std::fill(block + to_offset(channels), block + to_offset(kInputTile), 0.0F);
      transpose_block(block);
    }
  }
}

/// sums[k][c] = sum over tiles and lanes of d[tile][k][lane] * in[tile][lane][c].
template <int Channels>
inline void correlate_tile(int tiles, const float* d, const float* in, float* sums) {
  Batch sum[Channels][kGroups];
  for (int k = 0; k < Channels; ++k) {
    for (int g = 0; g < kGroups; ++g) {
      sum[k][g] = Batch(0.0F);
    }
  }
  for (int t = 0; t < tiles; ++t) {
    for (int lane = 0; lane < kLanes; ++lane) {
      Batch value[kGroups];
      for (int g = 0; g < kGroups; ++g) {
        value[g] = load(in + lane * kInputTile + g * kWidth);
      }
      for (int k = 0; k < Channels; ++k) {
        const Batch gradient(d[k * kLanes + lane]);
        for (int g = 0; g < kGroups; ++g) {
          sum[k][g] = add_product(sum[k][g], gradient, value[g]);
        }
      }
    }
    d += kChannelTile * kLanes;
    in += kInputTile * kLanes;
  }
  for (int k = 0; k < Channels; ++k) {
    for (int g = 0; g < kGroups; ++g) {
      store(sums + k * kInputTile + g * kWidth, sum[k][g]);
    }
  }
}

/// The sums of all positions for a group of output and a group of input channels: [36][4][8].
void correlate(int out_channels, int tiles, const GroupLayout& d_layout, const float* d,
               const GroupLayout& in_layout, const float* in, float* sums) {
  for_tiles<kChannelTile>(out_channels, [&]<class Channels>(Channels, int /*first*/) {
    for (int position = 0; position < kPositions; ++position) {
      correlate_tile<Channels::value>(tiles, d + position * d_layout.strides.position,
                                      in + position * in_layout.strides.position,
                                      sums + position * kChannelTile * kInputTile);
    }
  });
}

/// G^T m
std::array<Batch, 3> transform_weight_gradient(const Six& m) {
  const Batch sum_a = constant(-2.0 / 3.0) * (m[1] + m[2]);
  const Batch sum_b = constant(1.0 / 6.0) * (m[3] + m[4]);
  const Batch odd_a = constant(-2.0 / 3.0 * kA) * (m[1] - m[2]);
  const Batch odd_b = constant(1.0 / 6.0 * kB) * (m[3] - m[4]);
  return {(m[0] + sum_a) + sum_b, odd_a + odd_b,
          (constant(0.5) * sum_a + constant(2.0) * sum_b) + m[5]};
}

/// Adds G^T m G to the gradients of the weights of `channels` input channels. m: the sums of one
/// output channel, positions kChannelTile * kInputTile apart.
void add_weight_gradient(int channels, const float* m, float* d_weight) {
  constexpr std::size_t kPosition = std::size_t{kChannelTile} * kInputTile;
  float taps[9][kInputTile];
  for (int g = 0; g < kInputTile; g += kWidth) {
    std::array<Six, 3> rows{};
    for (std::size_t j = 0; j < kTransformed; ++j) {
      Six column;
      for (std::size_t i = 0; i < kTransformed; ++i) {
        column[i] = load(m + g + (kTransformed * i + j) * kPosition);
      }
      const auto transformed = transform_weight_gradient(column);
      for (std::size_t r = 0; r < 3; ++r) {
        rows[r][j] = transformed[r];
      }
    }
    for (std::size_t r = 0; r < 3; ++r) {
      const auto row = transform_weight_gradient(rows[r]);
      for (std::size_t s = 0; s < 3; ++s) {
        store(taps[3 * r + s] + g, row[s]);
      }
    }
  }
  for (int c = 0; c < channels; ++c) {
    for (const auto& tap : taps) {
      *d_weight++ += tap[c];
    }
  }
}

/// The transformed tiles of one chunk: `count` rows of tiles from `first` on.
struct Chunk {
  int first = 0;
  int count = 0;
  int tiles = 0;
};

void transform_inputs(const WinogradShape& shape, std::span<const float> input, const Chunk& chunk,
                      const GroupLayout& layout, const Scratch& memory, float* in) {
  const auto [channels, height, width] = shape.input;
  for (int first = 0; first < channels; first += kInputTile, in += layout.group_stride) {
    const int group = std::min(kInputTile, channels - first);
    for (int c = 0; c < group; ++c) {
      const Plane plane{input.data() + to_offset((first + c) * height * width), height, width,
                        memory.zeros};
      float* to = in + to_offset(c);
      for (int row = 0; row < chunk.count; ++row) {
        winograd::transform_input_tiles(shape, plane, chunk.first + row, kLanes, layout.strides,
                                        memory.input_rows, to);
        to += shape.tile_columns() * layout.strides.tile;
      }
    }
    transpose_tiles(group, chunk.tiles, layout, in);
  }
}

void transform_gradients(const WinogradShape& shape, std::span<const float> d_output,
                         const Chunk& chunk, const GroupLayout& layout, const Scratch& memory,
                         float* d) {
  const int height = shape.out_height();
  const int width = shape.out_width();
  for (int k = 0; k < shape.out_channels; ++k) {
    const Plane plane{d_output.data() + to_offset(k * height * width), height, width, memory.zeros};
    float* to = d + k / kChannelTile * layout.group_stride + to_offset(k % kChannelTile);
    for (int row = 0; row < chunk.count; ++row) {
      winograd::transform_gradient_tiles(shape, plane, chunk.first + row, layout.strides,
                                         memory.gradient_rows, to);
      to += shape.tile_columns() * layout.strides.tile;
    }
  }
}

}  // namespace

std::int64_t winograd::weight_gradient_size(const WinogradShape& shape) {
  const int tiles = chunk_rows(shape, kChunkTiles) * shape.tile_columns();
  return groups_size(shape.input.channels, kInputTile, tiles) +
         groups_size(shape.out_channels, kChannelTile, tiles);
}

void winograd_backward_weight(const WinogradShape& shape, std::span<const float> input,
                              std::span<const float> d_output, std::span<float> scratch,
                              std::span<float> d_weight, std::span<float> d_bias) noexcept {
  assert(shape.kernel == 3 && scratch.size() >= shape.scratch_size());
  const int channels = shape.input.channels;
  const int rows = winograd::chunk_rows(shape, kChunkTiles);
  const GroupLayout in_layout(kInputTile, rows * shape.tile_columns());
  const GroupLayout d_layout(kChannelTile, rows * shape.tile_columns());
  const Scratch memory(shape, scratch);
  float* in = memory.rest;
  float* d = in + (channels + kInputTile - 1) / kInputTile * in_layout.group_stride;
  for (int first = 0; first < shape.tile_rows(); first += rows) {
    const int count = std::min(rows, shape.tile_rows() - first);
    const Chunk chunk{first, count, count * shape.tile_columns()};
    transform_inputs(shape, input, chunk, in_layout, memory, in);
    transform_gradients(shape, d_output, chunk, d_layout, memory, d);
    for (int k = 0; k < shape.out_channels; k += kChannelTile) {
      const int out_group = std::min(kChannelTile, shape.out_channels - k);
      for (int c = 0; c < channels; c += kInputTile) {
        float sums[kPositions * kChannelTile * kInputTile];
        correlate(out_group, chunk.tiles, d_layout, d + k / kChannelTile * d_layout.group_stride,
                  in_layout, in + c / kInputTile * in_layout.group_stride, sums);
        for (int i = 0; i < out_group; ++i) {
          add_weight_gradient(
              std::min(kInputTile, channels - c), sums + i * kInputTile,
              d_weight.data() + static_cast<std::ptrdiff_t>((k + i) * channels + c) * 9);
        }
      }
    }
  }
  conv2d_backward_bias(d_output, d_bias);
}

}  // namespace tinycnn::kernels
