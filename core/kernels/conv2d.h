// SPDX-License-Identifier: MIT
// 2-d convolution (cross-correlation, as torch.nn.Conv2d) over blocks of B samples.
// Inputs include their zero padding, so the kernels need no special case at the border.
#pragma once

#include <cstddef>
#include <span>

#include "kernels/activation_types.h"
#include "tinycnn/shape.h"

namespace tinycnn::kernels {

struct Conv2dShape {
  int in_channels = 0;   ///< C
  int in_height = 0;     ///< H, padding included
  int in_width = 0;      ///< W, padding included
  int out_channels = 0;  ///< K
  Size2d kernel{};       ///< R, S
  Size2d stride{1, 1};
  Size2d dilation{1, 1};  ///< from one tap to the next

  /// What the kernel spans, with its holes.
  [[nodiscard]] constexpr Size2d extent() const {
    return {(kernel.height - 1) * dilation.height + 1, (kernel.width - 1) * dilation.width + 1};
  }
  [[nodiscard]] constexpr bool is_dilated() const { return dilation != Size2d{1, 1}; }
  [[nodiscard]] constexpr int out_height() const {
    return (in_height - extent().height) / stride.height + 1;
  }
  [[nodiscard]] constexpr int out_width() const {
    return (in_width - extent().width) / stride.width + 1;
  }
  /// Weights of one output channel: C*R*S.
  [[nodiscard]] constexpr int taps() const { return in_channels * kernel.height * kernel.width; }
  [[nodiscard]] constexpr std::size_t weight_size() const {
    return static_cast<std::size_t>(out_channels) * static_cast<std::size_t>(taps());
  }
};

/// Output channels that the forward kernel computes together.
inline constexpr int kConvChannelTile = 4;

/// weight [K][C][R][S] -> packed [K/4][C][R][S][4]; the last tile may hold fewer channels.
void conv2d_pack_weight(const Conv2dShape& shape, std::span<const float> weight,
                        std::span<float> packed) noexcept;

/// The weight of the convolution that maps d_output to d_input: channels swapped, kernel flipped.
/// weight [K][C][R][S] -> packed [C/4][K][R][S][4].
void conv2d_pack_flipped_weight(const Conv2dShape& shape, std::span<const float> weight,
                                std::span<float> packed) noexcept;

/// input [C][H][W][B], packed as above, bias [K] or empty -> output [K][OH][OW][B].
/// Each output starts from its bias and adds weight * input over c, r, s in that order.
/// lanes: how many samples to compute; registers without one of them are not written.
void conv2d_forward(const Conv2dShape& shape, std::span<const float> input,
                    std::span<const float> packed, std::span<const float> bias,
                    Activation activation, std::span<float> output, int lanes = kLanes) noexcept;

/// Shape of the convolution that computes d_input, of the given unpadded size, from d_output
/// dilated with zeros and padded. Its input size is the size of what conv2d_dilate writes.
Conv2dShape conv2d_flipped_shape(const Conv2dShape& shape, const Shape& unpadded) noexcept;

/// Dilates with zeros: d_output [K][OH][OW][B] -> dilated [K][IH+R-1][IW+S-1][B] (with the kernel's
/// extent for R and S), where
/// neighbouring gradients are `stride` apart and all other values are zero. padding: of the forward
/// convolution; gradients of outputs that read only padding are left out.
void conv2d_dilate(const Conv2dShape& shape, const Shape& unpadded, const Size2d& padding,
                   std::span<const float> d_output, std::span<float> dilated) noexcept;

/// Adds the gradients of this block to d_weight [K][C][R][S] and d_bias [K] (or empty).
/// accumulator: K*C*R*S*B floats of scratch. Sums run over pixels in each lane, then over lanes.
void conv2d_backward_weight(const Conv2dShape& shape, std::span<const float> input,
                            std::span<const float> d_output, std::span<float> accumulator,
                            std::span<float> d_weight, std::span<float> d_bias) noexcept;

/// The part of it that concerns d_bias [K] (or empty), for gradients [K][pixels][B].
void conv2d_backward_bias(std::span<const float> d_output, std::span<float> d_bias) noexcept;

}  // namespace tinycnn::kernels
