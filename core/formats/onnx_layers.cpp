// SPDX-License-Identifier: MIT
// The nodes of an ONNX graph that become layers, but for those with windows: see
// onnx_window_layers.cpp.
// Long because there is a function for each operator.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "formats/onnx_constants.h"
#include "formats/onnx_inputs.h"
#include "formats/onnx_lowering.h"
#include "formats/shortest_decimal.h"
#include "model/layer_shapes.h"
#include "support/text.h"

namespace tinycnn::onnx {
namespace {

constexpr std::size_t kImageRank = 3;

/// A float as the number that people write for it: 1e-5, not 9.99999974737875e-6.
double as_written(float value) {
  std::string text;
  if (std::isfinite(value)) {
    append_shortest(text, value);
  }
  // Without a point, strtod reads the same in every locale.
  const std::size_t point = text.find('.');
  if (point == std::string::npos) {
    return text.empty() ? double{value} : std::strtod(text.c_str(), nullptr);
  }
  const std::size_t end = std::min(text.find('e'), text.size());
  const long exponent = end < text.size() ? std::strtol(&text[end + 1], nullptr, 10) : 0;
  const auto decimals = static_cast<long>(end - point - 1);
  const std::string digits = text.substr(0, point) + text.substr(point + 1, end - point - 1);
  return std::strtod(concat(digits, "e", exponent - decimals).c_str(), nullptr);
}

}  // namespace

Value Lowering::unary(const Node& node, LayerSpec spec, const Value& given) {
  Value value = settled(node, given, given.view.rank() == kImageRank);
  spec.name = name_of(node);
  value.layer = network_.add(std::move(spec), {value.layer});
  return value;
}

Value Lowering::activation(const Node& node, LayerType type, const Value& input, bool is_alone) {
  Value value = unary(node, {.name = {}, .type = type}, input);
  value.is_alone = is_alone;
  return value;
}

Value Lowering::lower_layer(const Node& node, const std::vector<Value>& inputs) {
  const Value& first = inputs[0];
  const auto plain = [&](LayerType type) { return unary(node, {.name = {}, .type = type}, first); };
  using Lower = Value (Lowering::*)(const Node&, const std::vector<Value>&);
  struct Row {
    std::string_view op;
    Lower lower;
  };
  constexpr std::array<Row, 17> kRows{{{"Conv", &Lowering::lower_conv},
                                       {"Gemm", &Lowering::lower_gemm},
                                       {"MatMul", &Lowering::lower_matmul},
                                       {"BatchNormalization", &Lowering::lower_norm},
                                       {"Add", &Lowering::lower_arithmetic},
                                       {"Sub", &Lowering::lower_arithmetic},
                                       {"Mul", &Lowering::lower_arithmetic},
                                       {"Div", &Lowering::lower_arithmetic},
                                       {"Sum", &Lowering::lower_sum},
                                       {"Concat", &Lowering::lower_concat},
                                       {"Clip", &Lowering::lower_clip},
                                       {"PRelu", &Lowering::lower_prelu},
                                       {"Dropout", &Lowering::lower_dropout},
                                       {"ReduceMean", &Lowering::lower_mean},
                                       {"Pad", &Lowering::lower_pad},
                                       {"QuantizeLinear", &Lowering::lower_quantize},
                                       {"DequantizeLinear", &Lowering::lower_dequantize}}};
  for (const Row& row : kRows) {
    if (row.op == node.op) {
      return (this->*row.lower)(node, inputs);
    }
  }
  const std::string& op = node.op;
  if (op == "Relu" || op == "Sigmoid" || op == "Tanh") {
    return plain(op == "Relu"      ? LayerType::kReLU
                 : op == "Sigmoid" ? LayerType::kSigmoid
                                   : LayerType::kTanh);
  }
  if (op == "LeakyRelu") {
    const double slope = as_written(node.real("alpha", 0.01F));
    return unary(node, {.name = {}, .type = LayerType::kLeakyReLU, .negative_slope = slope}, first);
  }
  if (op == "Gelu" && node.text("approximate", "none") == "none") {
    return plain(LayerType::kGELU);
  }
  if (op == "MaxPool") {
    return lower_max_pool(node, first);
  }
  if (op == "AveragePool") {
    return lower_avg_pool(node, first);
  }
  if (op == "GlobalAveragePool" || op == "GlobalMaxPool") {
    return lower_global_pool(node, first);
  }
  if (op == "Softmax" || op == "LogSoftmax") {
    return lower_softmax(node, first);
  }
  refuse(node, "an operator that the engine has", op.substr(0, 80));
}

/// weight: [outputs, inputs], inputs in the order of the given value.
Value Lowering::linear(const Node& node, const Value& given, const std::vector<float>& weight,
                       std::size_t outputs, std::vector<float> bias) {
  std::vector<std::size_t> places;
  Value value = vector(node, given, places);
  const auto features = static_cast<std::size_t>(network_.shape(value.layer).channels);
  if (weight.size() != features * outputs) {
    refuse(node, concat("a weight for ", features, " features"),
           concat("one for ", weight.size() / outputs));
  }
  LayerWeights weights{.weight = weight, .bias = std::move(bias)};
  for (std::size_t i = 0; i < weight.size() && !places.empty(); ++i) {
    weights.weight[i / features * features + places[i % features]] = weight[i];
  }
  const bool has_bias = !weights.bias.empty();
  value.layer = network_.add({.name = name_of(node, node.inputs[1]),
                              .type = LayerType::kLinear,
                              .out_features = static_cast<int>(outputs),
                              .bias = has_bias},
                             {value.layer}, std::move(weights));
  value.view = View(Sizes{static_cast<std::int64_t>(outputs)});
  return value;
}

Value Lowering::lower_gemm(const Node& node, const std::vector<Value>& inputs) {
  const Constant& constant = constant_of(node, inputs, 1);
  if (constant.dims.size() != 2 || constant.size() == 0 || node.integer("transA", 0) != 0) {
    refuse(node, "a matrix of weights, transA 0", "another");
  }
  const bool transposed = node.integer("transB", 0) != 0;
  const float alpha = node.real("alpha", 1.0F);
  const auto outputs = static_cast<std::size_t>(constant.dims[transposed ? 0 : 1]);
  const std::size_t features = constant.size() / outputs;
  std::vector<float> weight = reals_of(node, inputs, 1, constant.size());
  if (!transposed) {
    for (std::size_t i = 0; i < weight.size(); ++i) {
      weight[i] = constant.reals[i % features * outputs + i / features];
    }
  }
  std::ranges::for_each(weight, [&](float& each) { each *= alpha; });
  std::vector<float> bias;
  if (node.has_input(2)) {
    const Constant& added = constant_of(node, inputs, 2);
    if (added.size() != outputs && added.size() != 1) {
      refuse(node, concat(outputs, " biases"), concat(added.size()));
    }
    const float beta = node.real("beta", 1.0F);
    for (std::size_t i = 0; i < outputs; ++i) {
      bias.push_back(beta * static_cast<float>(added.at(added.size() == 1 ? 0 : i)));
    }
  }
  return linear(node, input_of(node, inputs, 0), weight, outputs, std::move(bias));
}

Value Lowering::lower_matmul(const Node& node, const std::vector<Value>& inputs) {
  const Constant& constant = constant_of(node, inputs, 1);
  if (constant.dims.size() != 2 || constant.size() == 0) {
    refuse(node, "a matrix of weights", "another");
  }
  const auto outputs = static_cast<std::size_t>(constant.dims[1]);
  const std::size_t features = constant.size() / outputs;
  std::vector<float> weight = reals_of(node, inputs, 1, constant.size());
  for (std::size_t i = 0; i < weight.size(); ++i) {
    weight[i] = constant.reals[i % features * outputs + i / features];
  }
  if (input_of(node, inputs, 0).view.rank() != 1) {
    refuse(node, "a vector to multiply", "an image");
  }
  return linear(node, inputs[0], weight, outputs, {});
}

Value Lowering::lower_norm(const Node& node, const std::vector<Value>& inputs) {
  if (node.integer("spatial", 1) != 1 || node.integer("training_mode", 0) != 0) {
    refuse(node, "a batch norm per channel by running statistics", "another");
  }
  const Value& given = input_of(node, inputs, 0);
  Value value = settled(node, given, given.view.rank() == kImageRank);
  std::array<std::vector<float>, 4> numbers;
  const bool is_vector = value.view.rank() == 1;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    // Along axis 1, whatever follows it.
    Constant along = constant_of(node, inputs, i + 1);
    if (along.is_integer || static_cast<std::int64_t>(along.size()) != value.view.size(0)) {
      refuse(node, concat(value.view.size(0), " numbers per input"), concat(along.size()));
    }
    along.dims.assign(value.view.rank(), 1);
    along.dims[0] = static_cast<std::int64_t>(along.size());
    numbers[i] = per_channel(node, value, along);
  }
  const Shape& shape = network_.shape(value.layer);
  const bool is_flat = is_vector && shape.height == 1 && shape.width == 1;
  value.layer = network_.add(
      {.name = name_of(node, node.inputs[1]),
       .type = is_flat ? LayerType::kBatchNorm1d : LayerType::kBatchNorm2d,
       .eps = as_written(node.real("epsilon", 1e-5F))},
      {value.layer},
      {.weight = numbers[0], .bias = numbers[1], .mean = numbers[2], .variance = numbers[3]});
  return value;
}

