// SPDX-License-Identifier: MIT
// How a quantized network is computed in C: which function does which step, what is computed on
// the way, the order of flattened images, and where activations lie. Images are [H][W][C] there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "formats/inference_memory.h"
#include "tinycnn/quantized_model.h"

namespace tinycnn {

class Int8Program {
 protected:
  /// The function that does a step.
  enum class Kind : std::uint8_t {
    kConv2d,         ///< with the max-pool after it, if that is fused
    kConv2dGroups,   ///< also depthwise
    kScaleAndShift,  ///< batch norm
    kGlobalAverage,
    kLinear,
    kMaxPool2d,
    kAvgPool2d,
    kAdd,
    kZeroPad2d,
    kMultiply,
    kConcat,
    kFlatten,  ///< none, or a copy with the channels first
    kActivation,
    kRequantize,  ///< a part of the concatenation
  };

  /// Convolutions and linear layers compute four kernels at a time.
  static constexpr std::size_t kKernelsAtOnce = 4;
  static constexpr std::size_t kPixelValues = 256;

  /// The model must outlive it.
  explicit Int8Program(const QuantizedModel& model);

  [[nodiscard]] const QuantizedModel& model() const { return model_; }
  [[nodiscard]] std::span<const QuantizedStep> steps() const { return model_.steps(); }
  [[nodiscard]] const QuantizedStep& step_at(int index) const {
    return steps()[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] Kind kind_at(std::size_t index) const { return kinds_[index]; }
  [[nodiscard]] bool uses(Kind kind) const;
  [[nodiscard]] bool uses_windows() const;
  [[nodiscard]] bool uses_multipliers() const;
  static bool has_window(Kind kind);
  static bool has_weights(Kind kind);

  /// Of the output of a step; -1: the input.
  [[nodiscard]] const Quantization& quantization_at(int index) const {
    return index < 0 ? model_.input_quantization() : step_at(index).quantization;
  }
  /// The steps that read a step, each once, in order.
  [[nodiscard]] std::vector<int> readers(int index) const;

  /// Whether the step that reads a step computes it on the way.
  [[nodiscard]] bool is_fused(int index) const {
    return index >= 0 && fused_[static_cast<std::size_t>(index)];
  }
  /// Whether a max-pool is computed with the convolution before it.
  [[nodiscard]] bool is_fused_pool(std::size_t index) const {
    return kinds_[index] == Kind::kMaxPool2d && is_fused(steps()[index].inputs.front());
  }
  /// Whether a kernel has holes.
  [[nodiscard]] bool is_dilated() const;
  /// Whether a step gives what it reads.
  [[nodiscard]] bool is_view(std::size_t index) const;

  /// The weights with channels last, also of a linear layer that reads an image.
  [[nodiscard]] std::vector<std::int8_t> ordered_weights(std::size_t index) const;

  /// Where the output of a step lies, in C; -1: the input.
  [[nodiscard]] std::string place(int index) const;
  [[nodiscard]] std::size_t offset_of(int index) const;
  [[nodiscard]] std::size_t arena_bytes() const { return memory_.size; }
  /// Bytes of constants.
  [[nodiscard]] std::size_t flash() const;

  /// Bytes of the integers of a window.
  [[nodiscard]] std::size_t integer_bytes() const;
  /// Whether a pixel p is p - 128.
  [[nodiscard]] bool has_plain_pixels() const;
  [[nodiscard]] bool has_multiplier_above_one() const;

  static int pixels_of(const Shape& shape) { return shape.height * shape.width; }

 private:
  static Kind kind_of(const QuantizedStep& step);
  void find_fused();
  void find_orders();
  void plan();

  const QuantizedModel& model_;
  std::vector<Kind> kinds_;
  std::vector<bool> fused_;
  std::vector<Shape> unordered_;  // of the image that a flatten leaves in its own order
  InferenceMemory memory_{};
};

}  // namespace tinycnn
