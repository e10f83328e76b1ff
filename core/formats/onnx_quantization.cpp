// SPDX-License-Identifier: MIT
// QuantizeLinear and DequantizeLinear: weights that are integers become real, and values that are
// rounded to integers go through a fakeQuantize layer, which rounds to the same numbers.
#include <algorithm>
#include <cmath>

#include "formats/onnx_constants.h"
#include "formats/onnx_inputs.h"
#include "formats/onnx_lowering.h"
#include "support/text.h"

namespace tinycnn::onnx {
namespace {

constexpr std::int64_t kInt8 = 3;  // TensorProto.DataType

bool is_scale(float scale) { return scale > 0.0F && std::isfinite(scale); }

/// Of all values. 8-bit integers without a sign count from -128 here.
LayerSpec rounding_of(const Node& node, const std::vector<Value>& inputs) {
  LayerSpec spec{.name = {}, .type = LayerType::kFakeQuantize};
  const float scale = reals_of(node, inputs, 1, 1).front();
  if (!is_scale(scale)) {
    refuse(node, "a scale above 0", concat(double{scale}));
  }
  spec.scale = double{scale};
  const bool has_zero_point = node.has_input(2);
  const bool is_signed = has_zero_point ? !constant_of(node, inputs, 2).is_unsigned
                                        : node.integer("output_dtype", 0) == kInt8;
  std::int64_t zero_point = is_signed ? 0 : -128;
  if (has_zero_point) {
    const Constant& constant = constant_of(node, inputs, 2);
    if (!constant.is_integer || constant.size() != 1) {
      refuse(node, "one integer as zero point", concat(constant.size(), " numbers"));
    }
    zero_point += constant.integers.front();
  }
  if (zero_point < -128 || zero_point > 127) {
    refuse(node, "integers of 8 bits", "others");
  }
  spec.zero_point = static_cast<int>(zero_point);
  return spec;
}

}  // namespace

SharedConstant dequantized(const Node& node, const std::vector<SharedConstant>& inputs) {
  const auto input = [&](std::size_t index) {
    return index < inputs.size() ? inputs[index] : nullptr;
  };
  const SharedConstant& integers = input(0);
  const SharedConstant scales = input(1);
  const SharedConstant zero_points = input(2);
  const bool is_of_numbers = integers != nullptr && integers->is_integer && scales != nullptr &&
                             !scales->is_integer &&
                             (zero_points == nullptr || zero_points->is_integer);
  if (!is_of_numbers || node.integer("block_size", 0) != 0) {
    refuse(node, "integers, and one real scale or one for each index of an axis", "others");
  }
  const std::size_t count = scales->size();
  const std::size_t axis =
      count == 1 ? 0 : axis_of(node, node.integer("axis", 1), integers->dims.size());
  std::size_t inner = 1;
  for (std::size_t i = axis + 1; count > 1 && i < integers->dims.size(); ++i) {
    inner *= static_cast<std::size_t>(std::max<std::int64_t>(integers->dims[i], 0));
  }
  const bool fits = count == 1 || static_cast<std::int64_t>(count) == integers->dims[axis];
  if (!fits || (zero_points != nullptr && zero_points->size() != count) ||
      !std::ranges::all_of(scales->reals, is_scale)) {
    refuse(node, "as many scales above 0 and zero points as the axis has indices", "others");
  }
  auto result = std::make_shared<Constant>();
  result->dims = integers->dims;
  for (std::size_t i = 0; i < integers->size(); ++i) {
    const std::size_t which = count == 1 ? 0 : i / inner % count;
    const std::int64_t zero = zero_points == nullptr ? 0 : zero_points->integers[which];
    result->reals.push_back(static_cast<float>(integers->integers[i] - zero) *
                            scales->reals[which]);
  }
  return result;
}

Value Lowering::lower_quantize(const Node& node, const std::vector<Value>& inputs) {
  return unary(node, rounding_of(node, inputs), inputs[0]);
}

/// What QuantizeLinear gave is real already.
Value Lowering::lower_dequantize(const Node& node, const std::vector<Value>& inputs) {
  const LayerSpec spec = rounding_of(node, inputs);
  const int layer = inputs[0].layer;
  const bool is_same = layer != kInput && network_.spec(layer).type == LayerType::kFakeQuantize &&
                       network_.spec(layer).scale == spec.scale &&
                       network_.spec(layer).zero_point == spec.zero_point;
  if (!is_same) {
    refuse(node, "scale and zero point of the QuantizeLinear before it", "others");
  }
  return inputs[0];
}

}  // namespace tinycnn::onnx
