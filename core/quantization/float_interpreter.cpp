// SPDX-License-Identifier: MIT
// Calibration measures ranges with it: plain loops over one image, in the steps of the quantized
// network.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "quantization/lowered_network.h"
#include "quantization/planes.h"

namespace tinycnn {
namespace {

std::size_t pixels_of(const Shape& shape) {
  return static_cast<std::size_t>(shape.height) * static_cast<std::size_t>(shape.width);
}

Window window_of(const LoweredStep& step) {
  return {step.kernel_size, step.stride, step.padding, step.dilation};
}

void convolve(const LoweredStep& step, std::span<const float> input, std::span<float> output) {
  const std::size_t pixels = pixels_of(step.output);
  for (int k = 0; k < step.output.channels; ++k) {
    const auto channel = static_cast<std::size_t>(k);
    const auto plane = output.subspan(channel * pixels, pixels);
    std::ranges::fill(plane, step.bias[channel]);
    add_convolution<float, float, float>(window_of(step), step.groups, step.input, step.output,
                                         input, step.weight, k, plane);
  }
}

void multiply_matrix(const LoweredStep& step, std::span<const float> input,
                     std::span<float> output) {
  for (std::size_t k = 0; k < output.size(); ++k) {
    float sum = step.bias[k];
    for (std::size_t i = 0; i < input.size(); ++i) {
      sum += step.weight[k * input.size() + i] * input[i];
    }
    output[k] = sum;
  }
}

void pool(const LoweredStep& step, std::span<const float> input, std::span<float> output) {
  const bool takes_max = step.operation == QuantizedOperation::kMaxPool2d;
  const std::size_t in = pixels_of(step.input);
  const std::size_t out = pixels_of(step.output);
  std::ranges::fill(output, takes_max ? std::numeric_limits<float>::lowest() : 0.0F);
  for (std::size_t c = 0; c < static_cast<std::size_t>(step.input.channels); ++c) {
    for_places(
        window_of(step), step.input, step.output,
        [&](std::size_t, std::size_t to, std::size_t from, std::size_t count, std::size_t stride) {
          for (std::size_t i = 0; i < count; ++i) {
            float& y = output[c * out + to + i];
            const float x = input[c * in + from + i * stride];
            y = takes_max ? std::max(y, x) : y + x;
          }
        });
  }
  if (!takes_max) {
    const auto area = static_cast<float>(step.kernel_size.height * step.kernel_size.width);
    for (float& y : output) {
      y /= area;
    }
  }
}

}  // namespace

double activate(LayerType type, double negative_slope, double x) {
  switch (type) {
    case LayerType::kReLU:
      return std::max(x, 0.0);
    case LayerType::kReLU6:
      return std::clamp(x, 0.0, double{kMaxReLU6});
    case LayerType::kLeakyReLU:
      return x >= 0.0 ? x : negative_slope * x;
    case LayerType::kSigmoid:
      return 1.0 / (1.0 + std::exp(-x));
    case LayerType::kTanh:
      return std::tanh(x);
    case LayerType::kSiLU:
      return x / (1.0 + std::exp(-x));
    case LayerType::kGELU:
      return x * 0.5 * std::erfc(-x / std::numbers::sqrt2);
    default:
      return x;
  }
}

FloatInterpreter::FloatInterpreter(const LoweredNetwork& network) : network_(network) {
  values_.emplace_back(network.input.size());
  for (const LoweredStep& step : network.steps) {
    values_.emplace_back(step.output.size());
  }
}

void FloatInterpreter::run(std::span<const float> input) {
  std::ranges::copy(input, values_.front().begin());
  for (std::size_t i = 0; i < network_.steps.size(); ++i) {
    run_step(network_.steps[i], values_[i + 1]);
    if (network_.steps[i].relu) {
      for (float& y : values_[i + 1]) {
        y = std::max(y, 0.0F);
        y = network_.steps[i].relu6 ? std::min(y, kMaxReLU6) : y;
      }
    }
  }
}

void FloatInterpreter::run_step(const LoweredStep& step, std::span<float> result) {
  const std::span<const float> x = output(step.inputs.front());
  switch (step.operation) {
    case QuantizedOperation::kConv2d:
      return convolve(step, x, result);
    case QuantizedOperation::kLinear:
      return multiply_matrix(step, x, result);
    case QuantizedOperation::kMaxPool2d:
    case QuantizedOperation::kAvgPool2d:
      return pool(step, x, result);
    case QuantizedOperation::kAdd:
      std::ranges::transform(x, output(step.inputs.back()), result.begin(), std::plus<>());
      return;
    case QuantizedOperation::kMultiply: {
      const std::span<const float> y = output(step.inputs.back());
      for_products(step.output, x.size(), y.size(),
                   [&](std::size_t to, std::size_t a, std::size_t b) { result[to] = x[a] * y[b]; });
      return;
    }
    case QuantizedOperation::kConcat: {
      auto to = result.begin();
      for (const int input : step.inputs) {
        to = std::ranges::copy(output(input), to).out;
      }
      return;
    }
    case QuantizedOperation::kActivation:
      std::ranges::transform(x, result.begin(), [&](float value) {
        return static_cast<float>(activate(step.layer, step.negative_slope, double{value}));
      });
      return;
    case QuantizedOperation::kZeroPad2d:
      return pad_planes<float>(step.sides, step.input, x, 0.0F, result);
    case QuantizedOperation::kFlatten:
    case QuantizedOperation::kRequantize:
      std::ranges::copy(x, result.begin());
      return;
  }
}

}  // namespace tinycnn
