// SPDX-License-Identifier: MIT
// The dimensions of the whole project, defined once.
//   N  samples of a mini-batch           B  lanes: samples of a block (kLanes)
//   C  input channels                    K  output channels
//   H, W  height and width               R, S  height and width of a kernel
// The activations of a block are stored as [C][H][W][B], with the sample index innermost, so that a
// vector register holds the same pixel of several samples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>

namespace tinycnn {

/// B: samples of a block. 8 floats are two 128-bit registers or one of 256 bits.
inline constexpr int kLanes = 8;

/// Gradients are accumulated in this many slots (block index modulo slots), which are summed in one
/// fixed tree, so that results are bit-exact for any number of threads.
inline constexpr int kGradientSlots = 8;

/// The product of sizes in 64 bits, or the largest std::size_t if that cannot hold it. Such a size
/// is above every limit and is refused before memory is allocated. A product of std::size_t would
/// wrap around in 32-bit WebAssembly.
constexpr std::size_t saturating_product(std::initializer_list<std::uint64_t> factors) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::size_t>::max();
  std::uint64_t product = 1;
  for (const std::uint64_t factor : factors) {
    const bool is_safe = (product | factor) >> 32 == 0 || factor == 0 ||
                         product <= std::numeric_limits<std::uint64_t>::max() / factor;
    product = is_safe ? product * factor : std::numeric_limits<std::uint64_t>::max();
  }
  return static_cast<std::size_t>(product < kMax ? product : kMax);
}

/// Shape of one sample's activation: [C][H][W]. Vectors are [C][1][1].
struct Shape {
  int channels = 0;
  int height = 1;
  int width = 1;

  /// Saturates, as saturating_product does. Sides are at least 0.
  [[nodiscard]] constexpr std::size_t size() const {
    return saturating_product({static_cast<std::uint64_t>(channels),
                               static_cast<std::uint64_t>(height),
                               static_cast<std::uint64_t>(width)});
  }
  /// Floats that a block of B samples takes; saturates likewise.
  [[nodiscard]] constexpr std::size_t block_size() const {
    return saturating_product({size(), std::uint64_t{kLanes}});
  }

  friend constexpr bool operator==(const Shape&, const Shape&) = default;
};

/// Height and width of a kernel, a stride or a padding.
struct Size2d {
  int height = 0;
  int width = 0;

  friend constexpr bool operator==(const Size2d&, const Size2d&) = default;
};

/// Pixels added to each side of an image, in PyTorch's order.
struct Sides2d {
  int left = 0;
  int right = 0;
  int top = 0;
  int bottom = 0;

  friend constexpr bool operator==(const Sides2d&, const Sides2d&) = default;
};

/// The same on opposite sides.
constexpr Sides2d both_sides(const Size2d& padding) {
  return {padding.width, padding.width, padding.height, padding.height};
}

}  // namespace tinycnn
