// SPDX-License-Identifier: MIT
#include "formats/tflite_operators.h"

#include <array>

#include "support/text.h"

namespace tinycnn::tflite {
namespace {

constexpr std::int32_t kChannelAxis = 3;

/// kernel: with its holes.
bool is_same(int side, int kernel, int stride, int padding, int output) {
  const int total = (output - 1) * stride + kernel - side;
  return output == (side + stride - 1) / stride && total >= 0 && total / 2 == padding;
}

}  // namespace

Sizes sizes_of(const Shape& shape, bool is_vector) {
  return is_vector ? Sizes{static_cast<std::int32_t>(shape.size())}
                   : Sizes{shape.height, shape.width, shape.channels};
}

OptionsTable fused_relu(bool relu, bool relu6) {
  return OptionsTable().scalar(arithmetic::kActivation, relu6  ? FusedActivation::kRelu6
                                                        : relu ? FusedActivation::kRelu
                                                               : FusedActivation::kNone);
}

OptionsTable strided(const Window& window, Padding padding) {
  return OptionsTable()
      .scalar(conv2d::kPadding, padding)
      .scalar(conv2d::kStrideWidth, window.stride.width)
      .scalar(conv2d::kStrideHeight, window.stride.height);
}

OptionsTable dilated(OptionsTable options, const Size2d& dilation, int width, int height) {
  if (dilation != Size2d{1, 1}) {
    options.scalar(width, dilation.width).scalar(height, dilation.height);
  }
  return options;
}

bool is_same_padding(const Window& window) {
  const auto& [kernel, stride, padding, input, output, dilation] = window;
  return is_same(input.height, (kernel.height - 1) * dilation.height + 1, stride.height,
                 padding.height, output.height) &&
         is_same(input.width, (kernel.width - 1) * dilation.width + 1, stride.width, padding.width,
                 output.width);
}

Value Operators::make(std::string_view name, const Shape& shape, bool is_vector,
                      const Quantized& quantized) {
  const TensorType type = quantized.scales.empty() ? TensorType::kFloat32 : TensorType::kInt8;
  return {.tensor = model_.value(name, sizes_of(shape, is_vector), type, quantized),
          .shape = shape,
          .is_vector = is_vector,
          .quantized = quantized};
}

Value Operators::like(const Value& value, std::string_view name) {
  Value made = make(name, value.shape, value.is_vector, value.quantized);
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
  Value result = make(name, value.shape, to_vector, value.quantized);
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

Value Operators::flatten(const Value& x, bool reorders_weights, std::string_view name) {
  const Shape vector{static_cast<int>(x.shape.size()), 1, 1};
  Value flat = x;
  flat.shape = vector;
  if (x.is_vector) {
    return flat;
  }
  const bool is_ordered = x.shape.channels == 1 || (x.shape.height == 1 && x.shape.width == 1);
  if (is_ordered || reorders_weights) {
    flat = reshape(x, true, name);
    flat.unordered = is_ordered ? Shape{} : x.shape;
  } else {
    constexpr std::array<std::int32_t, 4> kChannelsFirst{0, 3, 1, 2};
    const Tensor order = model_.integers(concat(name, ".order"), {4}, kChannelsFirst);
    // Sizes are [H][W][C] of the shape, so that this one is [C][H][W] of x.
    flat = make(concat(name, ".channels_first"), {x.shape.width, x.shape.channels, x.shape.height},
                false, x.quantized);
    model_.operation(Operator::kTranspose, {x.tensor, order}, flat.tensor, Options::kTranspose);
    flat = reshape(flat, true, name);
  }
  flat.shape = vector;
  return flat;
}

Tensor Operators::amounts(const Sides2d& sides, std::string_view name) {
  const std::array<std::int32_t, 8> amounts{0,          0,           sides.top, sides.bottom,
                                            sides.left, sides.right, 0,         0};
  return model_.integers(concat(name, ".paddings"), {4, 2}, amounts);
}

Value Operators::make_padded(const Value& x, const Sides2d& sides, std::string_view name) {
  const Shape shape{x.shape.channels, x.shape.height + sides.top + sides.bottom,
                    x.shape.width + sides.left + sides.right};
  return make(name, shape, false, x.quantized);
}

Value Operators::zero_pad(const Value& x, const Sides2d& sides, std::string_view name) {
  const Tensor paddings = amounts(sides, name);
  const Value padded = make_padded(x, sides, name);
  model_.operation(Operator::kPad, {x.tensor, paddings}, padded.tensor, Options::kPad);
  return padded;
}

Value Operators::pad(const Value& x, Size2d padding, std::string_view name) {
  return zero_pad(x, both_sides(padding), concat(name, ".padded"));
}

Value Operators::pad(const Value& x, Size2d padding, std::string_view name, Tensor fill) {
  const Tensor sides = amounts(both_sides(padding), name);
  const Value padded = make_padded(x, both_sides(padding), concat(name, ".padded"));
  model_.operation(Operator::kPadV2, {x.tensor, sides, fill}, padded.tensor, Options::kPadV2);
  return padded;
}

Operators::Padded Operators::pad_for_conv2d(const Window& window, const Value& x,
                                            std::string_view name) {
  if (window.padding == Size2d{}) {
    return {x, Padding::kValid};
  }
  if (is_same_padding(window)) {
    return {x, Padding::kSame};
  }
  return {pad(x, window.padding, name), Padding::kValid};
}

Operators::Padded Operators::pad_for_average(const Window& window, const Value& x,
                                             std::string_view name) {
  return {window.padding == Size2d{} ? x : pad(x, window.padding, name), Padding::kValid};
}

std::vector<Tensor> Operators::split(const Value& x, int parts, std::string_view name) {
  Shape part = x.shape;
  part.channels /= parts;
  std::vector<Tensor> tensors;
  for (int i = 0; i < parts; ++i) {
    tensors.push_back(make(concat(name, ".part"), part, false, x.quantized).tensor);
  }
  const Tensor axis = model_.integers(concat(name, ".axis"), {}, {&kChannelAxis, 1});
  const std::array inputs{axis, x.tensor};
  model_.operation(Operator::kSplit, inputs, tensors, Options::kSplit,
                   OptionsTable().scalar(tflite::split::kNumSplits, parts));
  return tensors;
}

void Operators::concatenate(std::span<const Tensor> inputs, const Value& result) {
  const std::int32_t axis = result.is_vector ? 1 : kChannelAxis;
  model_.operation(Operator::kConcatenation, inputs, {&result.tensor, 1}, Options::kConcatenation,
                   OptionsTable().scalar(concatenation::kAxis, axis));
}

Value Operators::scale_and_shift(const Value& x, const Sizes& sizes, std::span<const float> scale,
                                 std::span<const float> shift, std::string_view name, bool relu) {
  const Tensor factor = model_.floats(concat(name, ".scale"), sizes, scale);
  const Tensor term = model_.floats(concat(name, ".shift"), sizes, shift);
  const Value scaled = binary(Operator::kMul, x.tensor, factor, x, concat(name, ".scaled"));
  return binary(Operator::kAdd, scaled.tensor, term, x, name, relu);
}

}  // namespace tinycnn::tflite
