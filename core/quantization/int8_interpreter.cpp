// SPDX-License-Identifier: MIT
#include "quantization/int8_interpreter.h"

#include <algorithm>

#include "quantization/fixed_point.h"
#include "quantization/planes.h"

namespace tinycnn {
namespace {

std::size_t pixels_of(const Shape& shape) {
  return static_cast<std::size_t>(shape.height) * static_cast<std::size_t>(shape.width);
}

Window window_of(const QuantizedStep& step) {
  return {step.kernel_size, step.stride, step.padding, step.dilation};
}

/// Integer division that rounds to the nearest integer, ties away from zero.
std::int32_t divide(std::int32_t sum, std::int32_t count) {
  return (sum + (sum > 0 ? count / 2 : -(count / 2))) / count;
}

std::int8_t requantize(const QuantizedStep& step, std::int32_t sum,
                       const FixedPointMultiplier& multiplier) {
  return saturate(multiply(sum, multiplier) + step.quantization.zero_point, step.min, step.max);
}

}  // namespace

Int8Interpreter::Int8Interpreter(const QuantizedModel& model) : model_(model) {
  std::size_t largest = model.input().size();
  std::size_t pixels = 0;
  values_.emplace_back(largest);
  for (const QuantizedStep& step : model.steps()) {
    values_.emplace_back(step.output.size());
    largest = std::max(largest, step.output.size());
    pixels = std::max(pixels, pixels_of(step.output));
  }
  centered_.resize(largest);
  sums_.resize(pixels);
}

void Int8Interpreter::run() {
  const auto steps = model_.steps();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    run_step(steps[i], values_[i + 1]);
  }
}

void Int8Interpreter::run_step(const QuantizedStep& step, std::span<std::int8_t> result) {
  const std::span<const std::int8_t> x = output(step.inputs.front());
  switch (step.operation) {
    case QuantizedOperation::kConv2d:
      return convolve(step, result);
    case QuantizedOperation::kLinear:
      return multiply_matrix(step, result);
    case QuantizedOperation::kMaxPool2d:
      return take_max(step, result);
    case QuantizedOperation::kAvgPool2d:
      return average(step, result);
    case QuantizedOperation::kAdd:
      return add(step, result);
    case QuantizedOperation::kMultiply:
      return multiply_values(step, result);
    case QuantizedOperation::kConcat:
      return join(step, result);
    case QuantizedOperation::kZeroPad2d:
      return pad_planes(step.sides, step.input, x,
                        static_cast<std::int8_t>(step.quantization.zero_point), result);
    case QuantizedOperation::kFlatten:
      std::ranges::copy(x, result.begin());
      return;
    case QuantizedOperation::kActivation:
    case QuantizedOperation::kRequantize:
      std::ranges::transform(x, result.begin(), [&](std::int8_t value) {
        return step.table[static_cast<std::size_t>(value + 128)];
      });
      return;
  }
}

const Quantization& Int8Interpreter::quantization_of_input(const QuantizedStep& step,
                                                           std::size_t which) const {
  const int input = step.inputs[which];
  return input < 0 ? model_.input_quantization()
                   : model_.steps()[static_cast<std::size_t>(input)].quantization;
}

std::span<const std::int16_t> Int8Interpreter::centered_input(const QuantizedStep& step) {
  const std::span<const std::int8_t> x = output(step.inputs.front());
  const std::int32_t zero = quantization_of_input(step, 0).zero_point;
  for (std::size_t i = 0; i < x.size(); ++i) {
    centered_[i] = static_cast<std::int16_t>(x[i] - zero);
  }
  return std::span(centered_).first(x.size());
}

void Int8Interpreter::convolve(const QuantizedStep& step, std::span<std::int8_t> result) {
  const std::span<const std::int16_t> x = centered_input(step);
  const std::span sums = std::span(sums_).first(pixels_of(step.output));
  for (int k = 0; k < step.output.channels; ++k) {
    const auto channel = static_cast<std::size_t>(k);
    std::ranges::fill(sums, step.bias[channel]);
    add_convolution<std::int16_t, std::int8_t, std::int32_t>(
        window_of(step), step.groups, step.input, step.output, x, step.weight, k, sums);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      result[channel * sums.size() + i] = requantize(step, sums[i], step.multiplier[channel]);
    }
  }
}