/// The mean of each channel, where the other axes are those that it is taken over.
Value Lowering::lower_mean(const Node& node, const std::vector<Value>& inputs) {
  Value value = settled(node, inputs[0], true);
  const bool has_axes = node.has_input(1);
  const Sizes axes =
      integers_of(node, "axes", has_axes ? input_of(node, inputs, 1).constant : nullptr, {});
  const std::size_t rank = value.view.rank() + 1;
  std::vector<bool> reduced(rank, false);
  for (const std::int64_t axis : axes) {
    reduced[axis_of(node, axis, rank)] = true;
  }
  const Shape shape = network_.shape(value.layer);
  const bool keeps = node.integer("keepdims", 1) != 0;
  Sizes sizes;
  std::size_t kept = 0;
  bool is_mean = rank == kImageRank + 1 && !reduced[0] &&
                 value.view.size() == static_cast<std::int64_t>(shape.size());
  for (std::size_t i = 1; i < rank; ++i) {
    if (!reduced[i]) {
      ++kept;
      is_mean = is_mean && value.view.is_channels(i - 1, shape);
    }
    if (!reduced[i] || keeps) {
      sizes.push_back(reduced[i] ? 1 : value.view.size(i - 1));
    }
  }
  if (!is_mean || kept != 1) {
    refuse(node, "the mean of each channel over height and width", "another mean");
  }
  value.layer =
      network_.add({.name = name_of(node), .type = LayerType::kGlobalAvgPool2d}, {value.layer});
  value.view = View(sizes);
  return value;
}

