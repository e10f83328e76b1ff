// SPDX-License-Identifier: MIT
#include "quantization/quantizer.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "kernels/fake_quantize.h"
#include "quantization/fixed_point.h"
#include "support/text.h"

namespace tinycnn {
namespace {

class Quantizer {
 public:
  Quantizer(const LoweredNetwork& network, const Quantization& input,
            std::span<const ValueRange> ranges)
      : network_(network), input_(input), ranges_(ranges) {}

  std::vector<QuantizedStep> run() {
    for (std::size_t i = 0; i < network_.steps.size(); ++i) {
      quantizations_.push_back(quantization_of_step(i));
    }
    for (std::size_t i = 0; i < network_.steps.size(); ++i) {
      steps_.push_back(make(i));
    }
    return std::move(steps_);
  }

 private:
  [[nodiscard]] const Quantization& quantization_at(int index) const {
    return index < 0 ? input_ : quantizations_[static_cast<std::size_t>(index)];
  }

  [[nodiscard]] Quantization quantization_of_step(std::size_t index) const {
    const LoweredStep& step = network_.steps[index];
    if (step.same_as != LoweredStep::kNone && step.same_as < static_cast<int>(index)) {
      return quantization_at(step.same_as);
    }
    const bool has_none = step.same_as == LoweredStep::kNone;
    const std::size_t source = has_none ? index : static_cast<std::size_t>(step.same_as);
    if (const std::optional<Quantization>& trained = network_.steps[source].quantization) {
      return *trained;
    }
    if (step.operation == QuantizedOperation::kActivation && step.layer == LayerType::kSigmoid) {
      return {.scale = 1.0F / 256.0F, .zero_point = -128};
    }
    if (step.operation == QuantizedOperation::kActivation && step.layer == LayerType::kTanh) {
      return {.scale = 1.0F / 128.0F, .zero_point = 0};
    }
    return quantization_of(ranges_[source].min, ranges_[source].max);
  }

  QuantizedStep make(std::size_t index) const {
    const LoweredStep& source = network_.steps[index];
    QuantizedStep step{.operation = source.operation,
                       .layer = source.layer,
                       .name = source.name,
                       .inputs = source.inputs,
                       .input = source.input,
                       .output = source.output,
                       .kernel_size = source.kernel_size,
                       .stride = source.stride,
                       .padding = source.padding,
                       .dilation = source.dilation,
                       .sides = source.sides,
                       .groups = source.groups,
                       .negative_slope = source.negative_slope,
                       .relu = source.relu,
                       .relu6 = source.relu6,
                       .quantization = quantizations_[index],
                       .range_min = ranges_[index].min,
                       .range_max = ranges_[index].max};
    step.min = step.relu ? step.quantization.zero_point : step.min;
    if (step.relu6 || step.layer == LayerType::kReLU6) {
      step.max = max_of_relu6(step.quantization);
    }
    const Quantization& input = quantization_at(source.inputs.front());
    switch (step.operation) {
      case QuantizedOperation::kConv2d:
      case QuantizedOperation::kLinear:
        set_weights(source, input, step);
        break;
      case QuantizedOperation::kAdd:
        set_sum(input, quantization_at(source.inputs.back()), step);
        break;
      case QuantizedOperation::kMultiply:
        set_product(input, quantization_at(source.inputs.back()), step);
        break;
      case QuantizedOperation::kActivation:
      case QuantizedOperation::kRequantize:
        set_table(source, input, step);
        break;
      default:
        break;
    }
    step.bytes = step.weight.size() + step.table.size() + sizeof(float) * step.weight_scale.size() +
                 sizeof(std::int32_t) * step.bias.size();
    return step;
  }

  /// Divided in float, as TensorFlow Lite does.
  static std::int32_t max_of_relu6(const Quantization& output) {
    constexpr float kMax = 127.0F;
    const float max = std::round(kMaxReLU6 / output.scale) + static_cast<float>(output.zero_point);
    return static_cast<std::int32_t>(std::min(max, kMax));
  }

