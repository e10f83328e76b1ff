// SPDX-License-Identifier: MIT
// The transforms of F(4x4, 3x3) and F(2x2, 5x5) and the layout of transformed tiles, for the
// winograd*.cpp alone. The interpolation points are 0, +-a, +-b and infinity. With a = sqrt(1/2),
// b = 1 / a, for 3x3:
//         | 1   0 -5/2    0 1 0 |          | 1  1   1   1   1  0 |          |   1     0     0   |
//         | 0 -2a   -2    a 1 0 |    A^T = | 0  a  -a   b  -b  0 |          | -2/3 -2a/3  -1/3  |
//   B^T = | 0  2a   -2   -a 1 0 |          | 0 1/2 1/2  2   2  0 |    G =   | -2/3  2a/3  -1/3  |
//         | 0 -b/2 -1/2   b 1 0 |          | 0 a/2 -a/2 2b -2b 1 |          |  1/6   b/6   1/3  |
//         | 0  b/2 -1/2  -b 1 0 |                                           |  1/6  -b/6   1/3  |
//         | 0   1    0 -5/2 0 1 |                                           |   0     0     1   |
// and the output of a tile is A^T (G g G^T * B^T d B) A. For 5x5, B is the same, A^T has the first
// two rows with 1 at the lower right, and the columns of G go on to the fourth powers:
//         | 1  1   1   1   1  0 |          |   1     0     0      0     0   |
//   A^T = | 0  a  -a   b  -b  1 |    G =   | -2/3 -2a/3  -1/3   -a/3  -1/6  |
//                                          | -2/3  2a/3  -1/3    a/3  -1/6  |
//                                          |  1/6   b/6   1/3    b/3   2/3  |
//                                          |  1/6  -b/6   1/3   -b/3   2/3  |
//                                          |   0     0     0      0     1   |
// All powers of these points are near 1, so that the root mean square error is half of that of the
// usual points 0, +-1, +-2. Points of the form +-c, +-1/c: S. A. Alam, A. Anderson, B. Barabasz, D.
// Gregg, arXiv:2201.10369. The 36 products are called positions; position 6 * i + j is row i,
// column j. Gradients, of 3x3 alone, use the same matrices transposed.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/simd.h"
#include "kernels/winograd.h"

namespace tinycnn::kernels::winograd {

inline constexpr int kTransformed = 6;  ///< height and width of a transformed tile
inline constexpr int kPositions = kTransformed * kTransformed;
inline constexpr int kChannelTile = 4;  ///< output channels of a register tile

inline constexpr double kA = 0.70710678118654752;
inline constexpr double kB = 1.41421356237309505;

using Four = std::array<Batch, 4>;
using Six = std::array<Batch, kTransformed>;

inline Batch constant(double value) { return Batch(static_cast<float>(value)); }
/// sum + factor * value
inline Batch plus(const Batch& sum, double factor, const Batch& value) {
  return add_product(sum, constant(factor), value);
}

/// B^T d
inline Six transform_input(const Six& d) {
  const Batch even_a = plus(d[4], -2.0, d[2]);
  const Batch odd_a = constant(kA) * plus(d[3], -2.0, d[1]);
  const Batch even_b = plus(d[4], -0.5, d[2]);
  const Batch odd = plus(d[3], -0.5, d[1]);
  const Batch odd_b = constant(kB) * odd;
  return {plus(d[0], -2.0, d[2]) + even_b,
          even_a + odd_a,
          even_a - odd_a,
          even_b + odd_b,
          even_b - odd_b,
          plus(plus(d[5], -0.5, d[3]), -2.0, odd)};
}

/// B v
inline Six transform_input_gradient(const Six& v) {
  const Batch sum_a = v[1] + v[2];
  const Batch sum_b = v[3] + v[4];
  const Batch odd_a = constant(kA) * (v[1] - v[2]);
  const Batch odd_b = constant(kB) * (v[3] - v[4]);
  return {v[0],
          plus(plus(v[5], -2.0, odd_a), -0.5, odd_b),
          plus(constant(-0.5) * (v[0] + sum_b), -2.0, v[0] + sum_a),
          plus(odd_a + odd_b, -2.5, v[5]),
          (v[0] + sum_a) + sum_b,
          v[5]};
}

/// A^T m for tiles of 4 or 2 outputs
template <std::size_t Tile>
inline std::array<Batch, Tile> transform_output(const Six& m) {
  const Batch sum_a = m[1] + m[2];
  const Batch sum_b = m[3] + m[4];
  const Batch odd_a = constant(kA) * (m[1] - m[2]);
  const Batch odd_b = constant(kB) * (m[3] - m[4]);
  if constexpr (Tile == 2) {
    return {(m[0] + sum_a) + sum_b, (odd_a + odd_b) + m[5]};
  } else {
    return {(m[0] + sum_a) + sum_b, odd_a + odd_b, plus(constant(0.5) * sum_a, 2.0, sum_b),
            plus(plus(m[5], 0.5, odd_a), 2.0, odd_b)};
  }
}

/// A d
inline Six transform_gradient(const Four& d) {
  const Batch even_a = plus(d[0], 0.5, d[2]);
  const Batch odd_a = constant(kA) * plus(d[1], 0.5, d[3]);
  const Batch even_b = plus(d[0], 2.0, d[2]);
  const Batch odd_b = constant(kB) * plus(d[1], 2.0, d[3]);
  return {d[0], even_a + odd_a, even_a - odd_a, even_b + odd_b, even_b - odd_b, d[3]};
}

constexpr std::ptrdiff_t to_offset(int pixels) { return std::ptrdiff_t{pixels} * kLanes; }

/// An odd number of cache lines of 16 floats, so that addresses that far apart do not all map to a
/// few sets of the cache.
template <class Integer>
constexpr Integer apart(Integer floats) {
  return (floats + 15) / 16 / 2 * 32 + 16;
}

/// Where the transformed tiles of a channel go: floats from one to the next.
struct TileStrides {
  std::ptrdiff_t tile = 0;
  std::ptrdiff_t position = 0;
};

/// The rows of a plane; rows outside of it are zeros.
struct Plane {
  const float* pixels = nullptr;
  int height = 0;
  int width = 0;
  const float* zeros = nullptr;