Value Lowering::lower_softmax(const Node& node, const Value& given) {
  constexpr std::int64_t kAxisVersion = 13;
  const std::size_t rank = given.view.rank() + 1;
  const std::size_t axis =
      axis_of(node, node.integer("axis", opset_ < kAxisVersion ? 1 : -1), rank);
  const Sizes sizes = given.view.sizes();
  std::vector<std::size_t> places;
  const bool is_whole = axis > 0 && sizes[axis - 1] == given.view.size();
  if (!is_whole && !(opset_ < kAxisVersion && axis == 1)) {
    refuse(node, "a softmax over all values of a sample", concat("one over axis ", axis));
  }
  Value value = settled(node, given, false);
  value.layer = network_.flattened(value.layer);
  const LayerType type = node.op == "Softmax" ? LayerType::kSoftmax : LayerType::kLogSoftmax;
  value.layer = network_.add({.name = name_of(node), .type = type}, {value.layer});
  return value;
}

Value Lowering::lower_dropout(const Node& node, const std::vector<Value>& inputs) {
  const double ratio = node.has_input(1)
                           ? as_written(static_cast<float>(reals_of(node, inputs, 1, 1).front()))
                           : as_written(node.real("ratio", 0.5F));
  if (!(ratio >= 0.0 && ratio < 1.0)) {
    refuse(node, "a ratio from 0 to below 1", concat(ratio));
  }
  return unary(node, {.name = {}, .type = LayerType::kDropout, .p = ratio}, inputs[0]);
}

