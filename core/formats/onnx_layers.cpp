// SPDX-License-Identifier: MIT
// The nodes of an ONNX graph that become layers.
// Long because it has one function for each operator, which belong side by side.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <tuple>

#include "formats/onnx_constants.h"
#include "formats/onnx_lowering.h"
#include "formats/onnx_windows.h"
#include "formats/shortest_decimal.h"
#include "model/layer_shapes.h"
#include "support/text.h"

namespace tinycnn::onnx {
namespace {

/// Kernels may grow by zeros to this many times their weights.
constexpr std::int64_t kMaxGrowth = 64;
constexpr std::size_t kImageRank = 3;

[[noreturn]] void refuse(const Node& node, std::string_view expected, std::string_view got) {
  fail(where(node), "expected ", expected, ", got ", got);
}

const Value& input_of(const Node& node, const std::vector<Value>& inputs, std::size_t index) {
  if (index >= inputs.size() || !node.has_input(index)) {
    refuse(node, concat("at least ", index + 1, " inputs"), concat(node.inputs.size()));
  }
  return inputs[index];
}

const Constant& constant_of(const Node& node, const std::vector<Value>& inputs, std::size_t index) {
  const SharedConstant& constant = input_of(node, inputs, index).constant;
  if (constant == nullptr) {
    refuse(node, concat("input ", index, " to be constant"), "one that depends on the network's");
  }
  return *constant;
}

/// The floating-point values of a constant, of which there must be `count`.
std::vector<float> reals_of(const Node& node, const std::vector<Value>& inputs, std::size_t index,
                            std::size_t count) {
  const Constant& constant = constant_of(node, inputs, index);
  if (constant.is_integer || constant.size() != count) {
    refuse(node, concat(count, " numbers as input ", index),
           concat(constant.size(), constant.is_integer ? " integers" : ""));
  }
  return constant.reals;
}

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

/// [outputs, channels, kernel height, kernel width] with each kernel inside a larger one.
std::vector<float> grown(const std::vector<float>& weight, const Windows& windows,
                         const std::array<Embedding, 2>& larger) {
  const auto at = [](std::int64_t value) { return static_cast<std::size_t>(value); };
  const std::size_t small = at(windows[0].kernel * windows[1].kernel);
  const std::size_t large = at(larger[0].kernel * larger[1].kernel);
  std::vector<float> result(weight.size() / small * large, 0.0F);
  for (std::size_t kernel = 0; kernel < weight.size() / small; ++kernel) {
    for (std::int64_t r = 0; r < windows[0].kernel; ++r) {
      for (std::int64_t s = 0; s < windows[1].kernel; ++s) {
        const std::int64_t row = larger[0].first + r * windows[0].dilation;
        const std::int64_t column = larger[1].first + s * windows[1].dilation;
        result[kernel * large + at(row * larger[1].kernel + column)] =
            weight[kernel * small + at(r * windows[1].kernel + s)];
      }
    }
  }
  return result;
}

Size2d size_of(std::int64_t height, std::int64_t width) {
  return {static_cast<int>(height), static_cast<int>(width)};
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
  constexpr std::array<Row, 15> kRows{{{"Conv", &Lowering::lower_conv},
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
                                       {"Pad", &Lowering::lower_pad}}};
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

Value Lowering::lower_conv(const Node& node, const std::vector<Value>& inputs) {
  Value value = image(node, input_of(node, inputs, 0));
  const Shape& shape = network_.shape(value.layer);
  const Sizes& dims = constant_of(node, inputs, 1).dims;
  if (dims.size() != 4) {
    refuse(node, "a convolution of images", concat("one with a weight of ", dims.size(), " axes"));
  }
  const std::size_t count = constant_of(node, inputs, 1).size();
  std::vector<float> weight = reals_of(node, inputs, 1, count);
  const std::int64_t group = node.integer("group", 1);
  if (group < 1 || count == 0 || group > shape.channels || dims[1] * group != shape.channels ||
      dims[0] > kMaxChannels) {
    refuse(node, concat("a weight for ", shape.channels, " channels in ", group, " groups"),
           concat("one for ", dims[1]));
  }
  const Windows windows = windows_of(node, {dims[2], dims[3]}, shape);
  const std::array larger{Embedding(windows[0], shape.height), Embedding(windows[1], shape.width)};
  const std::int64_t grows = larger[0].kernel * larger[1].kernel;
  if (grows > kMaxGrowth * dims[2] * dims[3] || grows > kMaxSide * kMaxSide ||
      dims[0] * dims[1] * grows > kMaxParameters) {
    refuse(node,
           concat("dilations and pads that a kernel of up to ", kMaxGrowth,
                  " times the size can express"),
           concat(larger[0].kernel, "x", larger[1].kernel));
  }
  if (grows != dims[2] * dims[3]) {
    weight = grown(weight, windows, larger);
    notes_.push_back(concat(title(node),
                            ": dilation or uneven padding became zeros in a kernel of ",
                            larger[0].kernel, "x", larger[1].kernel, "."));
  }
  const bool bias = node.has_input(2);
  LayerWeights weights{.weight = std::move(weight)};
  if (bias) {
    weights.bias = reals_of(node, inputs, 2, static_cast<std::size_t>(dims[0]));
  }
  value.layer = network_.add({.name = name_of(node, node.inputs[1]),
                              .type = LayerType::kConv2d,
                              .out_channels = static_cast<int>(dims[0]),
                              .kernel_size = size_of(larger[0].kernel, larger[1].kernel),
                              .stride = size_of(windows[0].stride, windows[1].stride),
                              .padding = size_of(larger[0].padding, larger[1].padding),
                              .groups = static_cast<int>(group),
                              .bias = bias},
                             {value.layer}, std::move(weights));
  value.view = View(network_.shape(value.layer));
  return value;
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

int Lowering::padded(const Node& node, int layer, const Sizes& pads) {
  const auto [top, left, bottom, right] = std::tuple(pads[0], pads[1], pads[2], pads[3]);
  const Shape& shape = network_.shape(layer);
  const std::int64_t height = 1 + std::abs(top - bottom);
  const std::int64_t width = 1 + std::abs(left - right);
  const std::int64_t up = std::max(top, bottom);
  const std::int64_t aside = std::max(left, right);
  if (height * width * shape.channels > kMaxSide * kMaxGrowth) {
    refuse(node, "smaller pads", "some that the engine cannot express");
  }
  const auto kernel = static_cast<std::size_t>(height * width);
  std::vector<float> weight(kernel * static_cast<std::size_t>(shape.channels), 0.0F);
  for (auto at = static_cast<std::size_t>((up - top) * width + aside - left); at < weight.size();
       at += kernel) {
    weight[at] = 1.0F;
  }
  notes_.push_back(concat(title(node), ": its pads became a convolution that copies."));
  return network_.add({.name = "pad",
                       .type = LayerType::kConv2d,
                       .out_channels = shape.channels,
                       .kernel_size = size_of(height, width),
                       .padding = size_of(up, aside),
                       .groups = shape.channels,
                       .bias = false,
                       .frozen = true},
                      {layer}, {.weight = std::move(weight)});
}

Value Lowering::lower_max_pool(const Node& node, const Value& given) {
  Value value = image(node, given);
  const Shape& shape = network_.shape(value.layer);
  const Windows windows = windows_of(node, node.integers("kernel_shape", {}), shape);
  const std::array<std::int64_t, 2> sides{shape.height, shape.width};
  bool is_even = true;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (windows[i].dilation != 1) {
      refuse(node, "a pooling without dilation", "one with it");
    }
    is_even &= Embedding(windows[i], sides[i]).kernel == windows[i].kernel &&
               windows[i].before <= windows[i].kernel / 2;
  }
  Size2d padding = size_of(windows[0].before, windows[1].before);
  if (!is_even) {
    if (!network_.is_nonnegative(value.layer)) {
      refuse(node, "the same padding on both sides, or an input that is never negative",
             "uneven padding behind no ReLU");
    }
    value.layer =
        padded(node, value.layer,
               {windows[0].before, windows[1].before, windows[0].after, windows[1].after});
    padding = {};
  }
  value.layer = network_.add({.name = name_of(node),
                              .type = LayerType::kMaxPool2d,
                              .kernel_size = size_of(windows[0].kernel, windows[1].kernel),
                              .stride = size_of(windows[0].stride, windows[1].stride),
                              .padding = padding},
                             {value.layer});
  value.view = View(network_.shape(value.layer));
  return value;
}

Value Lowering::lower_avg_pool(const Node& node, const Value& given) {
  Value value = image(node, given);
  const Shape& shape = network_.shape(value.layer);
  const Windows windows = windows_of(node, node.integers("kernel_shape", {}), shape);
  const Sizes pads = node.integers("pads", {0, 0, 0, 0});
  const std::array<std::int64_t, 2> sides{shape.height, shape.width};
  const bool counts = node.integer("count_include_pad", 0) != 0;
  bool is_even = true;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const auto& [kernel, stride, dilation, before, after] = windows[i];
    const bool is_padded = before > 0 || after > 0;
    const bool is_extended = pads.size() == 4 && after > pads[i + 2];
    if (dilation != 1 || (is_padded && (!counts || is_extended))) {
      refuse(node, "an average of whole windows (count_include_pad 1 where it is padded)",
             "one that leaves pixels out");
    }
    is_even &= Embedding(windows[i], sides[i]).kernel == kernel && before <= kernel / 2;
  }
  Size2d padding = size_of(windows[0].before, windows[1].before);
  if (!is_even) {
    value.layer =
        padded(node, value.layer,
               {windows[0].before, windows[1].before, windows[0].after, windows[1].after});
    padding = {};
  }
  value.layer = network_.add({.name = name_of(node),
                              .type = LayerType::kAvgPool2d,
                              .kernel_size = size_of(windows[0].kernel, windows[1].kernel),
                              .stride = size_of(windows[0].stride, windows[1].stride),
                              .padding = padding},
                             {value.layer});
  value.view = View(network_.shape(value.layer));
  return value;
}

Value Lowering::lower_global_pool(const Node& node, const Value& given) {
  Value value = image(node, given);
  const Shape& shape = network_.shape(value.layer);
  LayerSpec spec{.name = name_of(node), .type = LayerType::kGlobalAvgPool2d};
  if (node.op == "GlobalMaxPool") {
    spec.type = LayerType::kMaxPool2d;
    spec.kernel_size = {shape.height, shape.width};
  }
  value.layer = network_.add(std::move(spec), {value.layer});
  value.view = View(network_.shape(value.layer));
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

Value Lowering::lower_pad(const Node& node, const std::vector<Value>& inputs) {
  const Value& first = inputs[0];
  const bool has_pads = node.has_input(1);
  const Sizes pads =
      integers_of(node, "pads", has_pads ? input_of(node, inputs, 1).constant : nullptr, {});
  const double filled = node.has_input(2) ? double{reals_of(node, inputs, 2, 1).front()}
                                          : double{node.real("value", 0.0F)};
  const bool is_plain = pads.size() == 8 && pads[0] == 0 && pads[1] == 0 && pads[4] == 0 &&
                        pads[5] == 0 && node.text("mode", "constant") == "constant" &&
                        filled == 0.0 && !node.has_input(3);
  const auto in_range = [](std::int64_t pad) { return pad >= 0 && pad <= kMaxSide; };
  if (!is_plain || !std::ranges::all_of(pads, in_range)) {
    refuse(node, "zeros around an image", "another padding");
  }
  Value value = image(node, first);
  value.layer = padded(node, value.layer, {pads[2], pads[3], pads[6], pads[7]});
  value.view = View(network_.shape(value.layer));
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
  if (min != 0.0 || !(max >= double{kMax})) {
    refuse(node, "a Clip that is a ReLU (the engine has no ReLU6)",
           concat("one from ", min, " to ", max));
  }
  return unary(node, {.name = {}, .type = LayerType::kReLU}, inputs[0]);
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
  value.layer = network_.add({.name = name_of(node), .type = LayerType::kAdd}, layers);
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

/// Add, Sub, Mul and Div of a value and a constant; a sum of two values.
Value Lowering::lower_arithmetic(const Node& node, const std::vector<Value>& inputs) {
  const Value& a = input_of(node, inputs, 0);
  const Value& b = input_of(node, inputs, 1);
  if (a.constant == nullptr && b.constant == nullptr) {
    return node.op == "Add" ? lower_sum(node, inputs)
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
