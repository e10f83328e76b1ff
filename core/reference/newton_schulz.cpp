// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "kernels/simd.h"
#include "reference/reference.h"

namespace tinycnn::reference {
namespace {

using Matrix = std::vector<std::vector<float>>;

/// The sum of products in lanes: place i goes to lane i % B.
class LaneSum {
 public:
  void add(std::size_t i, float a, float b) {
    float& lane = lanes_[i % kLanes];
    lane = lane + a * b;
  }
  [[nodiscard]] float value() const { return kernels::sum_lanes(lanes_); }

 private:
  float lanes_[kLanes] = {};
};

float dot(const std::vector<float>& a, const std::vector<float>& b) {
  LaneSum sum;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum.add(i, a[i], b[i]);
  }
  return sum.value();
}

float norm_of(const Matrix& x) {
  LaneSum sum;
  for (const auto& row : x) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      sum.add(i, row[i], row[i]);
    }
  }
  return std::sqrt(sum.value());
}

/// own * right + product * left * right.
Matrix combine(float own, float product, const Matrix& left, const Matrix& right) {
  Matrix out = right;
  for (std::size_t i = 0; i < left.size(); ++i) {
    for (std::size_t j = 0; j < right[i].size(); ++j) {
      float sum = 0.0F;
      for (std::size_t k = 0; k < right.size(); ++k) {
        sum = sum + left[i][k] * right[k][j];
      }
      out[i][j] = right[i][j] * own + sum * product;
    }
  }
  return out;
}

}  // namespace

void newton_schulz(const kernels::MatrixShape& shape, std::span<float> matrix) {
  const bool is_tall = shape.rows > shape.columns;
  const std::size_t small = std::min(shape.rows, shape.columns);
  const std::size_t large = std::max(shape.rows, shape.columns);
  const auto place = [&](std::size_t i, std::size_t j) {
    return is_tall ? j * shape.columns + i : i * shape.columns + j;
  };
  Matrix x(small, std::vector<float>(large));
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    x[i / large][i % large] = matrix[place(i / large, i % large)];
  }
  const float factor = 1.0F / std::max(norm_of(x), kernels::kNewtonSchulzEps);
  for (auto& row : x) {
    for (float& value : row) {
      value = value * factor;
    }
  }
  for (int step = 0; step < kernels::kNewtonSchulzSteps; ++step) {
    Matrix gram(small, std::vector<float>(small));
    for (std::size_t i = 0; i < small; ++i) {
      for (std::size_t j = 0; j < small; ++j) {
        gram[i][j] = dot(x[i], x[j]);
      }
    }
    const Matrix update = combine(kernels::kNewtonSchulzB, kernels::kNewtonSchulzC, gram, gram);
    x = combine(kernels::kNewtonSchulzA, 1.0F, update, x);
  }
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    matrix[place(i / large, i % large)] = x[i / large][i % large];
  }
}

}  // namespace tinycnn::reference
