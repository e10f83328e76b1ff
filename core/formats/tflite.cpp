// SPDX-License-Identifier: MIT
// TensorFlow Lite, of operators that TensorFlow Lite Micro has as well. Images are [N,H,W,C] there.
#include <array>
#include <cmath>
#include <limits>

#include "formats/inference_graph.h"
#include "formats/tflite_operators.h"
#include "formats/writers.h"
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
using tflite::Sizes;
using tflite::sizes_of;
using tflite::strided;
using tflite::Tensor;
using tflite::Value;

constexpr double kMaxPixel = 255.0;

class TfliteWriter : private tflite::Operators {
 public:
  TfliteWriter(const TrainedNetwork& network, const ExportOptions& options)
      : network_(network), graph_(network), options_(options) {}

  std::vector<std::uint8_t> write() {
    const Tensor input =
        model_.value(kInputName, sizes_of(graph_.output_of(-1), /*is_vector=*/false));
    values_.push_back(write_input(input));
    for (int i = 0; i <= graph_.result(); ++i) {
      values_.push_back(write_step(i));
    }
    const Tensor output = as_vector(values_.back(), "scores").tensor;
    for (const auto& [key, text] : metadata_of(network_)) {
      model_.metadata(key, text);
    }
    return model_.finish(options_.name, "TinyCNN " TINYCNN_VERSION, input, output);
  }

 private:
  [[nodiscard]] const Value& value_of(int index) const {
    return values_[static_cast<std::size_t>(index + 1)];
  }

  Value write_input(Tensor input) {
    const Value value{.tensor = input, .shape = graph_.output_of(-1)};
    if (options_.input == ExportInput::kNormalized) {
      return value;
    }
    const Normalization& normalization = network_.model().options.normalization;
    const double unit = options_.input == ExportInput::kBytes ? kMaxPixel : 1.0;
    const auto scale = static_cast<float>(1.0 / (unit * normalization.std));
    const auto shift = static_cast<float>(-normalization.mean / normalization.std);
    return scale_and_shift(value, {1}, {&scale, 1}, {&shift, 1}, "input.normalized");
  }

  static tflite::Window window_of(const InferenceStep& step) {
    return {step.spec.kernel_size, step.spec.stride,  step.spec.padding, step.input,
            step.output,           step.spec.dilation};
  }

  Value write_pool(const InferenceStep& step, const Value& x, Operator type) {
    const bool takes_max = type == Operator::kMaxPool2d;
    const auto [input, padding] =
        takes_max
            ? pad_for_max(window_of(step), x, step.name,
                          [&] { return scalar(double{std::numeric_limits<float>::lowest()}); })
            : pad_for_average(window_of(step), x, step.name);
    const Value result = make(step.name, step.output, false);
    model_.operation(type, {input.tensor}, result.tensor, Options::kPool2d,
                     strided(window_of(step), padding)
                         .scalar(tflite::pool2d::kFilterWidth, step.spec.kernel_size.width)
                         .scalar(tflite::pool2d::kFilterHeight, step.spec.kernel_size.height));
    return result;
  }

  static tflite::FusedActivation activation_of(const InferenceStep& step) {
    return step.relu ? tflite::FusedActivation::kRelu : tflite::FusedActivation::kNone;
  }

  Value write_conv2d(const InferenceStep& step, const Value& x) {
    const auto [input, padding] = pad_for_conv2d(window_of(step), x, step.name);
    const bool is_depthwise = step.spec.groups == step.input.channels && step.spec.groups > 1;
    if (is_depthwise) {
      return write_depthwise(step, input, padding);
    }
    if (step.spec.groups == 1) {
      const Value result = make(step.name, step.output, false);
      write_group(step, 0, padding, input.tensor, result.tensor);
      return result;
    }
    return write_groups(step, input, padding);
  }

  /// [K][1][R][S] to [1][R][S][K].
  Value write_depthwise(const InferenceStep& step, const Value& x, Padding padding) {
    const auto& [height, width] = step.spec.kernel_size;
    const Shape kernels{step.output.channels, height, width};
    const Tensor weight =
        model_.floats(concat(step.name, ".weight"), {1, height, width, step.output.channels},
                      channels_last<float>(step.weights.weight, 1, kernels));
    const Tensor bias =
        model_.floats(concat(step.name, ".bias"), {step.output.channels}, step.weights.bias);
    const Value result = make(step.name, step.output, false);
    model_.operation(
        Operator::kDepthwiseConv2d, {x.tensor, weight, bias}, result.tensor,
        Options::kDepthwiseConv2d,
        dilated(strided(window_of(step), padding)
                    .scalar(tflite::depthwise_conv2d::kDepthMultiplier,
                            step.output.channels / step.input.channels)
                    .scalar(tflite::depthwise_conv2d::kActivation, activation_of(step)),
                step.spec.dilation, tflite::depthwise_conv2d::kDilationWidth,
                tflite::depthwise_conv2d::kDilationHeight));
    return result;
  }

