// SPDX-License-Identifier: MIT
// A grey image with a border of background, so that kernels may read past its edges. Image pixel
// (y, x) is byte (y + 1) * stride + x + 1 of the frame; all other bytes are 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "tinycnn/shape.h"

namespace tinycnn::kernels {

constexpr std::size_t round_up(std::size_t value, std::size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

/// Sizes of the buffers for an image of [H][W].
struct ImageFrame {
  static constexpr std::size_t kChunk = 16;  // bytes of a register

  std::size_t H = 0;
  std::size_t W = 0;

  /// Pixels of a row, rounded up to registers of bytes and of floats.
  [[nodiscard]] constexpr std::size_t byte_width() const { return round_up(W, kChunk); }
  [[nodiscard]] constexpr std::size_t float_width() const { return round_up(W, kLanes); }
  /// Bytes of a framed row: one pixel before the image and at least two after it.
  [[nodiscard]] constexpr std::size_t stride() const { return byte_width() + kChunk; }
  [[nodiscard]] constexpr std::size_t size() const { return (H + 3) * stride(); }
  /// Quads of a row, and of all rows: one for each of (H + 2) x (W + 2) pixels, its upper left one.
  [[nodiscard]] constexpr std::size_t quad_stride() const { return round_up(W + 2, kLanes); }
  [[nodiscard]] constexpr std::size_t quads() const { return (H + 2) * quad_stride(); }
};

/// image [H][W] -> framed.
void frame_image(const ImageFrame& frame, std::span<const std::uint8_t> image,
                 std::span<std::uint8_t> framed) noexcept;

}  // namespace tinycnn::kernels