  static void set_weights(const LoweredStep& source, const Quantization& input,
                          QuantizedStep& step) {
    const std::size_t outputs = source.bias.size();
    const std::size_t fan_in = source.weight.size() / outputs;
    if (fan_in > kMaxInt8Inputs) {
      fail("[quantize ", source.name, "] expected up to ", kMaxInt8Inputs,
           " inputs per output, got ", fan_in);
    }
    const bool is_linear = step.operation == QuantizedOperation::kLinear;
    const std::size_t rows = is_linear ? outputs : 1;  // that share a scale
    for (std::size_t k = 0; k < outputs; k += rows) {
      const auto weights = std::span(source.weight).subspan(k * fan_in, rows * fan_in);
      const auto biases = std::span(source.bias).subspan(k, rows);
      const float scale = kernels::int8_weight_scale(weights, biases, input.scale, fan_in);
      set_rows(weights, biases, input.scale, scale, step);
    }
    const std::size_t pixels = source.output.size() / outputs;
    step.macs = static_cast<std::int64_t>(source.weight.size() * pixels);
  }

  /// TensorFlow Lite multiplies the scales of a linear layer in float, those of a convolution in
  /// double.
  static void set_rows(std::span<const float> weights, std::span<const float> biases,
                       float input_scale, float scale, QuantizedStep& step) {
    for (const float weight : weights) {
      step.weight.push_back(static_cast<std::int8_t>(kernels::int8_weight(weight, scale)));
    }
    for (const float bias : biases) {
      step.bias.push_back(kernels::int32_bias(bias, input_scale, scale));
    }
    const bool is_linear = step.operation == QuantizedOperation::kLinear;
    const double product =
        is_linear ? double{input_scale * scale} : double{input_scale} * double{scale};
    step.weight_scale.push_back(scale);
    step.multiplier.push_back(to_multiplier(product / double{step.quantization.scale}));
  }

  /// Both inputs in units of twice the larger scale / 2^20, so that their sum fits 32 bits.
  static void set_sum(const Quantization& a, const Quantization& b, QuantizedStep& step) {
    const double twice_max = 2.0 * double{std::max(a.scale, b.scale)};
    step.multiplier = {
        to_multiplier(double{a.scale} / twice_max), to_multiplier(double{b.scale} / twice_max),
        to_multiplier(twice_max / (double{1 << kSumShift} * double{step.quantization.scale}))};
  }

  /// In float, as TensorFlow Lite does.
  static void set_product(const Quantization& a, const Quantization& b, QuantizedStep& step) {
    step.multiplier = {to_multiplier(double{a.scale * b.scale / step.quantization.scale})};
  }

  static void set_table(const LoweredStep& source, const Quantization& input, QuantizedStep& step) {
    if (step.operation == QuantizedOperation::kRequantize) {
      step.multiplier = {to_multiplier(double{input.scale} / double{step.quantization.scale})};
    }
    for (std::int32_t x = -128; x <= 127; ++x) {
      step.table.push_back(entry(source, input, step.quantization, x));
    }
  }

  /// Piecewise linear functions are products with a multiplier; others are rounded once.
  static std::int8_t entry(const LoweredStep& source, const Quantization& input,
                           const Quantization& output, std::int32_t x) {
    const std::int32_t value = x - input.zero_point;
    const float ratio = input.scale / output.scale;
    double factor = double{ratio};
    if (source.operation == QuantizedOperation::kRequantize) {
      factor = double{input.scale} / double{output.scale};
    } else if (source.layer == LayerType::kReLU) {
      factor = value < 0 ? 0.0 : factor;
    } else if (source.layer == LayerType::kReLU6) {
      const std::int32_t scaled = multiply(std::max(value, 0), to_multiplier(factor));
      return saturate(scaled + output.zero_point, output.zero_point, max_of_relu6(output));
    } else if (source.layer == LayerType::kLeakyReLU) {
      const auto slope = static_cast<float>(source.negative_slope);
      factor = value < 0 ? double{input.scale * slope / output.scale} : factor;
    } else {
      return quantize(activate(source.layer, source.negative_slope, input.to_real(x)), output);
    }
    return saturate(multiply(value, to_multiplier(factor)) + output.zero_point);
  }

  const LoweredNetwork& network_;
  const Quantization& input_;
  std::span<const ValueRange> ranges_;
  std::vector<Quantization> quantizations_;
  std::vector<QuantizedStep> steps_;
};

}  // namespace

std::vector<QuantizedStep> quantize(const LoweredNetwork& network, const Quantization& input,
                                    std::span<const ValueRange> ranges) {
  return Quantizer(network, input, ranges).run();
}

}  // namespace tinycnn
