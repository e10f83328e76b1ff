// SPDX-License-Identifier: MIT
// The orthogonalisation of Muon against its reference implementation, bit-exact, and against what
// it is for: singular values of about 1.
#include "kernels/newton_schulz.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "reference/reference.h"
#include "support/bits.h"
#include "support/random_values.h"

using tinycnn::Buffer;
using tinycnn::kernels::MatrixShape;
using tinycnn::test::difference;
using tinycnn::test::RandomValues;
namespace kernels = tinycnn::kernels;
namespace reference = tinycnn::reference;

namespace {

constexpr std::array<std::size_t, 8> kSizes{1, 3, 4, 5, 7, 8, 17, 28};

Buffer orthogonalised(const MatrixShape& shape, Buffer matrix) {
  Buffer scratch(kernels::newton_schulz_scratch(shape), 99.0F);  // whatever was there before
  kernels::newton_schulz(shape, matrix, scratch);
  return matrix;
}

Buffer transposed(const MatrixShape& shape, const Buffer& matrix) {
  Buffer turned(matrix.size());
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    turned[i % shape.columns * shape.rows + i / shape.columns] = matrix[i];
  }
  return turned;
}

}  // namespace

TEST_CASE("newton-schulz equals its reference implementation for wide, tall and square matrices") {
  for (const std::size_t rows : kSizes) {
    for (const std::size_t columns : kSizes) {
      CAPTURE(rows);
      CAPTURE(columns);
      const Buffer matrix = RandomValues().floats(rows * columns);
      Buffer expected = matrix;
      reference::newton_schulz({rows, columns}, expected);
      CHECK(difference(orthogonalised({rows, columns}, matrix), expected) == "");
    }
  }
}

TEST_CASE("a transposed matrix gives the transposed result, bit-exact") {
  const MatrixShape tall{17, 5};
  const Buffer matrix = RandomValues(1).floats(tall.rows * tall.columns);
  CHECK(difference(orthogonalised({5, 17}, transposed(tall, matrix)),
                   transposed(tall, orthogonalised(tall, matrix))) == "");
}

TEST_CASE("singular values of a factor of a hundred apart all become about 1") {
  // The columns of a Hadamard matrix are orthogonal: scaled ones have known singular values.
  constexpr std::array<float, 4> kScales{5.0F, 1.0F, 0.3F, 0.05F};
  const MatrixShape shape{4, 8};
  Buffer matrix(shape.rows * shape.columns);
  for (std::size_t i = 0; i < shape.rows; ++i) {
    for (std::size_t j = 0; j < shape.columns; ++j) {
      matrix[i * shape.columns + j] =
          (__builtin_popcountll(i & j) % 2 == 0 ? 1.0F : -1.0F) * kScales[i];
    }
  }
  const Buffer result = orthogonalised(shape, matrix);
  for (std::size_t a = 0; a < shape.rows; ++a) {
    for (std::size_t b = 0; b < shape.rows; ++b) {
      double product = 0.0;
      for (std::size_t j = 0; j < shape.columns; ++j) {
        product += static_cast<double>(result[a * shape.columns + j]) *
                   static_cast<double>(result[b * shape.columns + j]);
      }
      CAPTURE(a);
      CAPTURE(b);
      if (a == b) {
        CHECK(std::sqrt(product) > 0.6);
        CHECK(std::sqrt(product) < 1.25);
      } else {
        CHECK(std::abs(product) < 1e-5);
      }
    }
  }
}

TEST_CASE("the size of a matrix does not matter, unless there is next to nothing in it") {
  const MatrixShape shape{3, 9};
  const Buffer matrix = RandomValues(2).floats(27);
  Buffer large = matrix;
  for (float& value : large) {
    value *= 1024.0F;
  }
  CHECK(difference(orthogonalised(shape, large), orthogonalised(shape, matrix)) == "");
  CHECK(difference(orthogonalised(shape, Buffer(27)), Buffer(27)) == "");
  for (const float value : orthogonalised(shape, Buffer(27, 1e-20F))) {
    CHECK(std::abs(value) < 1e-9F);
  }
}

TEST_CASE("a NaN is not hidden") {
  Buffer matrix = RandomValues(3).floats(12);
  matrix[5] = std::numeric_limits<float>::quiet_NaN();
  for (const float value : orthogonalised({3, 4}, matrix)) {
    CHECK(std::isnan(value));
  }
}