  /// One group of a convolution.
  void write_group(const InferenceStep& step, int group, Padding padding, Tensor x, Tensor y) {
    const auto outputs = static_cast<std::size_t>(step.output.channels / step.spec.groups);
    const Shape kernel{step.input.channels / step.spec.groups, step.spec.kernel_size.height,
                       step.spec.kernel_size.width};
    const std::size_t first = static_cast<std::size_t>(group) * outputs;
    const auto weights =
        std::span(step.weights.weight).subspan(first * kernel.size(), outputs * kernel.size());
    const auto count = static_cast<std::int32_t>(outputs);
    const Tensor weight = model_.floats(concat(step.name, ".weight"),
                                        {count, kernel.height, kernel.width, kernel.channels},
                                        channels_last<float>(weights, outputs, kernel));
    const Tensor bias = model_.floats(concat(step.name, ".bias"), {count},
                                      std::span(step.weights.bias).subspan(first, outputs));
    model_.operation(Operator::kConv2d, {x, weight, bias}, y, Options::kConv2d,
                     dilated(strided(window_of(step), padding)
                                 .scalar(tflite::conv2d::kActivation, activation_of(step)),
                             step.spec.dilation, tflite::conv2d::kDilationWidth,
                             tflite::conv2d::kDilationHeight));
  }

  /// SPLIT, a convolution for each group, CONCATENATION.
  Value write_groups(const InferenceStep& step, const Value& x, Padding padding) {
    const int groups = step.spec.groups;
    Shape part = step.output;
    part.channels /= groups;
    const std::vector<Tensor> parts = split(x, groups, step.name);
    std::vector<Tensor> outputs;
    for (int group = 0; group < groups; ++group) {
      outputs.push_back(make(concat(step.name, ".group"), part, false).tensor);
      write_group(step, group, padding, parts[static_cast<std::size_t>(group)], outputs.back());
    }
    const Value result = make(step.name, step.output, false);
    concatenate(outputs, result);
    return result;
  }

  Value write_flatten(int index, const Value& x) {
    bool reorders_weights = index != graph_.result();
    for (const int reader : graph_.readers(index)) {
      reorders_weights &= graph_.step(reader).type == LayerType::kLinear;
    }
    return flatten(x, reorders_weights, graph_.step(index).name);
  }

  Value write_linear(const InferenceStep& step, const Value& input) {
    const Value x = as_vector(input, step.name);
    const auto outputs = static_cast<std::size_t>(step.output.channels);
    const Sizes sizes{step.output.channels, step.input.channels};
    const Tensor weight =
        x.unordered == Shape{}
            ? model_.floats(concat(step.name, ".weight"), sizes, step.weights.weight)
            : model_.floats(concat(step.name, ".weight"), sizes,
                            channels_last<float>(step.weights.weight, outputs, x.unordered));
    const Tensor bias =
        model_.floats(concat(step.name, ".bias"), {step.output.channels}, step.weights.bias);
    const Value result = make(step.name, step.output, true);
    model_.operation(Operator::kFullyConnected, {x.tensor, weight, bias}, result.tensor,
                     Options::kFullyConnected, fused_relu(step.relu));
    return result;
  }

  Value write_join(const InferenceStep& step, std::span<const Value> given) {
    bool is_vector = false;
    for (const Value& value : given) {
      is_vector |= value.is_vector;
    }
    std::vector<Tensor> inputs;
    for (const Value& value : given) {
      inputs.push_back((is_vector ? as_vector(value, step.name) : value).tensor);
    }
    Value result;
    if (step.type == LayerType::kConcat) {
      result = make(step.name, step.output, is_vector);
      concatenate(inputs, result);
      return result;
    }
    result = {.tensor = inputs.front(), .shape = step.output, .is_vector = is_vector};
    for (std::size_t i = 1; i < inputs.size(); ++i) {
      const bool ends = i + 1 == inputs.size();
      result = binary(Operator::kAdd, result.tensor, inputs[i], result,
                      ends ? step.name : concat(step.name, ".sum"), ends && step.relu);
    }
    return result;
  }

  /// Vectors as images of one pixel, which are broadcast to the others.
  Value write_product(const InferenceStep& step, std::span<const Value> given) {
    const bool has_pixels = step.output.height * step.output.width > 1;
    const auto read = [&](const Value& value) {
      return has_pixels ? as_image(value, step.name) : as_vector(value, step.name);
    };
    Value result = read(given.front());
    for (std::size_t i = 1; i < given.size(); ++i) {
      const Value next = read(given[i]);
      const Value shaped = next.shape.size() > result.shape.size() ? next : result;
      result = binary(Operator::kMul, result.tensor, next.tensor, shaped,
                      i + 1 == given.size() ? step.name : concat(step.name, ".product"));
    }
    return result;
  }

