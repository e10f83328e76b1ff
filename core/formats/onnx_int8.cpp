// SPDX-License-Identifier: MIT
// A quantized network as ONNX: the float operators of the network, with a pair of QuantizeLinear
// and DequantizeLinear at every value, and weights and biases as integers. Runtimes make integer
// kernels of that; others compute the same numbers in floating point. Pixels and scores are real.
// https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
#include <array>
#include <utility>

#include "formats/onnx_nodes.h"
#include "formats/quantized_writers.h"
#include "support/text.h"

namespace tinycnn {
namespace {

using onnx::Attributes;
using onnx::Sizes;

constexpr std::string_view kRealInput = "input.real";

class QuantizedOnnxWriter {
 public:
  QuantizedOnnxWriter(const QuantizedModel& model, const ExportOptions& options)
      : model_(model), options_(options) {
    graph_.names().take(kInputName);
    for (const QuantizedStep& step : model_.steps()) {
      names_.push_back(graph_.names().take(step.name));
    }
  }

  std::vector<std::uint8_t> write() {
    graph_.input(kInputName, onnx::sizes_of(model_.input(), Rank::kImage));
    const std::string pixels =
        onnx::normalized(graph_, std::string(kInputName), options_.input, model_.normalization());
    values_.push_back(
        {rounded(pixels, model_.input_quantization(), "input", graph_.names().take(kRealInput)),
         Rank::kImage});
    for (std::size_t i = 0; i < model_.steps().size(); ++i) {
      values_.push_back(write_step(i));
    }
    const Shape scores{model_.classes(), 1, 1};
    graph_.output(values_.back().name, onnx::sizes_of(scores, Rank::kVector));
    return graph_.model(options_.name, "TinyCNN", TINYCNN_VERSION, model_.facts().metadata);
  }

 private:
  struct Value {
    std::string name;
    Rank rank = Rank::kImage;
  };

  [[nodiscard]] const Value& value_of(int index) const {
    return values_[static_cast<std::size_t>(index + 1)];
  }
  [[nodiscard]] const Quantization& quantization_of(int index) const {
    return index < 0 ? model_.input_quantization()
                     : model_.steps()[static_cast<std::size_t>(index)].quantization;
  }

  std::string helper(std::string_view step, std::string_view what) {
    return graph_.names().take(concat(step, ".", what));
  }

  /// The nearest number that an int8 stands for, called `name`.
  std::string rounded(const std::string& x, const Quantization& quantization, std::string_view step,
                      std::string name) {
    const auto zero_point = static_cast<std::int8_t>(quantization.zero_point);
    const std::string scale = graph_.scalar(concat(step, ".scale"), double{quantization.scale});
    const std::string zero = graph_.int8(concat(step, ".zero_point"), {}, {&zero_point, 1});
    const std::string integers =
        graph_.node("QuantizeLinear", helper(step, "integers"), {x, scale, zero});
    return graph_.node("DequantizeLinear", std::move(name), {integers, scale, zero});
  }

  std::string read(const QuantizedStep& step, int input, Rank rank) {
    const Value& value = value_of(input);
    return value.rank == rank ? value.name : onnx::with_rank(graph_, rank, step.name, value.name);
  }

  /// As images if all are images or the reader needs one, else as vectors.
  [[nodiscard]] Rank rank_of(const QuantizedStep& step) const {
    switch (step.operation) {
      case QuantizedOperation::kConv2d:
      case QuantizedOperation::kMaxPool2d:
      case QuantizedOperation::kAvgPool2d:
      case QuantizedOperation::kZeroPad2d:
        return Rank::kImage;
      case QuantizedOperation::kLinear:
      case QuantizedOperation::kFlatten:
        return Rank::kVector;
      case QuantizedOperation::kMultiply:
        return step.output.height * step.output.width > 1 ? Rank::kImage : Rank::kVector;
      default:
        break;
    }
    for (const int input : step.inputs) {
      if (value_of(input).rank == Rank::kVector) {
        return Rank::kVector;
      }
    }
    return Rank::kImage;
  }

  Value write_step(std::size_t index) {
    const QuantizedStep& step = model_.steps()[index];
    const bool ends = index + 1 == model_.steps().size();
    const Rank rank = rank_of(step);
    if (step.operation == QuantizedOperation::kFlatten) {
      const std::string& x = value_of(step.inputs.front()).name;
      return {graph_.node("Flatten", names_[index], {x}), rank};
    }
    std::string real = write_real(step, rank);
    if (ends && rank == Rank::kImage) {
      real = onnx::with_rank(graph_, Rank::kVector, step.name, real);
    }
    std::string name = rounded(real, step.quantization, step.name, names_[index]);
    if (!ends) {
      graph_.shape(name, onnx::sizes_of(step.output, rank));
    }
    return {std::move(name), ends ? Rank::kVector : rank};
  }

