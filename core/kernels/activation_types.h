// SPDX-License-Identifier: MIT
// The activations that kernels apply: fused into the kernel before them, or element by element.
#pragma once

namespace tinycnn::kernels {

/// What a kernel applies to its result before it stores it.
enum class Activation : unsigned char { kNone, kReLU };

/// Those with a kernel of their own (kernels/activation.h).
enum class ActivationType : unsigned char {
  kLeakyReLU,  ///< x or, below 0, negative_slope * x
  kSigmoid,    ///< 1 / (1 + e^-x)
  kTanh,
  kSiLU,   ///< x * sigmoid(x)
  kGELU,   ///< x * Phi(x), Phi the standard normal distribution function
  kReLU6,  ///< x, but at least 0 and at most 6
};

}  // namespace tinycnn::kernels
