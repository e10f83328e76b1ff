// SPDX-License-Identifier: MIT
#include "formats/tflite_operators.h"

#include "support/text.h"

namespace tinycnn::tflite {

Sizes sizes_of(const Shape& shape, bool is_vector) {
  return is_vector ? Sizes{static_cast<std::int32_t>(shape.size())}
                   : Sizes{shape.height, shape.width, shape.channels};
}

OptionsTable fused_relu(bool relu) {
  return OptionsTable().scalar(arithmetic::kActivation,
                               relu ? FusedActivation::kRelu : FusedActivation::kNone);
}

Value Operators::make(std::string_view name, const Shape& shape, bool is_vector) {
  return {.tensor = model_.value(name, sizes_of(shape, is_vector)),
          .shape = shape,
          .is_vector = is_vector};
}

Value Operators::like(const Value& value, std::string_view name) {
  Value made = make(name, value.shape, value.is_vector);
  made.unordered = value.unordered;
  return made;
}

Tensor Operators::scalar(double value) {
  const auto number = static_cast<float>(value);
  return model_.floats("constant", {1}, {&number, 1});
}

Value Operators::unary(Operator type, const Value& x, std::string_view name, Options options_type,
                       const OptionsTable& options) {
  Value result = like(x, name);
  model_.operation(type, {x.tensor}, result.tensor, options_type, options);
  return result;
}

Value Operators::binary(Operator type, Tensor a, Tensor b, const Value& shaped,
                        std::string_view name, bool relu) {
  Value result = like(shaped, name);
  const Options options_type = type == Operator::kAdd   ? Options::kAdd
                               : type == Operator::kMul ? Options::kMul
                               : type == Operator::kSub ? Options::kSub
                                                        : Options::kDiv;
  model_.operation(type, {a, b}, result.tensor, options_type, fused_relu(relu));
  return result;
}

Value Operators::reshape(const Value& value, bool to_vector, std::string_view name) {
  Sizes sizes = sizes_of(value.shape, to_vector);
  sizes.insert(sizes.begin(), -1);
  Value result = make(name, value.shape, to_vector);
  const Tensor shape = model_.integers("shape", {static_cast<std::int32_t>(sizes.size())}, sizes);
  const auto new_shape = model_.writer().integers(sizes);
  model_.operation(Operator::kReshape, {value.tensor, shape}, result.tensor, Options::kReshape,
                   OptionsTable().offset(tflite::reshape::kNewShape, new_shape));
  return result;
}

Value Operators::as_vector(const Value& value, std::string_view name) {
  return value.is_vector ? value : reshape(value, true, concat(name, ".vector"));
}

Value Operators::as_image(const Value& value, std::string_view name) {
  return value.is_vector ? reshape(value, false, concat(name, ".image")) : value;
}

Value Operators::scale_and_shift(const Value& x, const Sizes& sizes, std::span<const float> scale,
                                 std::span<const float> shift, std::string_view name, bool relu) {
  const Tensor factor = model_.floats(concat(name, ".scale"), sizes, scale);
  const Tensor term = model_.floats(concat(name, ".shift"), sizes, shift);
  const Value scaled = binary(Operator::kMul, x.tensor, factor, x, concat(name, ".scaled"));
  return binary(Operator::kAdd, scaled.tensor, term, x, name, relu);
}

}  // namespace tinycnn::tflite
