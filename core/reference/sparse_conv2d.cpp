// SPDX-License-Identifier: MIT
#include "reference/sparse_conv2d.h"

#include <algorithm>
#include <cstddef>

namespace tinycnn::reference {
namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

/// Index in [C][H][W][B] of the input.
std::size_t input_at(const SparseConv2dShape& shape, int c, int y, int x, int b) {
  return at(((c * shape.conv.in_height + y) * shape.conv.in_width + x) * kLanes + b);
}

/// Calls visit(y, x, gradient) for every window of an output channel and sample whose gradient is
/// not zero; y, x: of the first pixel that the kernel reads for the window's winner.
template <class Visit>
void for_gradients(const SparseConv2dShape& shape, std::span<const float> d_pooled,
                   std::span<const float> winner, int k, int b, const Visit& visit) {
  const kernels::Pool2dShape& pool = shape.pool;
  const Shape out = pool.output();
  for (int py = 0; py < out.height; ++py) {
    for (int px = 0; px < out.width; ++px) {
      const std::size_t i = at(((k * out.height + py) * out.width + px) * kLanes + b);
      const int position = static_cast<int>(winner[i]);
      const int y = py * pool.stride.height + position / pool.kernel.width;
      const int x = px * pool.stride.width + position % pool.kernel.width;
      if (d_pooled[i] != 0.0F) {
        visit(y * shape.conv.stride.height, x * shape.conv.stride.width, d_pooled[i]);
      }
    }
  }
}

}  // namespace

void sparse_conv2d_backward_weight(const SparseConv2dShape& shape, std::span<const float> input,
                                   std::span<const float> d_pooled, std::span<const float> winner,
                                   std::span<float> d_weight) {
  const int R = shape.conv.kernel.height;
  const int S = shape.conv.kernel.width;
  for (int i = 0; i < static_cast<int>(shape.conv.weight_size()); ++i) {
    const int s = i % S;
    const int r = i / S % R;
    const int c = i / (S * R) % shape.conv.in_channels;
    const int k = i / shape.conv.taps();
    float sum = 0.0F;
    for (int b = 0; b < kLanes; ++b) {
      for_gradients(shape, d_pooled, winner, k, b, [&](int y, int x, float gradient) {
        sum = sum + gradient * input[input_at(shape, c, y + r, x + s, b)];
      });
    }
    d_weight[at(i)] += sum;
  }
}

void sparse_conv2d_backward_input(const SparseConv2dShape& shape, std::span<const float> weight,
                                  std::span<const float> d_pooled, std::span<const float> winner,
                                  std::span<float> d_input) {
  const kernels::Conv2dShape& conv = shape.conv;
  const int R = conv.kernel.height;
  const int S = conv.kernel.width;
  std::ranges::fill(d_input, 0.0F);
  // Floats [from, end) of kernel rows, each S*C long: see the order of summation in the header.
  const auto add = [&](int from, int end) {
    for (int k = 0; k < conv.out_channels; ++k) {
      for (int b = 0; b < kLanes; ++b) {
        for_gradients(shape, d_pooled, winner, k, b, [&](int y, int x, float gradient) {
          for (int i = from; i < end; ++i) {
            const int c = i % conv.in_channels;
            const int s = i / conv.in_channels % S;
            const int r = i / (conv.in_channels * S);
            float& sum = d_input[input_at(shape, c, y + r, x + s, b)];
            sum = sum + gradient * weight[at(((k * conv.in_channels + c) * R + r) * S + s)];
          }
        });
      }
    }
  };
  const int row = S * conv.in_channels;
  if (shape.rows_together() > 1) {
    add(0, R * row);
    return;
  }
  for (int r = 0; r < R; ++r) {
    for (int from = 0; from < row;) {
      const int units = (row - from + kernels::kRowUnit - 1) / kernels::kRowUnit;
      const int end = std::min(row, from + kernels::row_tile(units) * kernels::kRowUnit);
      add(r * row + from, r * row + end);
      from = end;
    }
  }
}

}  // namespace tinycnn::reference
