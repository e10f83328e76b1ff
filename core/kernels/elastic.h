// SPDX-License-Identifier: MIT
// A smooth field of displacements: the cubic B-spline over a coarse grid of control points. Its
// weights are positive and sum to one, so no displacement exceeds the largest control point's.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace tinycnn::kernels {

/// Weights of the four control points around a place `share` (0 to below 1) into its cell.
std::array<float, 4> spline_weights(float share) noexcept;

/// The field at each pixel column, still between control rows: rows [G+3][W'] =
/// controls [G+3][G+3] times column_weights [G+3][W'], where W' is a multiple of B.
void elastic_rows(std::size_t controls_a_side, std::span<const float> controls,
                  std::span<const float> column_weights, std::span<float> rows) noexcept;

}  // namespace tinycnn::kernels
