// SPDX-License-Identifier: MIT
// Reference implementations of the kernels that distort images: slow and obvious, linked by tests
// and benchmarks only. They sum in the same order as the kernels, so results are bit-exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/warp.h"

namespace tinycnn::reference {

/// image, changed: [H][W].
void change_thickness(const kernels::ImageFrame& frame, std::span<const std::uint8_t> image,
                      int weight, std::span<std::uint8_t> changed);

void elastic_rows(std::size_t controls_a_side, std::span<const float> controls,
                  std::span<const float> column_weights, std::span<float> rows);

/// image, out: [H][W].
void warp(const kernels::ImageFrame& frame, std::span<const std::uint8_t> image,
          const kernels::AffineMap& map, const kernels::ElasticField& field,
          std::span<std::uint8_t> out);

}  // namespace tinycnn::reference
