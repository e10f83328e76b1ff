// SPDX-License-Identifier: MIT
// Kernel, strides, pads and dilations of a convolution or pooling node.
#pragma once

#include <array>
#include <cstdint>

#include "formats/onnx_file.h"
#include "tinycnn/shape.h"

namespace tinycnn::onnx {

/// In one direction.
struct Window {
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t before = 0;  ///< zeros that are added
  std::int64_t after = 0;

  /// With its holes.
  [[nodiscard]] std::int64_t extent() const { return (kernel - 1) * dilation + 1; }
  /// How many of them fit into `size` pixels.
  [[nodiscard]] std::int64_t count(std::int64_t size) const {
    return (size + before + after - extent()) / stride + 1;
  }
  /// Whether as many windows fit with `before` on both sides.
  [[nodiscard]] bool is_even(std::int64_t size) const;
};

/// Height, then width.
using Windows = std::array<Window, 2>;

/// Of a node whose kernel has these sides and whose input has this shape. auto_pad and ceil_mode
/// become pads, and pads that no window reaches are left out. Throws Error for sizes out of range.
Windows windows_of(const Node& node, const Sizes& kernel, const Shape& input);

}  // namespace tinycnn::onnx