Value Lowering::lower_clip(const Node& node, const std::vector<Value>& inputs) {
  constexpr float kMax = std::numeric_limits<float>::max();
  const auto bound = [&](std::size_t index, std::string_view attribute, float otherwise) {
    if (!node.has_input(index)) {
      return double{node.real(attribute, otherwise)};
    }
    const Constant& constant = constant_of(node, inputs, index);
    return constant.size() == 1 ? constant.at(0) : std::nan("");
  };
  const double min = bound(1, "min", -kMax);
  const double max = bound(2, "max", kMax);
  const bool is_relu6 = max == 6.0;
  if (min != 0.0 || !(is_relu6 || max >= double{kMax})) {
    refuse(node, "a Clip that is a ReLU or a ReLU6", concat("one from ", min, " to ", max));
  }
  return unary(node, {.name = {}, .type = is_relu6 ? LayerType::kReLU6 : LayerType::kReLU},
               inputs[0]);
}

Value Lowering::lower_prelu(const Node& node, const std::vector<Value>& inputs) {
  const Constant& slopes = constant_of(node, inputs, 1);
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    if (slopes.at(i) != slopes.at(0)) {
      refuse(node, "one slope for all channels", "several");
    }
  }
  if (slopes.size() == 0 || slopes.is_integer) {
    refuse(node, "a slope", "none");
  }
  return unary(node,
               {.name = {},
                .type = LayerType::kLeakyReLU,
                .negative_slope = as_written(slopes.reals.front())},
               inputs[0]);
}

Value Lowering::lower_sum(const Node& node, const std::vector<Value>& inputs) {
  return lower_elementwise(node, inputs, LayerType::kAdd);
}

/// Two values of one shape, or a map and a vector of its channels, which is broadcast to it.
Value Lowering::lower_product(const Node& node, const std::vector<Value>& inputs) {
  std::array<Value, 2> values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Value& given = input_of(node, inputs, i);
    values[i] = settled(node, given, given.view.rank() == kImageRank);
  }
  const Value& map = values[values[1].view.size() > values[0].view.size() ? 1 : 0];
  const Value& vector = values[&map == &values[0] ? 1 : 0];
  if (vector.view.size() == map.view.size()) {
    return lower_elementwise(node, inputs, LayerType::kMultiply);
  }
  const Shape& shape = network_.shape(map.layer);
  const Shape channels{shape.channels, 1, 1};
  std::array<std::size_t, 3> perm{0, 1, 2};
  do {
    if (network_.shape(vector.layer) == channels && View(shape).transposed(perm) == map.view &&
        View(channels).transposed(perm) == vector.view) {
      Value value = map;
      value.layer = network_.add({.name = name_of(node), .type = LayerType::kMultiply},
                                 {values[0].layer, values[1].layer});
      return value;
    }
  } while (std::ranges::next_permutation(perm).found);
  refuse(node, "values of one shape, or an image and a number for each of its channels", "others");
}

Value Lowering::lower_elementwise(const Node& node, const std::vector<Value>& inputs,
                                  LayerType type) {
  std::vector<Value> values;
  std::vector<int> layers;
  bool is_same = true;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const Value& given = input_of(node, inputs, i);
    values.push_back(settled(node, given, given.view.rank() == kImageRank));
    is_same = is_same && values[i].view == values[0].view &&
              network_.shape(values[i].layer) == network_.shape(values[0].layer);
  }
  std::vector<std::size_t> first_places;
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::vector<std::size_t> places;
    values[i] = is_same ? values[i] : vector(node, values[i], places);
    if (i > 0 && places != first_places) {
      refuse(node, "values in the same order", "permuted ones");
    }
    first_places = std::move(places);
    layers.push_back(values[i].layer);
  }
  if (layers.size() == 1) {
    return values[0];
  }
  Value value = values[0];
  value.layer = network_.add({.name = name_of(node), .type = type}, layers);
  return value;
}