  /// x * Phi(x) = relu(x) - |x| / 2 * erfc(|x| / sqrt(2)), with erfc to 1.5e-7: M. Abramowitz and
  /// I. A. Stegun, Handbook of Mathematical Functions, 7.1.26. There is no operator for erf.
  Value write_gelu(const InferenceStep& step, const Value& x) {
    constexpr double kP = 0.3275911;
    constexpr std::array kCoefficients{1.061405429, -1.453152027, 1.421413741, -0.284496736,
                                       0.254829592};
    const std::string part = concat(step.name, ".part");
    const auto with = [&](Operator type, const Value& a, double b) {
      return binary(type, a.tensor, scalar(b), x, part);
    };
    const auto multiply = [&](const Value& a, const Value& b) {
      return binary(Operator::kMul, a.tensor, b.tensor, x, part);
    };
    const Value magnitude = unary(Operator::kAbs, x, part);
    const Value below =
        with(Operator::kAdd, with(Operator::kMul, magnitude, kP * std::sqrt(0.5)), 1.0);
    const Value t = binary(Operator::kDiv, scalar(1.0), below.tensor, x, part);
    Value polynomial = with(Operator::kMul, t, kCoefficients.front());
    for (std::size_t i = 1; i < kCoefficients.size(); ++i) {
      polynomial = multiply(with(Operator::kAdd, polynomial, kCoefficients[i]), t);
    }
    const Value exponent = with(Operator::kMul, multiply(x, x), -0.5);
    const Value gauss = unary(Operator::kExp, exponent, part, Options::kExp);
    const Value erfc = multiply(polynomial, gauss);
    const Value tail = multiply(with(Operator::kMul, magnitude, 0.5), erfc);
    const Value positive = unary(Operator::kRelu, x, part);
    return binary(Operator::kSub, positive.tensor, tail.tensor, x, step.name);
  }

  Value write_step(int index) {
    const InferenceStep& step = graph_.step(index);
    std::vector<Value> inputs;
    for (const int input : step.inputs) {
      inputs.push_back(value_of(input));
    }
    const Value& x = inputs.front();
    switch (step.type) {
      case LayerType::kConv2d:
        return write_conv2d(step, as_image(x, step.name));
      case LayerType::kMaxPool2d:
        return write_pool(step, as_image(x, step.name), Operator::kMaxPool2d);
      case LayerType::kAvgPool2d:
      case LayerType::kGlobalAvgPool2d:
        return write_pool(step, as_image(x, step.name), Operator::kAveragePool2d);
      case LayerType::kZeroPad2d:
        return zero_pad(as_image(x, step.name), step.spec.sides, step.name);
      case LayerType::kFlatten:
        return write_flatten(index, x);
      case LayerType::kLinear:
        return write_linear(step, x);
      case LayerType::kBatchNorm2d:
        return scale_and_shift(x, {step.output.channels}, step.weights.weight, step.weights.bias,
                               step.name, step.relu);
      case LayerType::kAdd:
      case LayerType::kConcat:
        return write_join(step, inputs);
      case LayerType::kMultiply:
        return write_product(step, inputs);
      case LayerType::kGELU:
        return write_gelu(step, x);
      case LayerType::kSiLU: {
        const Value sigmoid = unary(Operator::kLogistic, x, concat(step.name, ".sigmoid"));
        return binary(Operator::kMul, x.tensor, sigmoid.tensor, x, step.name);
      }
      default:
        return write_activation(step, x);
    }
  }

  Value write_activation(const InferenceStep& step, const Value& x) {
    switch (step.type) {
      case LayerType::kLeakyReLU:
        return unary(Operator::kLeakyRelu, x, step.name, Options::kLeakyRelu,
                     OptionsTable().scalar(tflite::leaky_relu::kAlpha,
                                           static_cast<float>(step.spec.negative_slope)));
      case LayerType::kReLU6:
        return unary(Operator::kRelu6, x, step.name);
      case LayerType::kSigmoid:
        return unary(Operator::kLogistic, x, step.name);
      case LayerType::kTanh:
        return unary(Operator::kTanh, x, step.name);
      case LayerType::kSoftmax:
        return unary(Operator::kSoftmax, x, step.name, Options::kSoftmax,
                     OptionsTable().scalar(tflite::softmax::kBeta, 1.0F));
      case LayerType::kLogSoftmax:
        return unary(Operator::kLogSoftmax, x, step.name, Options::kLogSoftmax);
      default:
        return unary(Operator::kRelu, x, step.name);
    }
  }

  const TrainedNetwork& network_;
  InferenceGraph graph_;
  const ExportOptions& options_;
  std::vector<Value> values_;  // the input, then what every step gives
};

}  // namespace

std::vector<std::uint8_t> write_tflite(const TrainedNetwork& network,
                                       const ExportOptions& options) {
  return TfliteWriter(network, options).write();
}

}  // namespace tinycnn
