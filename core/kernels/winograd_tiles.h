// SPDX-License-Identifier: MIT
// The transforms of F(2x2, 3x3) for rows of tiles, for winograd.cpp alone. With
//         | 1  0 -1  0 |          | 1  1  1  0 |          | 1    0    0   |
//   B^T = | 0  1  1  0 |    A^T = | 0  1 -1  1 |    G   = | 1/2  1/2  1/2 |
//         | 0 -1  1  0 |                                  | 1/2 -1/2  1/2 |
//         | 0 -1  0  1 |                                  | 0    0    1   |
// the output of a tile is A^T (G g G^T * B^T d B) A. The last rows of B^T and A^T have the opposite
// sign of the paper's, so that A only adds. The 16 products are called positions; position 4 * i +
// j is row i, column j. Gradients use the same matrices transposed.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/simd.h"

namespace tinycnn::kernels::winograd {

inline constexpr int kTransformed = 4;  ///< height and width of a transformed tile
inline constexpr int kPositions = kTransformed * kTransformed;
inline constexpr int kChannelTile = 4;  ///< output channels of a register tile

constexpr std::ptrdiff_t to_offset(int pixels) { return std::ptrdiff_t{pixels} * kLanes; }

/// The layout of transformed tiles: [positions][channels / group][tiles][group][B].
struct TileLayout {
  int group = 0;
  std::ptrdiff_t tile_stride = 0;
  std::ptrdiff_t group_stride = 0;
  std::ptrdiff_t position_stride = 0;

  TileLayout(int channels, int tiles, int channels_of_group)
      : group(channels_of_group),
        tile_stride(apart(to_offset(channels_of_group))),
        group_stride(tiles * tile_stride),
        position_stride(apart((channels + group - 1) / group * group_stride)) {}

  /// The position_stride of such a layout in 64 bits, which a std::ptrdiff_t may not hold.
  static std::int64_t position_size(int channels, int tiles, int group) {
    const std::int64_t tile = apart(std::int64_t{group} * kLanes);
    return apart((channels + group - 1) / group * (tiles * tile));
  }

  [[nodiscard]] std::ptrdiff_t channel(int c) const {
    return c / group * group_stride + to_offset(c % group);
  }