Value Lowering::lower_concat(const Node& node, const std::vector<Value>& inputs) {
  std::vector<Value> values;
  std::vector<int> layers;
  const std::size_t rank = inputs[0].view.rank() + 1;
  const std::size_t axis = axis_of(node, node.integer("axis", 1), rank);
  Sizes sizes;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const Value& given = input_of(node, inputs, i);
    Value value = settled(node, given, true);
    if (axis == 0 || value.view.rank() + 1 != rank) {
      refuse(node, "values joined along their channels", "others");
    }
    if (!value.view.is_channels(axis - 1, network_.shape(value.layer))) {
      std::vector<std::size_t> places;
      value = vector(node, value, places);
      if (!places.empty() || rank != 2) {
        refuse(node, "values joined along their channels", "others");
      }
    }
    values.push_back(value);
    layers.push_back(value.layer);
  }
  Value value = values[0];
  value.layer = network_.add({.name = name_of(node), .type = LayerType::kConcat}, layers);
  const Shape& shape = network_.shape(value.layer);
  // The others lie within a channel: their axes are those of the first value.
  const View image(shape);
  const Sizes first = values[0].view.sizes();
  std::array<std::size_t, 3> perm{0, 1, 2};
  for (const Value& other : values) {
    Sizes others = other.view.sizes();
    others[axis - 1] = first[axis - 1];
    if (others != first) {
      refuse(node, "values of the same sides", "others");
    }
  }
  if (rank == 2) {
    value.view = View(Sizes{shape.channels});
    return value;
  }
  do {
    const View candidate = View(network_.shape(layers[0])).transposed(perm);
    if (rank == kImageRank + 1 && candidate == values[0].view) {
      const bool is_same = std::ranges::all_of(values, [&](const Value& other) {
        return View(network_.shape(other.layer)).transposed(perm) == other.view;
      });
      if (is_same) {
        value.view = image.transposed(perm);
        return value;
      }
    }
  } while (std::ranges::next_permutation(perm).found);
  refuse(node, "images whose axes lie alike", "others");
}

/// Add, Sub, Mul and Div of a value and a constant; a sum or product of two values.
Value Lowering::lower_arithmetic(const Node& node, const std::vector<Value>& inputs) {
  const Value& a = input_of(node, inputs, 0);
  const Value& b = input_of(node, inputs, 1);
  if (a.constant == nullptr && b.constant == nullptr) {
    return node.op == "Add"   ? lower_sum(node, inputs)
           : node.op == "Mul" ? lower_product(node, inputs)
                              : (refuse(node, "a constant to calculate with",
                                        "two values that depend on the input"),
                                 Value{});
  }
  const bool is_first = a.constant != nullptr;
  const Constant& constant = is_first ? *a.constant : *b.constant;
  Value value = is_first ? b : a;
  if ((node.op == "Div" && is_first) || constant.size() == 0) {
    refuse(node, "a value divided by a constant", "a constant divided by a value");
  }
  const auto scale_by = [&](double number) {
    return node.op == "Mul"               ? number
           : node.op == "Div"             ? 1.0 / number
           : node.op == "Sub" && is_first ? -1.0
                                          : 1.0;
  };
  const auto shift_by = [&](double number) {
    return node.op == "Add" ? number : node.op == "Sub" ? (is_first ? number : -number) : 0.0;
  };
  if (value.layer == kInput && constant.size() == 1) {
    value.shift = value.shift * scale_by(constant.at(0)) + shift_by(constant.at(0));
    value.scale *= scale_by(constant.at(0));
    return value;
  }
  value = settled(node, value, value.view.rank() == kImageRank);
  const std::vector<float> numbers = per_channel(node, value, constant);
  std::vector<float> scale;
  std::vector<float> shift;
  for (const float number : numbers) {
    scale.push_back(static_cast<float>(scale_by(double{number})));
    shift.push_back(static_cast<float>(shift_by(double{number})));
  }
  value.layer = network_.add_affine(value.layer, value.is_alone, name_of(node), scale, shift);
  return value;
}

}  // namespace tinycnn::onnx