  [[nodiscard]] const float* row(int y) const {
    return y >= 0 && y < height ? pixels + to_offset(y * width) : zeros;
  }
};

/// Rows of tiles in a chunk of about `tiles` tiles; the chunks of a shape are as equal as possible.
inline int chunk_rows(const WinogradShape& shape, int tiles) {
  const int max_rows = std::max(1, tiles / shape.tile_columns());
  const int chunks = (shape.tile_rows() + max_rows - 1) / max_rows;
  return (shape.tile_rows() + chunks - 1) / chunks;
}

/// Memory for the steps between transforms. All of it starts as zeros; what lies left and right of
/// an image stays zero.
struct Scratch {
  /// Covers all columns that a row of tiles reads.
  static std::int64_t row_size(const WinogradShape& shape) {
    return (std::int64_t{shape.tile()} * shape.tile_columns() + shape.kernel - 1) * kLanes;
  }
  /// Six rows of transformed columns.
  static std::int64_t rows_size(const WinogradShape& shape) {
    return kTransformed * row_size(shape);
  }
  static std::int64_t zeros_size(const WinogradShape& shape) {
    return std::int64_t{std::max(shape.input.width, shape.out_width())} * kLanes;
  }
  static std::int64_t size(const WinogradShape& shape) {
    return 2 * rows_size(shape) + zeros_size(shape);
  }

  Scratch(const WinogradShape& shape, std::span<float> memory)
      : input_rows(memory.data()),
        gradient_rows(input_rows + rows_size(shape)),
        zeros(gradient_rows + rows_size(shape)),
        rest(memory.data() + size(shape)) {
    std::fill(memory.data(), rest, 0.0F);
  }

  float* input_rows;
  float* gradient_rows;
  const float* zeros;
  float* rest;
};

/// B^T d B of a row of tiles of one channel, for the registers with the first `lanes` lanes. rows:
/// Scratch::input_rows.
void transform_input_tiles(const WinogradShape& shape, const Plane& input, int tile_row, int lanes,
                           const TileStrides& to, float* rows, float* transformed);

/// A d A^T of a row of tiles of one channel, of a 3x3 kernel. rows: Scratch::gradient_rows.
void transform_gradient_tiles(const WinogradShape& shape, const Plane& d_output, int tile_row,
                              const TileStrides& to, float* rows, float* transformed);

/// Floats of scratch that winograd_backward_weight needs beyond Scratch, in 64 bits.
std::int64_t weight_gradient_size(const WinogradShape& shape);

}  // namespace tinycnn::kernels::winograd
