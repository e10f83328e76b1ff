// SPDX-License-Identifier: MIT
// Products of integers and real factors, by integers alone and rounded exactly as TensorFlow Lite's
// reference kernels round: the same bits on every machine.
// B. Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-
// only inference", CVPR 2018, section 2.2.
#pragma once

#include <cstdint>

#include "tinycnn/quantized_model.h"

namespace tinycnn {

/// The inputs of a sum are multiplied by 2^20 before they are rescaled.
inline constexpr int kSumShift = 20;

/// The nearest multiplier. factor: from 0 to below 2^31. Below 2^-32 it is 0.
FixedPointMultiplier to_multiplier(double factor) noexcept;

/// The real number that a multiplier stands for.
double to_real(const FixedPointMultiplier& multiplier) noexcept;

/// a * b / 2^31, rounded to the nearest integer, ties upwards. -2^31 times itself saturates.
std::int32_t doubling_high_product(std::int32_t a, std::int32_t b) noexcept;

/// value / 2^exponent, rounded to the nearest integer, ties away from zero. exponent: 0..31.
std::int32_t divide_by_power_of_two(std::int32_t value, int exponent) noexcept;

/// value * multiplier, rounded first to an integer times 2^shift, then to an integer. What leaves
/// 32 bits with a shift above 0 saturates.
std::int32_t multiply(std::int32_t value, const FixedPointMultiplier& multiplier) noexcept;

/// Rounded to the nearest integer, ties away from zero, in the range of int8.
std::int8_t quantize(double real, const Quantization& quantization) noexcept;
std::int8_t saturate(std::int32_t value, std::int32_t min = -128, std::int32_t max = 127) noexcept;

/// The affine map of [min, max], widened to hold 0, which it holds exactly, to -128..127.
Quantization quantization_of(double min, double max) noexcept;

}  // namespace tinycnn
