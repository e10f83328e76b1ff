// SPDX-License-Identifier: MIT
// A smooth field of displacements: a cubic B-spline over a coarse grid of control points. The
// weights are positive and sum to one, so no displacement exceeds that of the largest control
// point.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace tinycnn::kernels {

/// Weights of the four control points around a position at the fraction `share` (0 to below 1) of
/// its cell.
std::array<float, 4> spline_weights(float share) noexcept;

/// Interpolates along x only: rows [G+3][W'] = controls [G+3][G+3] times column_weights [G+3][W'],
/// where W' is a multiple of B.
void elastic_rows(std::size_t controls_a_side, std::span<const float> controls,
                  std::span<const float> column_weights, std::span<float> rows) noexcept;

}  // namespace tinycnn::kernels
