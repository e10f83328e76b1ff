// SPDX-License-Identifier: MIT
// A quantized network as TensorFlow Lite, of operators that TensorFlow Lite Micro has as well: int8
// in and out, weights per channel, int32 biases. Its reference kernels give the same integers as
// the engine.
#include <array>

#include "formats/quantized_writers.h"
#include "formats/tflite_operators.h"
#include "support/text.h"

namespace tinycnn {
namespace {

using tflite::channels_last;
using tflite::dilated;
using tflite::fused_relu;
using tflite::Operator;
using tflite::Options;
using tflite::OptionsTable;
using tflite::Padding;
using tflite::Quantized;
using tflite::Sizes;
using tflite::strided;
using tflite::Tensor;
using tflite::TensorType;
using tflite::Value;

constexpr std::int32_t kMaxInt8 = 127;

Quantized to_tflite(const Quantization& quantization) {
  return {.scales = {quantization.scale}, .zero_point = quantization.zero_point};
}

class QuantizedTfliteWriter : private tflite::Operators {
 public:
  explicit QuantizedTfliteWriter(const QuantizedModel& model)
      : Operators(TensorType::kInt8), quantized_(model) {}

  std::vector<std::uint8_t> write(const std::string& name) {
    values_.push_back(make(kInputName, quantized_.input(), /*is_vector=*/false,
                           to_tflite(quantized_.input_quantization())));
    const Tensor input = values_.back().tensor;
    for (std::size_t i = 0; i < quantized_.steps().size(); ++i) {
      values_.push_back(write_step(i));
    }
    const Tensor output = as_vector(values_.back(), "scores").tensor;
    for (const auto& [key, text] : quantized_.facts().metadata) {
      model_.metadata(key, text);
    }
    return model_.finish(name, "TinyCNN " TINYCNN_VERSION, input, output);
  }

 private:
  [[nodiscard]] const Value& value_of(int index) const {
    return values_[static_cast<std::size_t>(index + 1)];
  }

  static tflite::Window window_of(const QuantizedStep& step) {
    return {step.kernel_size, step.stride, step.padding, step.input, step.output, step.dilation};
  }

  static tflite::FusedActivation activation_of(const QuantizedStep& step) {
    return step.relu6  ? tflite::FusedActivation::kRelu6
           : step.relu ? tflite::FusedActivation::kRelu
                       : tflite::FusedActivation::kNone;
  }

  Value make_output(const QuantizedStep& step, bool is_vector) {
    return make(step.name, step.output, is_vector, to_tflite(step.quantization));
  }

  Value write_step(std::size_t index) {
    const QuantizedStep& step = quantized_.steps()[index];
    const Value& x = value_of(step.inputs.front());
    switch (step.operation) {
      case QuantizedOperation::kConv2d:
        return write_conv2d(step, as_image(x, step.name));
      case QuantizedOperation::kLinear:
        return write_linear(step, as_vector(x, step.name));
      case QuantizedOperation::kMaxPool2d:
      case QuantizedOperation::kAvgPool2d:
        return write_pool(step, as_image(x, step.name));
      case QuantizedOperation::kAdd:
        return write_sum(step);
      case QuantizedOperation::kMultiply:
        return write_product(step);
      case QuantizedOperation::kConcat:
        return write_concat(step);
      case QuantizedOperation::kZeroPad2d:
        return zero_pad(as_image(x, step.name), step.sides, step.name);
      case QuantizedOperation::kFlatten:
        return flatten(x, only_linear_reads(static_cast<int>(index)), step.name);
      case QuantizedOperation::kActivation:
        return write_activation(step, x);
      case QuantizedOperation::kRequantize:
        return write_unary(Operator::kQuantize, step, x, Options::kQuantize);
    }
    return x;
  }

  [[nodiscard]] bool only_linear_reads(int index) const {
    bool is_read = false;
    for (const QuantizedStep& step : quantized_.steps()) {
      for (const int input : step.inputs) {
        if (input == index && step.operation != QuantizedOperation::kLinear) {
          return false;
        }
        is_read |= input == index;
      }
    }
    return is_read;
  }

  Value write_conv2d(const QuantizedStep& step, const Value& x) {
    const auto [input, padding] = pad_for_conv2d(window_of(step), x, step.name);
    if (step.groups == step.input.channels && step.groups > 1) {
      return write_depthwise(step, input, padding);
    }
    const Value result = make_output(step, false);
    if (step.groups == 1) {
      write_group(step, 0, padding, input, result.tensor);
      return result;
    }
    const std::vector<Tensor> parts = split(input, step.groups, step.name);
    Shape shape = step.output;
    shape.channels /= step.groups;
    std::vector<Tensor> outputs;
    for (int group = 0; group < step.groups; ++group) {
      Value part = input;
      part.tensor = parts[static_cast<std::size_t>(group)];
      outputs.push_back(
          make(concat(step.name, ".group"), shape, false, to_tflite(step.quantization)).tensor);
      write_group(step, group, padding, part, outputs.back());
    }
    concatenate(outputs, result);
    return result;
  }

