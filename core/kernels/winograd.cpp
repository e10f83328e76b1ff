// SPDX-License-Identifier: MIT
// The forward pass and the gradient of the input work on chunks of whole rows of tiles, small
// enough to stay in the cache: transform, multiply position by position in register tiles of 8
// accumulators, transform back.
#include "kernels/winograd.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "kernels/simd.h"
#include "kernels/winograd_tiles.h"

namespace tinycnn::kernels {
namespace {

using winograd::kChannelTile;
using winograd::kPositions;
using winograd::kTransformed;
using winograd::Plane;
using winograd::Scratch;
using winograd::Six;
using winograd::TileStrides;
using winograd::to_offset;

constexpr int kTile = 4;  // of a 3x3 kernel, the only one with a gradient here
constexpr int kChunkTiles = 8;

/// Transformed tiles as [positions][tiles][channels][B].
TileStrides tile_strides(int channels, int tiles) {
  const std::ptrdiff_t tile = winograd::apart(to_offset(channels));
  return {tile, winograd::apart(tiles * tile)};
}

/// The floats of all positions, in 64 bits, which a std::ptrdiff_t may not hold.
std::int64_t tiles_size(int channels, int tiles) {
  return kPositions * winograd::apart(tiles * winograd::apart(std::int64_t{channels} * kLanes));
}

/// For a register tile of one position: product[k] = sum over c of weight[c][k] * transformed[c].
template <int Channels, int Tiles, int Groups>
inline void multiply_tile(int depth, const float* weight, const float* transformed,
                          std::ptrdiff_t tile_stride, float* product,
                          std::ptrdiff_t product_stride) {
  constexpr int kVectors = Tiles * Groups;
  const auto at = [](int v, std::ptrdiff_t stride) {
    return v / Groups * stride + v % Groups * kWidth;
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

/// packed [36][Out/4][In][4] times transformed [36][tiles][In][B] -> products [36][tiles][Out][B],
/// the first `Groups` registers of the B lanes.
template <int Groups>
void multiply(int in_channels, int out_channels, int tiles, const float* packed,
              const TileStrides& from, const float* transformed, const TileStrides& to,
              float* products) {
  constexpr int kTileTile = Groups > 1 ? 1 : 2;  // tiles whose lanes fill two registers
  for (int position = 0; position < kPositions; ++position) {
    for_tiles<kChannelTile>(out_channels, [&]<class Channels>(Channels, int k) {
      const float* weight = packed + static_cast<std::ptrdiff_t>(k) * in_channels;
      for_tiles<kTileTile>(tiles, [&]<class Tiles>(Tiles, int t) {
        multiply_tile<Channels::value, Tiles::value, Groups>(
            in_channels, weight, transformed + t * from.tile, from.tile,
            products + t * to.tile + to_offset(k), to.tile);
      });
    });
    packed += static_cast<std::ptrdiff_t>(in_channels) * out_channels;
    transformed += from.position;
    products += to.position;
  }
}

/// Transforms the columns of a tile whose position 0 is at m. result[r][j] is row r, column j.
template <std::size_t Rows, class Transform>
inline std::array<Six, Rows> transform_columns(const float* m, std::ptrdiff_t position,
                                               const Transform& transform) {
  std::array<Six, Rows> result{};
  for (std::size_t j = 0; j < kTransformed; ++j) {
    Six column;
    const float* from = m + static_cast<std::ptrdiff_t>(j) * position;
    for (Batch& value : column) {
      value = load(from);
      from += kTransformed * position;
    }
    const auto transformed = transform(column);
    for (std::size_t r = 0; r < Rows; ++r) {
      result[r][j] = transformed[r];
    }
  }
  return result;
}

/// Calls step(i) for begin <= i < end. The loop over a whole tile has a known length, so that the
/// tile stays in registers.
template <int Tile, class Step>
inline void for_columns(int begin, int end, const Step& step) {
  if (begin == 0 && end == Tile) {
    for (int i = 0; i < Tile; ++i) {
      step(i);
    }
  } else {
    for (int i = begin; i < end; ++i) {
      step(i);
    }
  }
}

/// A^T m A of a row of tiles of one channel -> rows of the output, without what lies beyond it.
template <int Tile, Activation activation>
void write_output(const WinogradShape& shape, const float* m, const TileStrides& strides,
                  float bias, int tile_row, int lanes, float* plane) {
  const int width = shape.out_width();
  const int rows = std::min(Tile, shape.out_height() - Tile * tile_row);
  float* to = plane + to_offset(Tile * tile_row * width);
  const Batch add(bias);
  for (int t = 0; t < shape.tile_columns(); ++t) {
    const int columns = std::min(Tile, width - Tile * t);
    for (int group = 0; group < lanes; group += kWidth) {
      const auto tile = transform_columns<Tile>(
          m + t * strides.tile + group, strides.position,
          [](const Six& column) { return winograd::transform_output<Tile>(column); });
      for (int r = 0; r < rows; ++r) {
        const auto row = winograd::transform_output<Tile>(tile[static_cast<std::size_t>(r)]);
        float* pixel = to + to_offset(r * width + Tile * t) + group;
        for_columns<Tile>(0, columns, [&](int s) {
          const Batch out = row[static_cast<std::size_t>(s)] + add;
          store(pixel + to_offset(s), activation == Activation::kReLU ? relu(out) : out);
        });
      }
    }
  }
}

/// B v B^T of a row of tiles of one channel. Tiles overlap by two pixels: those of the tile to the
/// left are added here, those of the row of tiles above to what it has written.
void write_input_gradient(const WinogradShape& shape, const float* v, const TileStrides& strides,
                          int tile_row, float* plane) {
  const int width = shape.input.width;
  const int first_y = kTile * tile_row - shape.padding.height;
  for (int group = 0; group < kLanes; group += kWidth) {
    std::array<std::array<Batch, 2>, kTransformed> left{};
    left.fill({Batch(0.0F), Batch(0.0F)});
    for (int t = 0; t < shape.tile_columns(); ++t) {
      const auto tile = transform_columns<kTransformed>(
          v + t * strides.tile + group, strides.position,
          [](const Six& column) { return winograd::transform_input_gradient(column); });
      const int first_x = kTile * t - shape.padding.width;
      const int begin = std::max(0, -first_x);
      const int end = t + 1 < shape.tile_columns() ? kTile : kTransformed;
      for (int i = 0; i < kTransformed; ++i) {
        const int y = first_y + i;
        if (y < 0 || y >= shape.input.height) {
          continue;
        }
        const auto row_of_tile = static_cast<std::size_t>(i);
        Six row = winograd::transform_input_gradient(tile[row_of_tile]);
        row[0] = row[0] + left[row_of_tile][0];
        row[1] = row[1] + left[row_of_tile][1];
        left[row_of_tile] = {row[4], row[5]};
        const bool adds = i < 2 && tile_row > 0;
        float* to = plane + to_offset(y * width + first_x) + group;
        for_columns<kTile>(begin, std::min(end, width - first_x), [&](int x) {
          const Batch value = row[static_cast<std::size_t>(x)];
          store(to + to_offset(x), adds ? load(to + to_offset(x)) + value : value);
        });
      }
    }
  }
}

using WriteOutput = void (*)(const WinogradShape&, const float*, const TileStrides&, float, int,
                             int, float*);

WriteOutput output_writer(const WinogradShape& shape, Activation activation) {
  const bool rectifies = activation == Activation::kReLU;
  if (shape.kernel == 5) {
    return rectifies ? write_output<2, Activation::kReLU> : write_output<2, Activation::kNone>;
  }
  return rectifies ? write_output<4, Activation::kReLU> : write_output<4, Activation::kNone>;
}

/// Whether direct sums of height x width results take at least 1.5 times the multiplications of the
/// tiles.
bool saves_products(const WinogradShape& shape, int height, int width) {
  const std::int64_t tiles = std::int64_t{shape.tile_rows()} * shape.tile_columns();
  return std::int64_t{shape.kernel} * shape.kernel * height * width * 2 >= kPositions * tiles * 3;
}

}  // namespace

std::size_t WinogradShape::scratch_size() const {
  const int chunk = winograd::chunk_rows(*this, kChunkTiles) * tile_columns();
  const std::int64_t products = tiles_size(input.channels, chunk) + tiles_size(out_channels, chunk);
  const std::int64_t gradient = kernel == 3 ? winograd::weight_gradient_size(*this) : 0;
  const std::int64_t size = Scratch::size(*this) + std::max(products, gradient);
  return saturating_product({static_cast<std::uint64_t>(size)});
}

bool winograd_forward_pays(const WinogradShape& shape) noexcept {
  // Of an output. TinyCNN's second convolution has 36: there the method gains a little in
  // WebAssembly and nothing natively, and a first visit of the page would have to load it.
  constexpr int kFewestProducts = 54;
  return shape.input.channels * shape.kernel * shape.kernel >= kFewestProducts &&
         shape.out_channels >= 4 && saves_products(shape, shape.out_height(), shape.out_width());
}

bool winograd_backward_pays(const WinogradShape& shape) noexcept {
  return shape.kernel == 3 && shape.input.channels >= 6 && shape.out_channels >= 6 &&
         saves_products(shape, shape.input.height, shape.input.width);
}

void winograd_forward(const WinogradShape& shape, std::span<const float> input,
                      std::span<const float> packed, std::span<const float> bias,
                      Activation activation, std::span<float> scratch, std::span<float> output,
                      int lanes) noexcept {
  assert(scratch.size() >= shape.scratch_size());
  const auto [channels, height, width] = shape.input;
  const int columns = shape.tile_columns();
  const int rows = winograd::chunk_rows(shape, kChunkTiles);
  const TileStrides in_strides = tile_strides(channels, rows * columns);
  const TileStrides out_strides = tile_strides(shape.out_channels, rows * columns);
  const Scratch memory(shape, scratch);
  const WriteOutput write = output_writer(shape, activation);
  float* transformed = memory.rest;
  float* products = transformed + kPositions * in_strides.position;
  for (int first = 0; first < shape.tile_rows(); first += rows) {
    const int count = std::min(rows, shape.tile_rows() - first);
    for (int c = 0; c < channels; ++c) {
      const Plane plane{input.data() + to_offset(c * height * width), height, width, memory.zeros};
      for (int row = 0; row < count; ++row) {
        winograd::transform_input_tiles(
            shape, plane, first + row, lanes, in_strides, memory.input_rows,
            transformed + row * columns * in_strides.tile + to_offset(c));
      }
    }
    const auto multiply_lanes = lanes > kWidth ? multiply<kGroups> : multiply<1>;
    multiply_lanes(channels, shape.out_channels, count * columns, packed.data(), in_strides,
                   transformed, out_strides, products);
    for (int k = 0; k < shape.out_channels; ++k) {
      float* plane = output.data() + to_offset(k * shape.out_height() * shape.out_width());
      const float b = bias.empty() ? 0.0F : bias[static_cast<std::size_t>(k)];
      for (int row = 0; row < count; ++row) {
        const float* m = products + row * columns * out_strides.tile + to_offset(k);
        write(shape, m, out_strides, b, first + row, lanes, plane);
      }
    }
  }
}

void winograd_backward_input(const WinogradShape& shape, std::span<const float> d_output,
                             std::span<const float> packed, std::span<float> scratch,
                             std::span<float> d_input) noexcept {
  assert(shape.kernel == 3 && scratch.size() >= shape.scratch_size());
  const int channels = shape.input.channels;
  const int out_height = shape.out_height();
  const int out_width = shape.out_width();
  const int columns = shape.tile_columns();
  const int rows = winograd::chunk_rows(shape, kChunkTiles);
  const TileStrides out_strides = tile_strides(shape.out_channels, rows * columns);
  const TileStrides in_strides = tile_strides(channels, rows * columns);
  const Scratch memory(shape, scratch);
  float* transformed = memory.rest;
  float* products = transformed + kPositions * out_strides.position;
  for (int first = 0; first < shape.tile_rows(); first += rows) {
    const int count = std::min(rows, shape.tile_rows() - first);
    for (int k = 0; k < shape.out_channels; ++k) {
      const Plane plane{d_output.data() + to_offset(k * out_height * out_width), out_height,
                        out_width, memory.zeros};
      for (int row = 0; row < count; ++row) {
        winograd::transform_gradient_tiles(
            shape, plane, first + row, out_strides, memory.gradient_rows,
            transformed + row * columns * out_strides.tile + to_offset(k));
      }
    }
    multiply<kGroups>(shape.out_channels, channels, count * columns, packed.data(), out_strides,
                      transformed, in_strides, products);
    for (int c = 0; c < channels; ++c) {
      float* plane = d_input.data() + to_offset(c * shape.input.height * shape.input.width);
      for (int row = 0; row < count; ++row) {
        write_input_gradient(shape, products + row * columns * in_strides.tile + to_offset(c),
                             in_strides, first + row, plane);
      }
    }
  }
}

}  // namespace tinycnn::kernels
