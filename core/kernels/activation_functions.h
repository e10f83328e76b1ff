// SPDX-License-Identifier: MIT
// Activation functions and their derivatives, templated on the number type like exp_log.h.
// tanh: Cephes tanhf.c (S. Moshier). erf: M. Abramowitz, I. Stegun, Handbook of Mathematical
// Functions, 7.1.26. Absolute errors: sigmoid and tanh below 1e-7, normal_cdf below 3e-7.
#pragma once

#include "kernels/exp_log.h"

namespace tinycnn::kernels {

template <class V>
V sigmoid(V x) {
  return divide(V(1.0F), V(1.0F) + portable_exp(V(0.0F) - x));
}

template <class V>
V portable_tanh(V x) {
  const V magnitude = detail::choose(x < V(0.0F), V(0.0F) - x, x);
  const V square = x * x;
  V p(-5.70498872745e-3F);
  p = p * square + V(2.06390887954e-2F);
  p = p * square + V(-5.37397155531e-2F);
  p = p * square + V(1.33314422036e-1F);
  p = p * square + V(-3.33332819422e-1F);
  const V small = p * square * x + x;
  const V large = V(1.0F) - divide(V(2.0F), portable_exp(magnitude + magnitude) + V(1.0F));
  const V signed_large = detail::choose(x < V(0.0F), V(0.0F) - large, large);
  return detail::choose(magnitude < V(0.625F), small, signed_large);
}

/// Phi(x), the cumulative distribution function of the standard normal distribution.
template <class V>
V normal_cdf(V x) {
  const V magnitude = detail::choose(x < V(0.0F), V(0.0F) - x, x) * V(0.70710678118654752F);
  const V t = divide(V(1.0F), V(1.0F) + V(0.3275911F) * magnitude);
  V p(1.061405429F);
  p = p * t + V(-1.453152027F);
  p = p * t + V(1.421413741F);
  p = p * t + V(-0.284496736F);
  p = p * t + V(0.254829592F);
  const V tail = V(0.5F) * p * t * portable_exp(V(0.0F) - magnitude * magnitude);
  return detail::choose(x < V(0.0F), tail, V(1.0F) - tail);
}

struct LeakyReLUFunction {
  float negative_slope;
  template <class V>
  V value(V x) const {
    return detail::choose(x < V(0.0F), V(negative_slope) * x, x);
  }
  template <class V>
  V derivative(V x) const {
    return detail::choose(x > V(0.0F), V(1.0F), V(negative_slope));
  }
};

struct SigmoidFunction {
  template <class V>
  V value(V x) const {
    return sigmoid(x);
  }
  template <class V>
  V derivative(V x) const {
    const V y = sigmoid(x);
    return y * (V(1.0F) - y);
  }
};

struct TanhFunction {
  template <class V>
  V value(V x) const {
    return portable_tanh(x);
  }
  template <class V>
  V derivative(V x) const {
    const V y = portable_tanh(x);
    return V(1.0F) - y * y;
  }
};

struct SiLUFunction {
  template <class V>
  V value(V x) const {
    return x * sigmoid(x);
  }
  template <class V>
  V derivative(V x) const {
    const V y = sigmoid(x);
    return y * (V(1.0F) + x * (V(1.0F) - y));
  }
};

struct GELUFunction {
  template <class V>
  V value(V x) const {
    return x * normal_cdf(x);
  }
  template <class V>
  V derivative(V x) const {
    const V density = V(0.39894228040143268F) * portable_exp(V(-0.5F) * x * x);
    return normal_cdf(x) + x * density;
  }
};

struct ReLU6Function {
  template <class V>
  V value(V x) const {
    return detail::choose(x > V(6.0F), V(6.0F), detail::choose(x < V(0.0F), V(0.0F), x));
  }
  template <class V>
  V derivative(V x) const {
    return detail::choose(x > V(0.0F), detail::choose(x < V(6.0F), V(1.0F), V(0.0F)), V(0.0F));
  }
};

/// Calls use(function) with the function object of a type.
template <class Type, class Use>
void with_activation(Type type, float negative_slope, const Use& use) {
  switch (type) {
    case Type::kLeakyReLU:
      return use(LeakyReLUFunction{negative_slope});
    case Type::kSigmoid:
      return use(SigmoidFunction{});
    case Type::kTanh:
      return use(TanhFunction{});
    case Type::kSiLU:
      return use(SiLUFunction{});
    case Type::kGELU:
      return use(GELUFunction{});
    case Type::kReLU6:
      return use(ReLU6Function{});
  }
}

}  // namespace tinycnn::kernels
