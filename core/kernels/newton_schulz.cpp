// SPDX-License-Identifier: MIT
#include "kernels/newton_schulz.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

constexpr int kTile = 4;  // rows that share what is loaded of another matrix

constexpr std::size_t padded(std::size_t count) { return (count + kLanes - 1) / kLanes * kLanes; }

/// A matrix whose rows begin `stride` floats apart, a multiple of B, with zeros behind them.
struct Rows {
  float* data = nullptr;
  std::size_t stride = 0;

  float* operator[](std::size_t row) const { return data + row * stride; }
};

/// out[t] = row * rows[first + t]^T for the rows of a tile.
template <int Tile>
void dot_products(const float* row, const Rows& rows, std::size_t first, float* out) {
  float lanes[Tile][kLanes] = {};
  for (std::size_t group = 0; group < kLanes; group += kWidth) {
    Batch sums[Tile];
    std::fill_n(sums, Tile, Batch(0.0F));
    for (std::size_t i = group; i < rows.stride; i += kLanes) {
      const Batch own = load(row + i);
      for (std::size_t t = 0; t < Tile; ++t) {
        sums[t] = add_product(sums[t], own, load(rows[first + t] + i));
      }
    }
    for (std::size_t t = 0; t < Tile; ++t) {
      store(&lanes[t][group], sums[t]);
    }
  }
  for (std::size_t t = 0; t < Tile; ++t) {
    out[t] = sum_lanes(lanes[t]);
  }
}

/// gram = x * x^T, which is symmetric: M rows.
void multiply_by_transposed(std::size_t count, const Rows& x, const Rows& gram) {
  for (std::size_t i = 0; i < count; ++i) {
    for_tiles<kTile>(static_cast<int>(i) + 1, [&](auto tile, int first) {
      dot_products<tile>(x[i], x, static_cast<std::size_t>(first), gram[i] + first);
    });
    for (std::size_t j = 0; j < i; ++j) {
      gram[j][i] = gram[i][j];
    }
  }
}

struct Factors {
  float own = 1.0F;
  float product = 1.0F;
};

/// Rows first..first+Tile-1 of out = own * right + product * left * right; left: M columns.
template <int Tile>
void product_rows(std::size_t count, const Factors& factors, const Rows& left, const Rows& right,
                  std::size_t first, const Rows& out) {
  for (std::size_t column = 0; column < right.stride; column += kWidth) {
    Batch sums[Tile];
    std::fill_n(sums, Tile, Batch(0.0F));
    for (std::size_t k = 0; k < count; ++k) {
      const Batch other = load(right[k] + column);
      for (std::size_t t = 0; t < Tile; ++t) {
        sums[t] = add_product(sums[t], Batch(left[first + t][k]), other);
      }
    }
    for (std::size_t t = 0; t < Tile; ++t) {
      const Batch own = load(right[first + t] + column) * Batch(factors.own);
      store(out[first + t] + column, own + sums[t] * Batch(factors.product));
    }
  }
}

/// out = own * right + product * left * right.
void add_matrix_product(std::size_t count, const Factors& factors, const Rows& left,
                        const Rows& right, const Rows& out) {
  for_tiles<kTile>(static_cast<int>(count), [&](auto tile, int first) {
    product_rows<tile>(count, factors, left, right, static_cast<std::size_t>(first), out);
  });
}

/// Divides by the Frobenius norm, so that no singular value is above 1.
void divide_by_norm(std::span<float> values) {
  float lanes[kLanes] = {};
  for (std::size_t group = 0; group < kLanes; group += kWidth) {
    Batch sum(0.0F);
    for (std::size_t i = group; i < values.size(); i += kLanes) {
      const Batch value = load(&values[i]);
      sum = add_product(sum, value, value);
    }
    store(&lanes[group], sum);
  }
  const Batch factor(1.0F / std::max(std::sqrt(sum_lanes(lanes)), kNewtonSchulzEps));
  for_registers(values.size(),
                [&](std::size_t i) { store(&values[i], load(&values[i]) * factor); });
}

struct Sides {
  std::size_t small;
  std::size_t large;

  explicit Sides(const MatrixShape& shape)
      : small(std::min(shape.rows, shape.columns)), large(std::max(shape.rows, shape.columns)) {}
};

}  // namespace

std::size_t newton_schulz_scratch(const MatrixShape& shape) noexcept {
  const Sides sides(shape);
  return 2 * sides.small * (padded(sides.large) + padded(sides.small));
}

void newton_schulz(const MatrixShape& shape, std::span<float> matrix,
                   std::span<float> scratch) noexcept {
  assert(matrix.size() == shape.rows * shape.columns);
  assert(scratch.size() >= newton_schulz_scratch(shape));
  const auto [small, large] = Sides(shape);
  const std::size_t stride = padded(large);
  Rows x{scratch.data(), stride};
  Rows next{x[small], stride};
  const Rows gram{next[small], padded(small)};
  const Rows update{gram[small], padded(small)};
  // The transposed matrix has the same singular values and the smaller products.
  const bool is_tall = shape.rows > shape.columns;
  const auto at = [&](std::size_t i, std::size_t j) -> float& {
    return matrix[is_tall ? j * shape.columns + i : i * shape.columns + j];
  };
  std::fill_n(x.data, small * stride, 0.0F);
  std::fill_n(gram.data, small * gram.stride, 0.0F);
  for (std::size_t i = 0; i < small; ++i) {
    for (std::size_t j = 0; j < large; ++j) {
      x[i][j] = at(i, j);
    }
  }
  divide_by_norm({x.data, small * stride});
  for (int step = 0; step < kNewtonSchulzSteps; ++step) {
    multiply_by_transposed(small, x, gram);
    add_matrix_product(small, {kNewtonSchulzB, kNewtonSchulzC}, gram, gram, update);
    add_matrix_product(small, {kNewtonSchulzA, 1.0F}, update, x, next);
    std::swap(x, next);
  }
  for (std::size_t i = 0; i < small; ++i) {
    for (std::size_t j = 0; j < large; ++j) {
      at(i, j) = x[i][j];
    }
  }
}

}  // namespace tinycnn::kernels
