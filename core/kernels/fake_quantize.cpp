// SPDX-License-Identifier: MIT
#include "kernels/fake_quantize.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "kernels/simd.h"
#include "tinycnn/model_spec.h"

namespace tinycnn::kernels {
namespace {

constexpr float kMin = -128.0F;
constexpr float kMax = 127.0F;
constexpr double kMaxProduct = 127.0 * 255.0;
constexpr double kMaxSum = 2147483647.0;

/// The integers that inputs become, before they are cut to int8.
Batch integers(const Batch& input, const Batch& inverse) {
  return (input * inverse + Batch(kRounder)) - Batch(kRounder);
}

/// The integer that a bias becomes, before it is cut to 32 bits. As std::round does, which takes
/// more in WebAssembly: ties away from zero.
double bias_integer(float bias, float input_scale, float weight_scale) noexcept {
  const double ratio = double{bias} / (double{input_scale} * double{weight_scale});
  return std::trunc(ratio + std::copysign(0.5, ratio));
}

float largest(std::span<const float> values) noexcept {
  float max = 0.0F;
  for (const float value : values) {
    max = std::max(max, std::abs(value));
  }
  return max;
}

}  // namespace

void fake_quantize_forward(float scale, int zero_point, std::span<const float> input,
                           std::span<float> output) noexcept {
  assert(input.size() == output.size() && input.size() % kLanes == 0);
  const Batch low(kMin - static_cast<float>(zero_point));
  const Batch high(kMax - static_cast<float>(zero_point));
  const Batch inverse(1.0F / scale);
  for (std::size_t i = 0; i < input.size(); i += kWidth) {
    const Batch integer = integers(load(&input[i]), inverse);
    const Batch above = xsimd::select(integer < low, low, integer);
    store(&output[i], xsimd::select(above > high, high, above) * Batch(scale));
  }
}

void fake_quantize_backward(float scale, int zero_point, std::span<const float> input,
                            std::span<const float> d_output, std::span<float> d_input) noexcept {
  assert(input.size() == d_output.size() && input.size() % kLanes == 0);
  const Batch low(kMin - static_cast<float>(zero_point));
  const Batch high(kMax - static_cast<float>(zero_point));
  const Batch inverse(1.0F / scale);
  for (std::size_t i = 0; i < input.size(); i += kWidth) {
    const Batch integer = integers(load(&input[i]), inverse);
    store(&d_input[i], keep((integer >= low) & (integer <= high), load(&d_output[i])));
  }
}

float int8_weight_scale(std::span<const float> weights, std::span<const float> biases,
                        float input_scale, std::size_t inputs) noexcept {
  assert(inputs <= kMaxInt8Inputs);
  const double max_bias = kMaxSum - kMaxProduct * static_cast<double>(inputs);
  const double of_weights = double{largest(weights)} / double{kMax};
  const double of_biases = double{largest(biases)} / (double{input_scale} * max_bias);
  const auto scale = static_cast<float>(std::max(of_weights, of_biases));
  return scale > 0.0F ? scale : 1.0F;
}

std::int32_t int32_bias(float bias, float input_scale, float weight_scale) noexcept {
  const double integer = bias_integer(bias, input_scale, weight_scale);
  return static_cast<std::int32_t>(std::clamp(integer, -kMaxSum, kMaxSum));
}

void fake_quantize_weights(std::span<float> weights, std::span<float> biases, float input_scale,
                           std::size_t inputs) noexcept {
  const float scale = int8_weight_scale(weights, biases, input_scale, inputs);
  for (float& weight : weights) {
    weight = int8_weight(weight, scale) * scale;
  }
  for (float& bias : biases) {
    const double integer = bias_integer(bias, input_scale, scale);
    bias = static_cast<float>(integer * double{input_scale} * double{scale});
  }
}

}  // namespace tinycnn::kernels
