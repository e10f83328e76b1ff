// SPDX-License-Identifier: MIT
#include "kernels/conv2d_backward_input.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

/// The outputs whose tap reads a pixel of the image rather than padding, along one side.
struct Outputs {
  int first;
  int end;
  int start;  // the pixel that output 0 would read

  /// offset: of the tap in the kernel.
  Outputs(int offset, int padding, int stride, int count, int size) : start(offset - padding) {
    first = start < 0 ? std::min((-start + stride - 1) / stride, count) : 0;
    end = start < size ? std::clamp((size - start + stride - 1) / stride, first, count) : first;
  }
};

std::ptrdiff_t to_offset(int pixels) { return std::ptrdiff_t{pixels} * kLanes; }

/// For one row of outputs: d_input += w * d_output, pixels `stride` apart.
void add_row(float w, int count, int stride, const float* d_output, float* d_input) {
  const Batch factor(w);
  for (int x = 0; x < count; ++x) {
    for (int group = 0; group < kLanes; group += kWidth) {
      store(d_input + group, add_product(load(d_input + group), factor, load(d_output + group)));
    }
    d_output += kLanes;
    d_input += to_offset(stride);
  }
}

}  // namespace

void conv2d_backward_input(const Conv2dShape& shape, const Shape& unpadded, const Size2d& padding,
                           std::span<const float> d_output, std::span<const float> weight,
                           std::span<float> d_input) noexcept {
  assert(weight.size() == shape.weight_size() && d_input.size() == unpadded.block_size());
  const auto [R, S] = shape.kernel;
  const int out_height = shape.out_height();
  const int out_width = shape.out_width();
  std::ranges::fill(d_input, 0.0F);
  for (int c = 0; c < unpadded.channels; ++c) {
    for (int k = 0; k < shape.out_channels; ++k) {
      const float* taps = weight.data() + std::ptrdiff_t{k * shape.in_channels + c} * R * S;
      for (int r = R - 1; r >= 0; --r) {
        const Outputs rows(r * shape.dilation.height, padding.height, shape.stride.height,
                           out_height, unpadded.height);
        for (int s = S - 1; rows.first < rows.end && s >= 0; --s) {
          const Outputs columns(s * shape.dilation.width, padding.width, shape.stride.width,
                                out_width, unpadded.width);
          const int column = columns.start + columns.first * shape.stride.width;
          for (int y = rows.first; y < rows.end; ++y) {
            const int row = c * unpadded.height + rows.start + y * shape.stride.height;
            add_row(taps[r * S + s], columns.end - columns.first, shape.stride.width,
                    d_output.data() + to_offset((k * out_height + y) * out_width + columns.first),
                    d_input.data() + to_offset(row * unpadded.width + column));
          }
        }
      }
    }
  }
}

}  // namespace tinycnn::kernels
