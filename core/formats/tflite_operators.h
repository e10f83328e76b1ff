// SPDX-License-Identifier: MIT
// Values of a TensorFlow Lite model, and the operators that most layers are made of.
#pragma once

#include <span>
#include <string_view>

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
};

/// Without the batch dimension.
Sizes sizes_of(const Shape& shape, bool is_vector);

/// The options of ADD, MUL, SUB, DIV and FULLY_CONNECTED.
OptionsTable fused_relu(bool relu);

class Operators {
 protected:
  Value make(std::string_view name, const Shape& shape, bool is_vector);
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

  Model model_;
};

}  // namespace tinycnn::tflite
