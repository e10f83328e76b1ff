// SPDX-License-Identifier: MIT
// Values of a TensorFlow Lite model, and the operators that most layers are made of.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "formats/tflite_model.h"
#include "tinycnn/shape.h"

namespace tinycnn::tflite {

/// A computed value: [N,C], or [N,H,W,C].
struct Value {
  Tensor tensor = 0;
  Shape shape{};
  bool is_vector = false;
  /// Of a flattened image whose values still lie in its own order, channels last; else empty.
  Shape unordered{};
  Quantized quantized{};
};

/// A convolution or a pool.
struct Window {
  Size2d kernel_size{};
  Size2d stride{};
  Size2d padding{};
  Shape input{};
  Shape output{};
  Size2d dilation{1, 1};
};

/// Without the batch dimension.
Sizes sizes_of(const Shape& shape, bool is_vector);

/// [K][C][H][W] to [K][H][W][C].
template <class Element>
std::vector<Element> channels_last(std::span<const Element> values, std::size_t count,
                                   const Shape& shape) {
  const auto channels = static_cast<std::size_t>(shape.channels);
  const std::size_t pixels = shape.size() / channels;
  std::vector<Element> result;
  result.reserve(values.size());
  for (std::size_t k = 0; k < count; ++k) {
    for (std::size_t i = 0; i < pixels; ++i) {
      for (std::size_t c = 0; c < channels; ++c) {
        result.push_back(values[(k * channels + c) * pixels + i]);
      }
    }
  }
  return result;
}

/// The options of ADD, MUL, SUB, DIV and FULLY_CONNECTED.
OptionsTable fused_relu(bool relu, bool relu6 = false);
/// The first options of convolutions and pools.
OptionsTable strided(const Window& window, Padding padding);
/// Options of a convolution, by the numbers of their fields, with its dilation where it has one.
OptionsTable dilated(OptionsTable options, const Size2d& dilation, int width, int height);
/// Whether SAME padding pads as the window does: TensorFlow's output has ceil(side / stride)
/// pixels, and what it pads is shared by both sides, more of it after the image.
bool is_same_padding(const Window& window);

class Operators {
 protected:
  Operators() = default;
  explicit Operators(TensorType values) : model_(values) {}

  Value make(std::string_view name, const Shape& shape, bool is_vector,
             const Quantized& quantized = {});
  /// Of the same shape.
  Value like(const Value& value, std::string_view name);
  Tensor scalar(double value);

  /// An operator that keeps the shape.
  Value unary(Operator type, const Value& x, std::string_view name,
              Options options_type = Options::kNone, const OptionsTable& options = {});
  /// ADD, MUL, SUB or DIV; the result has the shape of `shaped`.
  Value binary(Operator type, Tensor a, Tensor b, const Value& shaped, std::string_view name,
               bool relu = false);
  Value scale_and_shift(const Value& x, const Sizes& sizes, std::span<const float> scale,
                        std::span<const float> shift, std::string_view name, bool relu = false);

  Value reshape(const Value& value, bool to_vector, std::string_view name);
  /// The value itself, or reshaped.
  Value as_vector(const Value& value, std::string_view name);
  Value as_image(const Value& value, std::string_view name);
  /// A vector in the engine's order, channels first. Where linear layers alone read it
  /// (reorders_weights), their weights are reordered instead.
  Value flatten(const Value& x, bool reorders_weights, std::string_view name);

  /// The input of an operator, and what padding that has to add.
  struct Padded {
    Value value;
    Padding padding = Padding::kValid;
  };
  Padded pad_for_conv2d(const Window& window, const Value& x, std::string_view name);
  /// Padding counts as zeros in an average; TensorFlow's does not count it.
  Padded pad_for_average(const Window& window, const Value& x, std::string_view name);
  /// lowest(): the tensor of the least value, which is called where it is needed.
  template <class Lowest>
  Padded pad_for_max(const Window& window, const Value& x, std::string_view name,
                     const Lowest& lowest) {
    if (window.padding == Size2d{} || is_same_padding(window)) {
      return {x, window.padding == Size2d{} ? Padding::kValid : Padding::kSame};
    }
    return {pad(x, window.padding, name, lowest()), Padding::kValid};
  }
  /// With zeros on each side.
  Value zero_pad(const Value& x, const Sides2d& sides, std::string_view name);
  /// The channels of an image in equal parts.
  std::vector<Tensor> split(const Value& x, int parts, std::string_view name);
  void concatenate(std::span<const Tensor> inputs, const Value& result);

  Model model_;

 private:
  /// With zeros, or the value of a tensor.
  Value pad(const Value& x, Size2d padding, std::string_view name);
  Value pad(const Value& x, Size2d padding, std::string_view name, Tensor fill);
  Value make_padded(const Value& x, const Sides2d& sides, std::string_view name);
  Tensor amounts(const Sides2d& sides, std::string_view name);
};

}  // namespace tinycnn::tflite