void Int8Interpreter::multiply_matrix(const QuantizedStep& step, std::span<std::int8_t> result) {
  const std::span<const std::int16_t> x = centered_input(step);
  for (std::size_t k = 0; k < result.size(); ++k) {
    std::int32_t sum = step.bias[k];
    const std::int8_t* weight = step.weight.data() + k * x.size();
    for (std::size_t i = 0; i < x.size(); ++i) {
      sum += std::int32_t{weight[i]} * x[i];
    }
    result[k] = requantize(step, sum, step.multiplier.front());
  }
}

void Int8Interpreter::take_max(const QuantizedStep& step, std::span<std::int8_t> result) const {
  const std::span<const std::int8_t> x = output(step.inputs.front());
  const std::size_t in = pixels_of(step.input);
  const std::size_t out = pixels_of(step.output);
  std::ranges::fill(result, std::int8_t{-128});
  for (std::size_t c = 0; c < static_cast<std::size_t>(step.input.channels); ++c) {
    for_places(
        window_of(step), step.input, step.output,
        [&](std::size_t, std::size_t to, std::size_t from, std::size_t count, std::size_t stride) {
          for (std::size_t i = 0; i < count; ++i) {
            std::int8_t& y = result[c * out + to + i];
            y = std::max(y, x[c * in + from + i * stride]);
          }
        });
  }
}

void Int8Interpreter::average(const QuantizedStep& step, std::span<std::int8_t> result) {
  const std::span<const std::int8_t> x = output(step.inputs.front());
  const std::size_t in = pixels_of(step.input);
  const std::span sums = std::span(sums_).first(pixels_of(step.output));
  const std::int32_t area = step.kernel_size.height * step.kernel_size.width;
  const std::int32_t zero = step.quantization.zero_point;
  for (std::size_t c = 0; c < static_cast<std::size_t>(step.input.channels); ++c) {
    // Pixels outside the image are zero points.
    std::ranges::fill(sums, zero * area);
    for_places(
        window_of(step), step.input, step.output,
        [&](std::size_t, std::size_t to, std::size_t from, std::size_t count, std::size_t stride) {
          for (std::size_t i = 0; i < count; ++i) {
            sums[to + i] += x[c * in + from + i * stride] - zero;
          }
        });
    for (std::size_t i = 0; i < sums.size(); ++i) {
      result[c * sums.size() + i] = saturate(divide(sums[i], area));
    }
  }
}

void Int8Interpreter::add(const QuantizedStep& step, std::span<std::int8_t> result) const {
  const std::span<const std::int8_t> a = output(step.inputs[0]);
  const std::span<const std::int8_t> b = output(step.inputs[1]);
  const std::int32_t zero_a = quantization_of_input(step, 0).zero_point;
  const std::int32_t zero_b = quantization_of_input(step, 1).zero_point;
  constexpr std::int32_t kUnit = std::int32_t{1} << kSumShift;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::int32_t sum = multiply((a[i] - zero_a) * kUnit, step.multiplier[0]) +
                             multiply((b[i] - zero_b) * kUnit, step.multiplier[1]);
    result[i] = requantize(step, sum, step.multiplier[2]);
  }
}

void Int8Interpreter::multiply_values(const QuantizedStep& step,
                                      std::span<std::int8_t> result) const {
  const std::span<const std::int8_t> a = output(step.inputs[0]);
  const std::span<const std::int8_t> b = output(step.inputs[1]);
  const std::int32_t zero_a = quantization_of_input(step, 0).zero_point;
  const std::int32_t zero_b = quantization_of_input(step, 1).zero_point;
  for_products(step.output, a.size(), b.size(), [&](std::size_t to, std::size_t i, std::size_t j) {
    result[to] = requantize(step, (a[i] - zero_a) * (b[j] - zero_b), step.multiplier.front());
  });
}

void Int8Interpreter::join(const QuantizedStep& step, std::span<std::int8_t> result) const {
  auto to = result.begin();
  for (const int input : step.inputs) {
    to = std::ranges::copy(output(input), to).out;
  }
}

}  // namespace tinycnn
