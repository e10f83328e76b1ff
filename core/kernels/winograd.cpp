// SPDX-License-Identifier: MIT
// All three kernels work on chunks of whole rows of tiles: transform, multiply position by position
// in register tiles of 8 accumulators, transform back. In forward and backward_input a chunk is
// small enough to stay in the cache. In backward_weight it is longer, because each accumulator ends
// in a sum over lanes.
#include "kernels/winograd.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

#include "kernels/simd.h"
#include "kernels/winograd_tiles.h"

namespace tinycnn::kernels {
namespace {

using winograd::kChannelTile;
using winograd::kPositions;
using winograd::kTransformed;
using winograd::RowPair;
using winograd::TileLayout;
using winograd::to_offset;

constexpr int kTileTile = kGroups > 1 ? 1 : 2;  // tiles whose lanes fill two registers
constexpr int kInputTile = 2;                   // input channels of the weight gradient's products
constexpr int kMinChannels = 8;
constexpr int kForwardTiles = 16;
constexpr int kWeightTiles = 64;

/// Rows of tiles in a chunk of about `tiles` tiles; the chunks of a shape are as equal as possible.
int chunk_rows(const WinogradShape& shape, int tiles) {
  const int max_rows = std::max(1, tiles / shape.tile_columns());
  const int chunks = (shape.tile_rows() + max_rows - 1) / max_rows;
  return (shape.tile_rows() + chunks - 1) / chunks;
}

std::size_t to_size(std::ptrdiff_t floats) { return static_cast<std::size_t>(floats); }

/// The rows of a plane; rows outside of it are zeros.
struct Plane {
  const float* pixels = nullptr;
  int height = 0;
  int width = 0;
  const float* zeros = nullptr;

