// SPDX-License-Identifier: MIT
// The dimensions of the whole project, defined once.
//   N  samples of a mini-batch           B  lanes: samples of a block (kLanes)
//   C  input channels                    K  output channels
//   H, W  height and width               R, S  height and width of a kernel
// The activations of a block are stored as [C][H][W][B], with the sample index innermost, so that a
// vector register holds the same pixel of several samples.
#pragma once

#include <cstddef>

namespace tinycnn {

/// B: samples of a block. 8 floats are two 128-bit registers or one of 256 bits.
inline constexpr int kLanes = 8;

/// Gradients are accumulated in this many slots (block index modulo slots), which are summed in one
/// fixed tree, so that results are bit-exact for any number of threads.
inline constexpr int kGradientSlots = 8;

/// Shape of one sample's activation: [C][H][W]. Vectors are [C][1][1].
struct Shape {
  int channels = 0;
  int height = 1;
  int width = 1;

  [[nodiscard]] constexpr std::size_t size() const {
    return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(width);
  }
  /// Floats that a block of B samples takes.
  [[nodiscard]] constexpr std::size_t block_size() const { return size() * kLanes; }

  friend constexpr bool operator==(const Shape&, const Shape&) = default;
};

/// Height and width of a kernel, a stride or a padding.
struct Size2d {
  int height = 0;
  int width = 0;

  friend constexpr bool operator==(const Size2d&, const Size2d&) = default;
};

}  // namespace tinycnn
