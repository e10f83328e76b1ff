// SPDX-License-Identifier: MIT
#include "kernels/elastic.h"

#include "kernels/simd.h"

namespace tinycnn::kernels {

std::array<float, 4> spline_weights(float share) noexcept {
  const float rest = 1.0F - share;
  const float square = share * share;
  const float cube = square * share;
  return {rest * rest * rest / 6.0F, (3.0F * cube - 6.0F * square + 4.0F) / 6.0F,
          (3.0F * (square + share - cube) + 1.0F) / 6.0F, cube / 6.0F};
}

void elastic_rows(std::size_t controls_a_side, std::span<const float> controls,
                  std::span<const float> column_weights, std::span<float> rows) noexcept {
  const std::size_t width = column_weights.size() / controls_a_side;
  for (std::size_t row = 0; row < controls_a_side; ++row) {
    const float* control = &controls[row * controls_a_side];
    for (std::size_t x = 0; x < width; x += kWidth) {
      Batch sum(0.0F);
      for (std::size_t column = 0; column < controls_a_side; ++column) {
        sum = sum + Batch(control[column]) * load(&column_weights[column * width + x]);
      }
      store(&rows[row * width + x], sum);
    }
  }
}

}  // namespace tinycnn::kernels
