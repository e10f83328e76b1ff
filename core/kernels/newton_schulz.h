// SPDX-License-Identifier: MIT
// Makes the singular values of a matrix about 1 by Newton-Schulz iteration and leaves its singular
// vectors as they are: the step of Muon (K. Jordan et al., 2024,
// kellerjordan.github.io/posts/muon). M: the smaller side of the matrix, N: the larger one.
#pragma once

#include <cstddef>
#include <span>

namespace tinycnn::kernels {

struct MatrixShape {
  std::size_t rows = 0;
  std::size_t columns = 0;
};

/// How often the polynomial a*x + b*x^3 + c*x^5 is applied to the singular values.
inline constexpr int kNewtonSchulzSteps = 5;
inline constexpr float kNewtonSchulzA = 3.4445F;
inline constexpr float kNewtonSchulzB = -4.7750F;
inline constexpr float kNewtonSchulzC = 2.0315F;
/// A matrix with a smaller Frobenius norm is divided by this instead.
inline constexpr float kNewtonSchulzEps = 1e-7F;

/// Floats of scratch that a matrix needs: about 2 * M * (N + M).
std::size_t newton_schulz_scratch(const MatrixShape& shape) noexcept;

/// matrix [rows][columns] is replaced by the result: singular values from 0.68 to 1.13, except
/// those below a thousandth of the largest, which stay smaller. Rows of at most N are summed in
/// lanes of B and then by sum_lanes; products of matrices in the order of the inner index.
void newton_schulz(const MatrixShape& shape, std::span<float> matrix,
                   std::span<float> scratch) noexcept;

}  // namespace tinycnn::kernels