 private:
  /// An odd number of cache lines of 16 floats, so that tiles do not all map to a few sets of the
  /// cache.
  template <class Integer>
  static Integer apart(Integer floats) {
    return (floats + 15) / 16 / 2 * 32 + 16;
  }
};

/// Two rows whose values are combined column by column, for one lane group.
struct RowPair {
  const float* first = nullptr;
  const float* second = nullptr;
  int width = 0;
};

/// Row i of B^T d B for a row of tiles. combine(a, b) is row i of B^T times a column of d; the two
/// rows hold the values for its two nonzero entries. Tiles start at column first_x, 2 columns
/// apart.
template <class Combine>
inline void transform_input_row(const RowPair& rows, int first_x, int tiles, const TileLayout& to,
                                float* transformed, const Combine& combine) {
  const auto column = [&](int x) {
    const bool inside = x >= 0 && x < rows.width;
    return inside ? combine(load(rows.first + to_offset(x)), load(rows.second + to_offset(x)))
                  : Batch(0.0F);
  };
  Batch column0 = column(first_x);
  Batch column1 = column(first_x + 1);
  for (int x = first_x + 2; x < first_x + 2 + 2 * tiles; x += 2) {
    const Batch column2 = column(x);
    const Batch column3 = column(x + 1);
    store(transformed, column0 - column2);
    store(transformed + to.position_stride, column1 + column2);
    store(transformed + 2 * to.position_stride, column2 - column1);
    store(transformed + 3 * to.position_stride, column3 - column1);
    transformed += to.tile_stride;
    column0 = column2;
    column1 = column3;
  }
}

/// The same for the gradient of the output: row i of A d A^T for a row of 2x2 tiles.
template <class Combine>
inline void transform_gradient_row(const RowPair& rows, int tiles, const TileLayout& to,
                                   float* transformed, const Combine& combine) {
  const auto column = [&](int x) {
    return combine(load(rows.first + to_offset(x)), load(rows.second + to_offset(x)));
  };
  for (int x = 0; x < 2 * tiles; x += 2) {
    const Batch column0 = column(x);
    const Batch column1 = x + 1 < rows.width ? column(x + 1) : Batch(0.0F);
    store(transformed, column0);
    store(transformed + to.position_stride, column0 + column1);
    store(transformed + 2 * to.position_stride, column0 - column1);
    store(transformed + 3 * to.position_stride, column1);
    transformed += to.tile_stride;
  }
}

/// Calls apply(combine), where combine is the sum or difference that row i of B^T takes of the rows
/// input_rows(i).
template <class Apply>
inline void with_input_row(int i, const Apply& apply) {
  switch (i) {
    case 1:
      return apply([](const Batch& a, const Batch& b) { return a + b; });
    default:
      return apply([](const Batch& a, const Batch& b) { return a - b; });
  }
}

struct RowNumbers {
  int first = 0;
  int second = 0;
};

/// The rows of an input tile that row i of B^T combines.
constexpr RowNumbers input_rows(int i) {
  constexpr RowNumbers kRows[kTransformed] = {{0, 2}, {1, 2}, {2, 1}, {3, 1}};
  return kRows[i];
}

/// Calls apply(combine) with the sum that row i of A takes of a tile's two rows.
template <class Apply>
inline void with_gradient_row(int i, const Apply& apply) {
  switch (i) {
    case 0:
      return apply([](const Batch& a, const Batch&) { return a; });
    case 1:
      return apply([](const Batch& a, const Batch& b) { return a + b; });
    case 2:
      return apply([](const Batch& a, const Batch& b) { return a - b; });
    default:
      return apply([](const Batch&, const Batch& b) { return b; });
  }
}

/// A^T m A of one tile: m at its position 0, positions `stride` apart -> the four outputs.
struct OutputTile {
  Batch pixel[2][2];
};

inline OutputTile transform_output(const float* m, std::ptrdiff_t stride) {
  Batch sum[2][kTransformed];
  for (int j = 0; j < kTransformed; ++j) {
    const Batch m0 = load(m + j * stride);
    const Batch m1 = load(m + (4 + j) * stride);
    const Batch m2 = load(m + (8 + j) * stride);
    const Batch m3 = load(m + (12 + j) * stride);
    sum[0][j] = (m0 + m1) + m2;
    sum[1][j] = (m1 - m2) + m3;
  }
  OutputTile tile{};
  for (int r = 0; r < 2; ++r) {
    tile.pixel[r][0] = (sum[r][0] + sum[r][1]) + sum[r][2];
    tile.pixel[r][1] = (sum[r][1] - sum[r][2]) + sum[r][3];
  }
  return tile;
}

/// Row r of B v for column j of the transformed gradient v of an input tile.
template <int Row>
inline Batch input_gradient_column(const float* v, std::ptrdiff_t stride) {
  if constexpr (Row == 0) {
    return load(v);
  } else if constexpr (Row == 1) {
    return (load(v + 4 * stride) - load(v + 8 * stride)) - load(v + 12 * stride);
  } else if constexpr (Row == 2) {
    return (load(v + 4 * stride) + load(v + 8 * stride)) - load(v);
  } else {
    return load(v + 12 * stride);
  }
}

/// Row `Row` of B v B^T for a row of tiles, which overlap by two columns: calls put(x, value) for
/// columns first_x .. first_x + 2 * tiles + 1.
template <int Row, class Put>
inline void transform_input_gradient_row(const float* v, const TileLayout& from, int first_x,
                                         int tiles, const Put& put) {
  Batch left0(0.0F);
  Batch left1(0.0F);
  int x = first_x;
  for (int t = 0; t < tiles; ++t, x += 2) {
    const float* tile = v + t * from.tile_stride;
    Batch w[kTransformed];
    for (int j = 0; j < kTransformed; ++j) {
      w[j] = input_gradient_column<Row>(tile + j * from.position_stride, from.position_stride);
    }
    put(x, left0 + w[0]);
    put(x + 1, left1 + ((w[1] - w[2]) - w[3]));
    left0 = (w[1] + w[2]) - w[0];
    left1 = w[3];
  }
  put(x, left0);
  put(x + 1, left1);
}

}  // namespace tinycnn::kernels::winograd