  /// In units of the products of weights and inputs.
  Tensor bias_of(const QuantizedStep& step, const Value& x, std::size_t first, std::size_t count) {
    Quantized quantized;
    const std::size_t scales = step.weight_scale.size() == 1 ? 1 : count;
    for (std::size_t k = 0; k < scales; ++k) {
      const float scale = step.weight_scale[step.weight_scale.size() == 1 ? 0 : first + k];
      quantized.scales.push_back(x.quantized.scales.front() * scale);
    }
    return model_.integers(concat(step.name, ".bias"), {static_cast<std::int32_t>(count)},
                           std::span(step.bias).subspan(first, count), quantized);
  }

  /// [K][1][R][S] to [1][R][S][K].
  Value write_depthwise(const QuantizedStep& step, const Value& x, Padding padding) {
    const auto& [height, width] = step.kernel_size;
    const int outputs = step.output.channels;
    const Quantized quantized{.scales = step.weight_scale, .dimension = 3};
    const Tensor weight = model_.bytes(
        concat(step.name, ".weight"), {1, height, width, outputs},
        channels_last<std::int8_t>(step.weight, 1, {outputs, height, width}), quantized);
    const Tensor bias = bias_of(step, x, 0, step.bias.size());
    const Value result = make_output(step, false);
    model_.operation(
        Operator::kDepthwiseConv2d, {x.tensor, weight, bias}, result.tensor,
        Options::kDepthwiseConv2d,
        dilated(
            strided(window_of(step), padding)
                .scalar(tflite::depthwise_conv2d::kDepthMultiplier, outputs / step.input.channels)
                .scalar(tflite::depthwise_conv2d::kActivation, activation_of(step)),
            step.dilation, tflite::depthwise_conv2d::kDilationWidth,
            tflite::depthwise_conv2d::kDilationHeight));
    return result;
  }

  void write_group(const QuantizedStep& step, int group, Padding padding, const Value& x,
                   Tensor y) {
    const auto outputs = static_cast<std::size_t>(step.output.channels / step.groups);
    const Shape kernel{step.input.channels / step.groups, step.kernel_size.height,
                       step.kernel_size.width};
    const std::size_t first = static_cast<std::size_t>(group) * outputs;
    const auto weights =
        std::span(step.weight).subspan(first * kernel.size(), outputs * kernel.size());
    const auto scales = std::span(step.weight_scale).subspan(first, outputs);
    const Tensor weight = model_.bytes(
        concat(step.name, ".weight"),
        {static_cast<std::int32_t>(outputs), kernel.height, kernel.width, kernel.channels},
        channels_last<std::int8_t>(weights, outputs, kernel),
        {.scales = {scales.begin(), scales.end()}});
    const Tensor bias = bias_of(step, x, first, outputs);
    model_.operation(
        Operator::kConv2d, {x.tensor, weight, bias}, y, Options::kConv2d,
        dilated(strided(window_of(step), padding)
                    .scalar(tflite::conv2d::kActivation, activation_of(step)),
                step.dilation, tflite::conv2d::kDilationWidth, tflite::conv2d::kDilationHeight));
  }

  Value write_linear(const QuantizedStep& step, const Value& x) {
    const auto outputs = step.bias.size();
    const Sizes sizes{step.output.channels, static_cast<std::int32_t>(x.shape.size())};
    const Quantized quantized{.scales = step.weight_scale};
    const std::string name = concat(step.name, ".weight");
    const Tensor weight =
        x.unordered == Shape{}
            ? model_.bytes(name, sizes, step.weight, quantized)
            : model_.bytes(name, sizes,
                           channels_last<std::int8_t>(step.weight, outputs, x.unordered),
                           quantized);
    const Tensor bias = bias_of(step, x, 0, outputs);
    const Value result = make_output(step, true);
    model_.operation(Operator::kFullyConnected, {x.tensor, weight, bias}, result.tensor,
                     Options::kFullyConnected, fused_relu(step.relu, step.relu6));
    return result;
  }

  Value write_pool(const QuantizedStep& step, const Value& x) {
    const bool takes_max = step.operation == QuantizedOperation::kMaxPool2d;
    const auto lowest = [&] {
      constexpr std::int8_t kLowest = -128;
      return model_.bytes("lowest", {1}, {&kLowest, 1}, x.quantized);
    };
    const auto [input, padding] = takes_max ? pad_for_max(window_of(step), x, step.name, lowest)
                                            : pad_for_average(window_of(step), x, step.name);
    const Value result = make_output(step, false);
    model_.operation(takes_max ? Operator::kMaxPool2d : Operator::kAveragePool2d, {input.tensor},
                     result.tensor, Options::kPool2d,
                     strided(window_of(step), padding)
                         .scalar(tflite::pool2d::kFilterWidth, step.kernel_size.width)
                         .scalar(tflite::pool2d::kFilterHeight, step.kernel_size.height));
    return result;
  }

