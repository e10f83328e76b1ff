// SPDX-License-Identifier: MIT
// 3x3 and 5x5 convolutions of stride 1 by Winograd's minimal filtering: A. Lavin, S. Gray,
// arXiv:1509.09308. F(4x4, 3x3): a tile of 4x4 outputs takes 36 multiplications per pair of
// channels instead of 144. F(2x2, 5x5), for the forward pass alone: a tile of 2x2 outputs takes 36
// instead of 100. Both have tiles of 6x6 inputs and their transform in common. Because lanes are
// samples, the transforms of a tile are sums of whole vectors.
//
// Unlike the kernels of conv2d.h these read unpadded inputs and treat pixels outside as zeros.
// Results are bit-exact in every build, but differ from those of direct sums. With inputs,
// gradients and weights uniform in [-1, 1), the largest and the root mean square difference from
// float64, in standard deviations of the result, over the 3x3 convolutions of the named models and
// 5x5 convolutions of 2 to 64 channels:
//                        Winograd                 direct sums
//   forward              1e-5, 3e-7 to 8e-7       5e-6, 1e-7 to 4e-7
//   forward, 5x5         6e-6, 3e-7 to 9e-7       6e-6, 1e-7 to 6e-7
//   gradient of input    1e-5, 3e-7 to 1.2e-6     7e-6, 1e-7 to 6e-7
//   gradient of weight   8e-6, 4e-7 to 1.1e-6     2e-6, 1e-7 to 5e-7
#pragma once

#include <cstddef>
#include <span>

#include "kernels/activation_types.h"
#include "tinycnn/shape.h"

namespace tinycnn::kernels {

/// A convolution [C][H][W] -> [K][OH][OW] with a square kernel, stride 1 and zero padding.
struct WinogradShape {
  Shape input{};         ///< C, H, W, unpadded
  int out_channels = 0;  ///< K
  Size2d padding{};      ///< each below R
  int kernel = 3;        ///< R, 3 or 5

  [[nodiscard]] constexpr int out_height() const {
    return input.height + 2 * padding.height - kernel + 1;
  }
  [[nodiscard]] constexpr int out_width() const {
    return input.width + 2 * padding.width - kernel + 1;
  }
  /// Height and width of a tile of outputs: 4 for a 3x3 kernel, 2 for 5x5.
  [[nodiscard]] constexpr int tile() const { return 7 - kernel; }
  /// At the right and the lower edge, tiles may extend beyond the output.
  [[nodiscard]] constexpr int tile_rows() const { return (out_height() + tile() - 1) / tile(); }
  [[nodiscard]] constexpr int tile_columns() const { return (out_width() + tile() - 1) / tile(); }
  [[nodiscard]] constexpr std::size_t weight_size() const {
    return static_cast<std::size_t>(kernel * kernel) * channel_pairs();
  }
  /// Packed weights of one direction: 36 * C * K.
  [[nodiscard]] constexpr std::size_t packed_size() const { return 36 * channel_pairs(); }
  /// C * K
  [[nodiscard]] constexpr std::size_t channel_pairs() const {
    return static_cast<std::size_t>(input.channels) * static_cast<std::size_t>(out_channels);
  }
  /// Floats of scratch that each of the kernels needs at most.
  [[nodiscard]] std::size_t scratch_size() const;
};

/// Whether the saved multiplications of a pass outweigh its transforms. Depends on the shape only,
/// so that every machine uses the same kernels.
bool winograd_forward_pays(const WinogradShape& shape) noexcept;
/// For both gradients together; false for a 5x5 kernel, whose gradients have no kernels here.
bool winograd_backward_pays(const WinogradShape& shape) noexcept;

/// weight [K][C][R][R] -> packed [36][K/4][C][4]; the last group may hold fewer channels.
void winograd_pack_weight(const WinogradShape& shape, std::span<const float> weight,
                          std::span<float> packed) noexcept;

/// Of a 3x3 kernel, the same with input and output channels swapped: [36][C/4][K][4].
void winograd_pack_transposed_weight(const WinogradShape& shape, std::span<const float> weight,
                                     std::span<float> packed) noexcept;

/// input [C][H][W][B], packed by winograd_pack_weight, bias [K] or empty -> output [K][OH][OW][B].
/// lanes: how many samples to compute; registers without one of them are not written.
void winograd_forward(const WinogradShape& shape, std::span<const float> input,
                      std::span<const float> packed, std::span<const float> bias,
                      Activation activation, std::span<float> scratch, std::span<float> output,
                      int lanes = kLanes) noexcept;

/// Of a 3x3 kernel: d_output [K][OH][OW][B], packed by winograd_pack_transposed_weight -> d_input
/// [C][H][W][B].
void winograd_backward_input(const WinogradShape& shape, std::span<const float> d_output,
                             std::span<const float> packed, std::span<float> scratch,
                             std::span<float> d_input) noexcept;

/// Of a 3x3 kernel: adds the gradients of this block to d_weight [K][C][3][3] and d_bias [K] (or
/// empty). Sums run over the tiles of a chunk (see winograd_backward_weight.cpp) and their lanes,
/// then over chunks.
void winograd_backward_weight(const WinogradShape& shape, std::span<const float> input,
                              std::span<const float> d_output, std::span<float> scratch,
                              std::span<float> d_weight, std::span<float> d_bias) noexcept;

}  // namespace tinycnn::kernels
