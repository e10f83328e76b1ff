// SPDX-License-Identifier: MIT
// Transforms of rows of tiles: first the columns of the image, which neighbouring tiles share, into
// six rows of memory; then these rows, tile by tile.
#include "kernels/winograd_tiles.h"

#include <array>
#include <cstddef>

namespace tinycnn::kernels::winograd {
namespace {

/// Transforms the columns of `Size` rows of a plane; the results are row_size floats apart.
template <std::size_t Size, class Transform>
inline void transform_columns(const Plane& plane, int first_row, int lanes, std::ptrdiff_t row_size,
                              float* to, const Transform& transform) {
  std::array<const float*, Size> rows{};
  for (std::size_t i = 0; i < Size; ++i) {
    rows[i] = plane.row(first_row + static_cast<int>(i));
  }
  const std::ptrdiff_t size = to_offset(plane.width);
  const auto transform_one = [&](std::ptrdiff_t x) {
    std::array<Batch, Size> column{};
    for (std::size_t i = 0; i < Size; ++i) {
      column[i] = load(rows[i] + x);
    }
    float* pixel = to + x;
    for (const Batch& value : transform(column)) {
      store(pixel, value);
      pixel += row_size;
    }
  };
  const std::ptrdiff_t step = lanes > kWidth ? kWidth : kLanes;
  for (std::ptrdiff_t x = 0; x < size; x += step) {
    transform_one(x);
  }
}

/// Transforms `Size` pixels of each of the six rows, from pixel tile * t on, for every tile t.
template <std::size_t Size, class Transform>
inline void transform_rows(const float* rows, std::ptrdiff_t row_size, int tile, int tiles,
                           int lanes, const TileStrides& strides, float* transformed,
                           const Transform& transform) {
  for (int i = 0; i < kTransformed; ++i) {
    const float* from = rows;
    float* to = transformed;
    for (int t = 0; t < tiles; ++t) {
      for (int group = 0; group < lanes; group += kWidth) {
        std::array<Batch, Size> row{};
        for (std::size_t j = 0; j < Size; ++j) {
          row[j] = load(from + to_offset(static_cast<int>(j)) + group);
        }
        float* position = to + group;
        for (const Batch& value : transform(row)) {
          store(position, value);
          position += strides.position;
        }
      }
      from += to_offset(tile);
      to += strides.tile;
    }
    rows += row_size;
    transformed += kTransformed * strides.position;
  }
}

}  // namespace

void transform_input_tiles(const WinogradShape& shape, const Plane& input, int tile_row, int lanes,
                           const TileStrides& to, float* rows, float* transformed) {
  const auto row_size = static_cast<std::ptrdiff_t>(Scratch::row_size(shape));
  const auto transform = [](const Six& d) { return transform_input(d); };
  transform_columns<kTransformed>(input, shape.tile() * tile_row - shape.padding.height, lanes,
                                  row_size, rows + to_offset(shape.padding.width), transform);
  transform_rows<kTransformed>(rows, row_size, shape.tile(), shape.tile_columns(), lanes, to,
                               transformed, transform);
}

void transform_gradient_tiles(const WinogradShape& shape, const Plane& d_output, int tile_row,
                              const TileStrides& to, float* rows, float* transformed) {
  constexpr int kTile = 4;
  const std::ptrdiff_t row_size = to_offset(kTile * shape.tile_columns());
  const auto transform = [](const Four& d) { return transform_gradient(d); };
  transform_columns<kTile>(d_output, kTile * tile_row, kLanes, row_size, rows, transform);
  transform_rows<kTile>(rows, row_size, kTile, shape.tile_columns(), kLanes, to, transformed,
                        transform);
}

}  // namespace tinycnn::kernels::winograd