  struct Joined {
    std::vector<Tensor> tensors;
    bool is_vector = false;
  };

  /// The inputs of a step, all vectors if one is.
  Joined inputs_of(const QuantizedStep& step) {
    Joined joined;
    for (const int input : step.inputs) {
      joined.is_vector |= value_of(input).is_vector;
    }
    for (const int input : step.inputs) {
      const Value value = value_of(input);
      joined.tensors.push_back((joined.is_vector ? as_vector(value, step.name) : value).tensor);
    }
    return joined;
  }

  Value write_sum(const QuantizedStep& step) {
    const Joined inputs = inputs_of(step);
    const Value result = make_output(step, inputs.is_vector);
    model_.operation(Operator::kAdd, inputs.tensors, {&result.tensor, 1}, Options::kAdd,
                     fused_relu(step.relu, step.relu6));
    return result;
  }

  Value write_product(const QuantizedStep& step) {
    const bool has_pixels = step.output.height * step.output.width > 1;
    const auto read = [&](int input) {
      return has_pixels ? as_image(value_of(input), step.name)
                        : as_vector(value_of(input), step.name);
    };
    const std::array inputs{read(step.inputs[0]).tensor, read(step.inputs[1]).tensor};
    const Value result = make_output(step, !has_pixels);
    model_.operation(Operator::kMul, inputs, {&result.tensor, 1}, Options::kMul, fused_relu(false));
    return result;
  }

  Value write_concat(const QuantizedStep& step) {
    const Joined inputs = inputs_of(step);
    const Value result = make_output(step, inputs.is_vector);
    concatenate(inputs.tensors, result);
    return result;
  }

  /// An operator that keeps the shape and has another quantization.
  Value write_unary(Operator type, const QuantizedStep& step, const Value& x,
                    Options options_type = Options::kNone, const OptionsTable& options = {}) {
    Value result = x;
    result.quantized = to_tflite(step.quantization);
    result = like(result, step.name);
    model_.operation(type, {x.tensor}, result.tensor, options_type, options);
    return result;
  }

  Value write_activation(const QuantizedStep& step, const Value& x) {
    switch (step.layer) {
      case LayerType::kReLU:
        return write_unary(Operator::kRelu, step, x);
      case LayerType::kReLU6:
        // TensorFlow Lite Micro's RELU6 keeps the quantization. Where the largest integer is at
        // most 6, RELU is the same.
        return write_unary(step.max == kMaxInt8 ? Operator::kRelu : Operator::kRelu6, step, x);
      case LayerType::kLeakyReLU:
        return write_unary(Operator::kLeakyRelu, step, x, Options::kLeakyRelu,
                           OptionsTable().scalar(tflite::leaky_relu::kAlpha,
                                                 static_cast<float>(step.negative_slope)));
      case LayerType::kSigmoid:
        return write_unary(Operator::kLogistic, step, x);
      case LayerType::kTanh:
        return write_unary(Operator::kTanh, step, x);
      default:
        return write_table(step, x);
    }
  }

  /// Other functions, for which there is no operator: table[x + 128].
  Value write_table(const QuantizedStep& step, const Value& x) {
    constexpr std::int32_t kFirst = 128;
    const auto integers = [&](std::string_view what) {
      return model_.value(concat(step.name, what), tflite::sizes_of(x.shape, x.is_vector),
                          TensorType::kInt32);
    };
    const Tensor wide = integers(".wide");
    model_.operation(Operator::kCast, {x.tensor}, wide, Options::kCast);
    const Tensor index = integers(".index");
    const Tensor first = model_.integers(concat(step.name, ".first"), {1}, {&kFirst, 1});
    model_.operation(Operator::kAdd, {wide, first}, index, Options::kAdd, fused_relu(false));
    const Quantized quantized = to_tflite(step.quantization);
    const Tensor table =
        model_.bytes(concat(step.name, ".table"), {static_cast<std::int32_t>(step.table.size())},
                     step.table, quantized);
    Value result = x;
    result.quantized = quantized;
    result = like(result, step.name);
    model_.operation(Operator::kGather, {table, index}, result.tensor, Options::kGather);
    return result;
  }

  const QuantizedModel& quantized_;
  std::vector<Value> values_;  // the input, then what every step gives
};

}  // namespace

std::vector<std::uint8_t> write_quantized_tflite(const QuantizedModel& model,
                                                 const ExportOptions& options) {
  return QuantizedTfliteWriter(model).write(options.name);
}

}  // namespace tinycnn