  /// What a step computes, before its output is rounded.
  std::string write_real(const QuantizedStep& step, Rank rank) {
    const auto name = [&] { return helper(step.name, "real"); };
    const auto operand = [&](std::size_t i) { return read(step, step.inputs[i], rank); };
    const Attributes window = onnx::window(step.kernel_size, step.stride, step.padding);
    switch (step.operation) {
      case QuantizedOperation::kConv2d:
        return limited(step, weighted("Conv", step, operand(0),
                                      onnx::convolution(window, step.groups, step.dilation)));
      case QuantizedOperation::kLinear:
        return limited(step, weighted("Gemm", step, operand(0), Attributes().integer("transB", 1)));
      case QuantizedOperation::kMaxPool2d:
        return graph_.node("MaxPool", name(), {operand(0)}, window);
      case QuantizedOperation::kAvgPool2d:
        return graph_.node("AveragePool", name(), {operand(0)},
                           Attributes(window).integer("count_include_pad", 1));
      case QuantizedOperation::kAdd:
        return limited(step,
                       graph_.node("Add", helper(step.name, "sum"), {operand(0), operand(1)}));
      case QuantizedOperation::kMultiply:
        return graph_.node("Mul", name(), {operand(0), operand(1)});
      case QuantizedOperation::kConcat: {
        std::vector<std::string> inputs;
        for (const int input : step.inputs) {
          inputs.push_back(read(step, input, rank));
        }
        return graph_.node("Concat", name(), inputs, Attributes().integer("axis", 1));
      }
      case QuantizedOperation::kZeroPad2d:
        return onnx::zero_pad(graph_, step.sides, step.name, name(), operand(0));
      case QuantizedOperation::kActivation:
        return onnx::activation(graph_, {step.layer, step.negative_slope}, step.name, name(),
                                operand(0));
      default:
        return operand(0);
    }
  }

  /// With the ReLU that is part of a step.
  std::string limited(const QuantizedStep& step, std::string x) {
    if (!step.relu) {
      return x;
    }
    const LayerType type = step.relu6 ? LayerType::kReLU6 : LayerType::kReLU;
    return onnx::activation(graph_, {type}, step.name, helper(step.name, "real"), x);
  }

  /// A convolution or linear layer, whose weights are integers times one scale or one of each
  /// output.
  std::string weighted(std::string_view op, const QuantizedStep& step, const std::string& x,
                       const Attributes& attributes) {
    const auto outputs = static_cast<std::int64_t>(step.bias.size());
    const auto inputs = static_cast<std::int64_t>(step.weight.size()) / outputs;
    const bool is_linear = step.operation == QuantizedOperation::kLinear;
    const Sizes shape = is_linear ? Sizes{outputs, inputs}
                                  : Sizes{outputs, step.input.channels / step.groups,
                                          step.kernel_size.height, step.kernel_size.width};
    const float input_scale = quantization_of(step.inputs.front()).scale;
    std::vector<float> bias_scale;
    for (const float scale : step.weight_scale) {
      bias_scale.push_back(input_scale * scale);
    }
    const std::string weight =
        dequantized(concat(step.name, ".weight"), step.weight_scale,
                    [&](const std::string& name) { return graph_.int8(name, shape, step.weight); });
    const std::string bias = dequantized(
        concat(step.name, ".bias"), bias_scale,
        [&](const std::string& name) { return graph_.int32(name, {&outputs, 1}, step.bias); });
    return graph_.node(op, helper(step.name, "sums"), std::array{x, weight, bias}, attributes);
  }

  /// The real numbers of integers that `write` adds.
  template <class Write>
  std::string dequantized(const std::string& name, std::span<const float> scales, Write write) {
    const std::string integers = write(name);
    const auto count = static_cast<std::int64_t>(scales.size());
    const bool has_one = count == 1;
    const std::string scale = has_one
                                  ? graph_.scalar(concat(name, ".scale"), double{scales.front()})
                                  : graph_.constant(concat(name, ".scale"), {&count, 1}, scales);
    const Attributes axis = has_one ? Attributes() : Attributes().integer("axis", 0);
    return graph_.node("DequantizeLinear", graph_.names().take(concat(name, ".real")),
                       {integers, scale}, axis);
  }

  const QuantizedModel& model_;
  const ExportOptions& options_;
  onnx::Graph graph_;
  std::vector<std::string> names_;  // of what the steps give
  std::vector<Value> values_;       // the input, then what every step gives
};

}  // namespace

std::vector<std::uint8_t> write_quantized_onnx(const QuantizedModel& model,
                                               const ExportOptions& options) {
  return QuantizedOnnxWriter(model, options).write();
}

}  // namespace tinycnn
