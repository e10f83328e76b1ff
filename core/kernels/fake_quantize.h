// SPDX-License-Identifier: MIT
// Rounding to the numbers that 8-bit integers stand for, scale * (integer - zero point), so that a
// network learns with the values that it will compute with: torch.fake_quantize_per_tensor_affine.
// The gradient is passed on as if nothing were rounded ("straight through").
// B. Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-
// only inference", CVPR 2018, section 3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tinycnn::kernels {

/// Adding and subtracting it rounds a number below 2^22 to the nearest integer, ties to even.
inline constexpr float kRounder = 12582912.0F;  // 1.5 * 2^23

/// To the integers from -128 to 127 minus zero_point, times scale. NaN for NaN. Both spans have the
/// same length, a multiple of B.
void fake_quantize_forward(float scale, int zero_point, std::span<const float> input,
                           std::span<float> output) noexcept;
/// d_output where `input` was in the range of the integers, else 0.
void fake_quantize_backward(float scale, int zero_point, std::span<const float> input,
                            std::span<const float> d_output, std::span<float> d_input) noexcept;

/// Weights are symmetric: integers from -127 to 127. Biases are 32-bit integers in units of
/// input_scale * the weights' scale.

/// The scale of weights that share one: as fine as the largest weight and the largest bias allow.
/// inputs: of an output, up to kMaxInt8Inputs.
float int8_weight_scale(std::span<const float> weights, std::span<const float> biases,
                        float input_scale, std::size_t inputs) noexcept;

/// The integer that a weight becomes. scale: above 0.
inline float int8_weight(float weight, float scale) noexcept {
  constexpr float kMax = 127.0F;
  const float ratio = weight / scale;
  const float clamped = ratio < -kMax ? -kMax : ratio > kMax ? kMax : ratio;
  return (clamped + kRounder) - kRounder;
}

/// The integer that a finite bias becomes.
std::int32_t int32_bias(float bias, float input_scale, float weight_scale) noexcept;

/// Rounds the weights of outputs that share a scale, and their biases, in place. NaN stays NaN.
void fake_quantize_weights(std::span<float> weights, std::span<float> biases, float input_scale,
                           std::size_t inputs) noexcept;

}  // namespace tinycnn::kernels