  [[nodiscard]] const float* row(int y) const {
    return y >= 0 && y < height ? pixels + to_offset(y * width) : zeros;
  }
  [[nodiscard]] RowPair rows(int first, int second, int group) const {
    return {row(first) + group, row(second) + group, width};
  }
};

/// B^T d B, row i, of `rows` rows of tiles of one channel.
void transform_input(const WinogradShape& shape, const Plane& plane, int first_row, int rows, int i,
                     const TileLayout& layout, float* transformed) {
  const auto [first, second] = winograd::input_rows(i);
  const int tiles = shape.tile_columns();
  for (int row = 0; row < rows; ++row) {
    const int y = 2 * (first_row + row) - shape.padding.height;
    for (int group = 0; group < kLanes; group += kWidth) {
      winograd::with_input_row(i, [&](const auto& combine) {
        winograd::transform_input_row(
            plane.rows(y + first, y + second, group), -shape.padding.width, tiles, layout,
            transformed + row * tiles * layout.tile_stride + group, combine);
      });
    }
  }
}

/// A d A^T, row i, of `rows` rows of tiles of one channel.
void transform_gradient(const WinogradShape& shape, const Plane& plane, int first_row, int rows,
                        int i, const TileLayout& layout, float* transformed) {
  const int tiles = shape.tile_columns();
  for (int row = 0; row < rows; ++row) {
    const int y = 2 * (first_row + row);
    for (int group = 0; group < kLanes; group += kWidth) {
      winograd::with_gradient_row(i, [&](const auto& combine) {
        winograd::transform_gradient_row(plane.rows(y, y + 1, group), tiles, layout,
                                         transformed + row * tiles * layout.tile_stride + group,
                                         combine);
      });
    }
  }
}

/// For a register tile of one position: product[k] = sum over c of weight[c][k] * transformed[c].
template <int Channels, int Tiles>
inline void multiply_tile(int depth, const float* weight, const float* transformed,
                          std::ptrdiff_t tile_stride, float* product,
                          std::ptrdiff_t product_stride) {
  constexpr int kVectors = Tiles * kGroups;
  const auto at = [](int v, std::ptrdiff_t stride) {
    return v / kGroups * stride + v % kGroups * kWidth;
  };
  Batch sum[Channels][kVectors];
  for (int k = 0; k < Channels; ++k) {
    for (int v = 0; v < kVectors; ++v) {
      sum[k][v] = Batch(0.0F);
    }
  }
  for (int c = 0; c < depth; ++c) {
    Batch in[kVectors];
    for (int v = 0; v < kVectors; ++v) {
      in[v] = load(transformed + at(v, tile_stride));
    }
    for (int k = 0; k < Channels; ++k) {
      const Batch w(weight[k]);
      for (int v = 0; v < kVectors; ++v) {
        sum[k][v] = add_product(sum[k][v], w, in[v]);
      }
    }
    transformed += kLanes;
    weight += Channels;
  }
  for (int k = 0; k < Channels; ++k) {
    for (int v = 0; v < kVectors; ++v) {
      store(product + to_offset(k) + at(v, product_stride), sum[k][v]);
    }
  }
}

/// packed [16][Out/4][In][4] times transformed [16][tiles][In][B] -> products [16][tiles][Out][B].
void multiply(int in_channels, int out_channels, int tiles, const float* packed,
              const TileLayout& from, const float* transformed, const TileLayout& to,
              float* products) {
  for (int position = 0; position < kPositions; ++position) {
    for_tiles<kChannelTile>(out_channels, [&]<class Channels>(Channels, int k) {
      const float* weight = packed + static_cast<std::ptrdiff_t>(k) * in_channels;
      for_tiles<kTileTile>(tiles, [&]<class Tiles>(Tiles, int t) {
        multiply_tile<Channels::value, Tiles::value>(
            in_channels, weight, transformed + t * from.tile_stride, from.tile_stride,
            products + t * to.tile_stride + to_offset(k), to.tile_stride);
      });
    });
    packed += static_cast<std::ptrdiff_t>(in_channels) * out_channels;
    transformed += from.position_stride;
    products += to.position_stride;
  }
}

/// A^T m A of a row of tiles of one channel -> two rows of the output, without what lies beyond it.
template <Activation activation>
void write_output(const WinogradShape& shape, const float* m, const TileLayout& layout, float bias,
                  int tile_row, float* plane) {
  const int width = shape.out_width();
  const int rows = std::min(2, shape.out_height() - 2 * tile_row);
  float* to = plane + to_offset(2 * tile_row * width);
  const Batch add(bias);
  for (int t = 0; t < shape.tile_columns(); ++t) {
    const int columns = std::min(2, width - 2 * t);
    for (int group = 0; group < kLanes; group += kWidth) {
      const auto tile =
          winograd::transform_output(m + t * layout.tile_stride + group, layout.position_stride);
      for (int r = 0; r < rows; ++r) {
        for (int s = 0; s < columns; ++s) {
          const Batch out = tile.pixel[r][s] + add;
          store(to + to_offset(r * width + 2 * t + s) + group,
                activation == Activation::kReLU ? relu(out) : out);
        }
      }
    }
  }
}

/// Row `Row` of the tiles of the input gradient: added to what the row of tiles above has written
/// to the same pixels, or written if there is none.
template <int Row>
void write_input_gradient_row(const WinogradShape& shape, const float* v, const TileLayout& layout,
                              int tile_row, float* plane) {
  const int y = 2 * tile_row - shape.padding.height + Row;
  if (y < 0 || y >= shape.input.height) {
    return;
  }
  const bool adds = Row < 2 && tile_row > 0;
  for (int group = 0; group < kLanes; group += kWidth) {
    float* row = plane + to_offset(y * shape.input.width) + group;
    winograd::transform_input_gradient_row<Row>(v + group, layout, -shape.padding.width,
                                                shape.tile_columns(),
                                                [&](int x, const Batch& value) {
                                                  if (x >= 0 && x < shape.input.width) {
                                                    float* to = row + to_offset(x);
                                                    store(to, adds ? load(to) + value : value);
                                                  }
                                                });
  }
}

/// sums[k][c] = sum over tiles and lanes of d[t][k] * in[t][c], for a register tile of one
/// position; d and in of the layouts with groups of kChannelTile and kInputTile channels.
template <int Channels, int Inputs>
inline void correlate_tile(int tiles, const float* d, std::ptrdiff_t d_stride, const float* in,
                           std::ptrdiff_t in_stride, float (&sums)[kChannelTile][kInputTile]) {
  float lanes[Channels][Inputs][kLanes];
  for (int group = 0; group < kLanes; group += kWidth) {
    Batch sum[Channels][Inputs];
    for (int k = 0; k < Channels; ++k) {
      for (int c = 0; c < Inputs; ++c) {
        sum[k][c] = Batch(0.0F);
      }
    }
    const float* d_tile = d + group;
    const float* in_tile = in + group;
    for (int t = 0; t < tiles; ++t) {
      Batch value[Inputs];
      for (int c = 0; c < Inputs; ++c) {
        value[c] = load(in_tile + to_offset(c));
      }
      for (int k = 0; k < Channels; ++k) {
        const Batch gradient = load(d_tile + to_offset(k));
        for (int c = 0; c < Inputs; ++c) {
          sum[k][c] = add_product(sum[k][c], gradient, value[c]);
        }
      }
      d_tile += d_stride;
      in_tile += in_stride;
    }
    for (int k = 0; k < Channels; ++k) {
      for (int c = 0; c < Inputs; ++c) {
        store(lanes[k][c] + group, sum[k][c]);
      }
    }
  }
  for (int k = 0; k < Channels; ++k) {
    for (int c = 0; c < Inputs; ++c) {
      sums[k][c] = sum_lanes(lanes[k][c]);
    }
  }
}

/// Adds the products of one position to products [K][C][16].
void correlate(const WinogradShape& shape, int tiles, const TileLayout& d_layout, const float* d,
               const TileLayout& in_layout, const float* in, float* products) {
  const int channels = shape.input.channels;
  for_tiles<kChannelTile>(shape.out_channels, [&]<class Channels>(Channels, int k) {
    for_tiles<kInputTile>(channels, [&]<class Inputs>(Inputs, int c) {
      float sums[kChannelTile][kInputTile];
      correlate_tile<Channels::value, Inputs::value>(
          tiles, d + d_layout.channel(k), d_layout.tile_stride, in + in_layout.channel(c),
          in_layout.tile_stride, sums);
      for (int i = 0; i < Channels::value; ++i) {
        for (int j = 0; j < Inputs::value; ++j) {
          products[((k + i) * channels + c + j) * kPositions] += sums[i][j];
        }
      }
    });
  });
}

/// Sum over tiles and lanes of position (1, 1) of A d A^T, which is the sum of a tile.
void add_bias_gradient(int tiles, const TileLayout& layout, const float* d,
                       std::span<float> d_bias) {
  for (std::size_t k = 0; k < d_bias.size(); ++k) {
    const float* from = d + layout.channel(static_cast<int>(k));
    float lanes[kLanes];
    for (int group = 0; group < kLanes; group += kWidth) {
      Batch sum(0.0F);
      for (int t = 0; t < tiles; ++t) {
        sum = sum + load(from + t * layout.tile_stride + group);
      }
      store(lanes + group, sum);
    }
    d_bias[k] += sum_lanes(lanes);
  }
}

/// Adds G^T m G to the gradients of the nine weights.
void add_weight_gradient(const float* m, float* d_weight) {
  float rows[3][kTransformed];
  for (int j = 0; j < kTransformed; ++j) {
    const float sum = 0.5F * (m[4 + j] + m[8 + j]);
    rows[0][j] = m[j] + sum;
    rows[1][j] = 0.5F * (m[4 + j] - m[8 + j]);
    rows[2][j] = sum + m[12 + j];
  }
  for (const auto& row : rows) {
    const float sum = 0.5F * (row[1] + row[2]);
    *d_weight++ += row[0] + sum;
    *d_weight++ += 0.5F * (row[1] - row[2]);
    *d_weight++ += sum + row[3];
  }
}

}  // namespace

std::size_t WinogradShape::scratch_size() const {
  const int chunk = chunk_rows(*this, kForwardTiles) * tile_columns();
  const std::int64_t products = TileLayout::position_size(input.channels, chunk, input.channels) +
                                TileLayout::position_size(out_channels, chunk, out_channels);
  const int long_chunk = chunk_rows(*this, kWeightTiles) * tile_columns();
  const std::int64_t transformed =
      TileLayout::position_size(input.channels, long_chunk, kInputTile) +
      TileLayout::position_size(out_channels, long_chunk, kChannelTile);
  const std::int64_t zeros = std::int64_t{std::max(input.width, out_width())} * kLanes;
  const std::int64_t size =
      zeros + std::max(kPositions * products,
                       kTransformed * transformed + static_cast<std::int64_t>(packed_size()));
  return saturating_product({static_cast<std::uint64_t>(size)});
}

bool winograd_pays(const WinogradShape& shape) noexcept {
  return shape.input.channels >= kMinChannels && shape.out_channels >= kMinChannels;
}

void winograd_forward(const WinogradShape& shape, std::span<const float> input,
                      std::span<const float> packed, std::span<const float> bias,
                      Activation activation, std::span<float> scratch,
                      std::span<float> output) noexcept {
  assert(scratch.size() >= shape.scratch_size());
  const auto [channels, height, width] = shape.input;
  const int columns = shape.tile_columns();
  const int rows = chunk_rows(shape, kForwardTiles);
  const TileLayout in_layout(channels, rows * columns, channels);
  const TileLayout out_layout(shape.out_channels, rows * columns, shape.out_channels);
  const float* zeros = scratch.data();
  float* transformed = scratch.data() + to_offset(width);
  float* products = transformed + kPositions * in_layout.position_stride;
  std::ranges::fill(scratch.first(to_size(to_offset(width))), 0.0F);
  for (int first = 0; first < shape.tile_rows(); first += rows) {
    const int count = std::min(rows, shape.tile_rows() - first);
    for (int c = 0; c < channels; ++c) {
      const Plane plane{input.data() + to_offset(c * height * width), height, width, zeros};
      for (int i = 0; i < kTransformed; ++i) {
        transform_input(
            shape, plane, first, count, i, in_layout,
            transformed + kTransformed * i * in_layout.position_stride + in_layout.channel(c));
      }
    }
    multiply(channels, shape.out_channels, count * columns, packed.data(), in_layout, transformed,
             out_layout, products);
    for (int k = 0; k < shape.out_channels; ++k) {
      float* plane = output.data() + to_offset(k * shape.out_height() * shape.out_width());
      const float b = bias.empty() ? 0.0F : bias[static_cast<std::size_t>(k)];
      for (int row = 0; row < count; ++row) {
        const float* m = products + out_layout.channel(k) + row * columns * out_layout.tile_stride;
        if (activation == Activation::kReLU) {
          write_output<Activation::kReLU>(shape, m, out_layout, b, first + row, plane);
        } else {
          write_output<Activation::kNone>(shape, m, out_layout, b, first + row, plane);
        }
      }
    }
  }
}

void winograd_backward_input(const WinogradShape& shape, std::span<const float> d_output,
                             std::span<const float> packed, std::span<float> scratch,
                             std::span<float> d_input) noexcept {
  assert(scratch.size() >= shape.scratch_size());
  const auto [channels, height, width] = shape.input;
  const int out_height = shape.out_height();
  const int out_width = shape.out_width();
  const int columns = shape.tile_columns();
  const int rows = chunk_rows(shape, kForwardTiles);
  const TileLayout out_layout(shape.out_channels, rows * columns, shape.out_channels);
  const TileLayout in_layout(channels, rows * columns, channels);
  const float* zeros = scratch.data();
  float* transformed = scratch.data() + to_offset(out_width);
  float* products = transformed + kPositions * out_layout.position_stride;
  std::ranges::fill(scratch.first(to_size(to_offset(out_width))), 0.0F);
  for (int first = 0; first < shape.tile_rows(); first += rows) {
    const int count = std::min(rows, shape.tile_rows() - first);
    for (int k = 0; k < shape.out_channels; ++k) {
      const Plane plane{d_output.data() + to_offset(k * out_height * out_width), out_height,
                        out_width, zeros};
      for (int i = 0; i < kTransformed; ++i) {
        transform_gradient(
            shape, plane, first, count, i, out_layout,
            transformed + kTransformed * i * out_layout.position_stride + out_layout.channel(k));
      }
    }
    multiply(shape.out_channels, channels, count * columns, packed.data(), out_layout, transformed,
             in_layout, products);
    for (int c = 0; c < channels; ++c) {
      float* plane = d_input.data() + to_offset(c * height * width);
      for (int row = 0; row < count; ++row) {
        const float* v = products + in_layout.channel(c) + row * columns * in_layout.tile_stride;
        write_input_gradient_row<0>(shape, v, in_layout, first + row, plane);
        write_input_gradient_row<1>(shape, v, in_layout, first + row, plane);
        write_input_gradient_row<2>(shape, v, in_layout, first + row, plane);
        write_input_gradient_row<3>(shape, v, in_layout, first + row, plane);
      }
    }
  }
}

void winograd_backward_weight(const WinogradShape& shape, std::span<const float> input,
                              std::span<const float> d_output, std::span<float> scratch,
                              std::span<float> d_weight, std::span<float> d_bias) noexcept {
  assert(scratch.size() >= shape.scratch_size());
  const auto [channels, height, width] = shape.input;
  const int out_height = shape.out_height();
  const int out_width = shape.out_width();
  const int columns = shape.tile_columns();
  const int rows = chunk_rows(shape, kWeightTiles);
  const TileLayout in_layout(channels, rows * columns, kInputTile);
  const TileLayout d_layout(shape.out_channels, rows * columns, kChannelTile);
  const float* zeros = scratch.data();
  const std::ptrdiff_t row_size = to_offset(std::max(width, out_width));
  float* products = scratch.data() + row_size;
  float* in = products + shape.packed_size();
  float* d = in + kTransformed * in_layout.position_stride;
  std::ranges::fill(scratch.first(to_size(row_size) + shape.packed_size()), 0.0F);
  for (int first = 0; first < shape.tile_rows(); first += rows) {
    const int count = std::min(rows, shape.tile_rows() - first);
    for (int i = 0; i < kTransformed; ++i) {
      for (int c = 0; c < channels; ++c) {
        const Plane plane{input.data() + to_offset(c * height * width), height, width, zeros};
        transform_input(shape, plane, first, count, i, in_layout, in + in_layout.channel(c));
      }
      for (int k = 0; k < shape.out_channels; ++k) {
        const Plane plane{d_output.data() + to_offset(k * out_height * out_width), out_height,
                          out_width, zeros};
        transform_gradient(shape, plane, first, count, i, d_layout, d + d_layout.channel(k));
      }
      if (i == 1) {
        add_bias_gradient(count * columns, d_layout, d + d_layout.position_stride, d_bias);
      }
      for (int j = 0; j < kTransformed; ++j) {
        correlate(shape, count * columns, d_layout, d + j * d_layout.position_stride, in_layout,
                  in + j * in_layout.position_stride, products + kTransformed * i + j);
      }
    }
  }
  for (std::size_t i = 0; i < d_weight.size() / 9; ++i) {
    add_weight_gradient(products + i * kPositions, d_weight.data() + i * 9);
  }
}

}  // namespace tinycnn::kernels
