// SPDX-License-Identifier: MIT
// How the axes of an ONNX value lie in the engine's [C][H][W]. Transpose, Reshape, Flatten and
// their like only change the view; what they permute is put right in the weights that read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tinycnn/shape.h"

namespace tinycnn::onnx {

/// `size` elements, `stride` apart in the engine's memory.
struct Factor {
  std::int64_t size = 1;
  std::int64_t stride = 1;

  friend bool operator==(const Factor&, const Factor&) = default;
};

/// An axis: its factors, the outermost first, without those of size 1 and with neighbours merged
/// that lie one after another. No factor: the size is 1.
using Axis = std::vector<Factor>;

class View {
 public:
  View() = default;
  /// The axes of a contiguous tensor of these sizes.
  explicit View(std::span<const std::int64_t> sizes);
  /// [C, H, W] of a layer's output.
  explicit View(const Shape& shape);

  [[nodiscard]] std::span<const Axis> axes() const { return axes_; }
  [[nodiscard]] std::size_t rank() const { return axes_.size(); }
  [[nodiscard]] std::int64_t size(std::size_t axis) const;
  [[nodiscard]] std::int64_t size() const;
  [[nodiscard]] std::vector<std::int64_t> sizes() const;

  /// Without or with further axes of size 1; perm names each axis once.
  [[nodiscard]] View transposed(std::span<const std::size_t> perm) const;
  /// Under other sizes of the same product; nothing if they cut through permuted axes.
  [[nodiscard]] std::optional<View> reshaped(std::span<const std::int64_t> sizes) const;

  /// Whether its elements lie in order.
  [[nodiscard]] bool is_contiguous() const;
  /// Whether it is [C, H, W] or [C] of a layer's output.
  [[nodiscard]] bool is_image(const Shape& shape) const;
  /// Whether an axis is that of the channels.
  [[nodiscard]] bool is_channels(std::size_t axis, const Shape& shape) const;
  /// Where each element lies, in order.
  [[nodiscard]] std::vector<std::size_t> places() const;

  friend bool operator==(const View&, const View&) = default;

 private:
  static void append(Axis& axis, Factor factor);

  std::vector<Axis> axes_;
};

}  // namespace tinycnn::onnx
