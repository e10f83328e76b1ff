// SPDX-License-Identifier: MIT
// Backward pass of a convolution whose output only a max-pool reads. At most one output pixel of
// each pooling window has a gradient, none where a ReLU cut it off: the gradients of weight and
// input are sums over lists of the nonzero ones, instead of convolutions with mostly zeros.
//
// Samples are taken one at a time with channels innermost, [H][W][C]. What a kernel row reads of a
// sample is then S*C consecutive floats; registers hold parts of such rows. Rows are rounded up to
// kRowUnit floats in every build, so that the register width does not change a bit. Gradients are
// expected to be finite or NaN.
#pragma once

#include <cstddef>
#include <span>

#include "kernels/conv2d.h"
#include "kernels/pool2d_shape.h"

namespace tinycnn::kernels {

/// Floats that the row of a kernel is rounded up to.
inline constexpr int kRowUnit = 4;

/// Of `units` (of kRowUnit floats) that are left of a row, how many are computed together.
constexpr int row_tile(int units) {
  for (const int size : {12, 8, 4, 2}) {
    if (size <= units) {
      return size;
    }
  }
  return 1;
}

/// Pixels of the largest pooling window that is supported.
inline constexpr int kMaxSparseWindow = 64;

struct SparseConv2dShape {
  Conv2dShape conv{};
  Pool2dShape pool{};  ///< its input is the convolution's output, without padding

  /// S*C, rounded up.
  [[nodiscard]] constexpr int row_size() const {
    return (conv.kernel.width * conv.in_channels + kRowUnit - 1) / kRowUnit * kRowUnit;
  }
  /// Floats of packed weights [K][R][row_size].
  [[nodiscard]] constexpr std::size_t packed_size() const {
    return Shape{conv.out_channels, conv.kernel.height, row_size()}.size();
  }
  /// Floats of one sample [H][W][C], padding included, and room for the rounding of its last row.
  [[nodiscard]] constexpr std::size_t sample_size() const {
    return Shape{conv.in_channels, conv.in_height, conv.in_width}.size() + kRowUnit;
  }
  [[nodiscard]] constexpr std::size_t windows() const {
    const Shape out = pool.output();
    return Shape{1, out.height, out.width}.size();
  }
  /// Floats of one list: see sparse_conv2d_lists.
  [[nodiscard]] constexpr std::size_t list_size() const { return 2 * (windows() + 1); }
  [[nodiscard]] constexpr std::size_t lists_size() const {
    return static_cast<std::size_t>(kLanes) * static_cast<std::size_t>(conv.out_channels) *
           list_size();
  }
  /// Kernel rows that are computed together: all of a small kernel, else one at a time, in tiles.
  /// Part of the order of summation.
  [[nodiscard]] constexpr int rows_together() const {
    const int units = row_size() / kRowUnit;
    const bool is_small = (conv.kernel.height == 3 && (units == 1 || units == 3)) ||
                          (conv.kernel.height == 5 && units == 2);
    return is_small ? conv.kernel.height : 1;
  }
};

/// d_pooled, winner [K][PH][PW][B] -> lists [B][K], each of list_size floats: pairs of an integer's
/// bits (std::bit_cast) and a float. The first integer is the number of pairs that follow; these
/// are the offset, in the sample, of the first float that the kernel reads for this gradient, and
/// the gradient. Gradients that are zero are left out; the others keep the order of the windows.
void sparse_conv2d_lists(const SparseConv2dShape& shape, std::span<const float> d_pooled,
                         std::span<const float> winner, std::span<float> lists) noexcept;

/// weight [K][C][R][S] -> packed [K][R][row_size]: s outermost, then c, then zeros.
void sparse_conv2d_pack_weight(const SparseConv2dShape& shape, std::span<const float> weight,
                               std::span<float> packed) noexcept;

/// samples [B][sample_size] and lists: adds the block's gradient to d_weight [K][C][R][S]. Each sum
/// starts at 0 and runs over samples, then over the list.
/// sums: packed_size floats of scratch.
void sparse_conv2d_backward_weight(const SparseConv2dShape& shape, std::span<const float> samples,
                                   std::span<const float> lists, std::span<float> sums,
                                   std::span<float> d_weight) noexcept;

/// packed, lists -> d_samples [B][sample_size]. Each sum starts at 0 and runs over the kernel's
/// rows (all at once if they are computed together), over a row's tiles, over output channels, then
/// over the list.
void sparse_conv2d_backward_input(const SparseConv2dShape& shape, std::span<const float> packed,
                                  std::span<const float> lists,
                                  std::span<float> d_samples) noexcept;

}  // namespace tinycnn::kernels
