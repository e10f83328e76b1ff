// SPDX-License-Identifier: MIT
// Smooth and leaky activations against their reference implementations, bit-exact, and the errors
// that kernels/activation_functions.h states, against the C library in double precision.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <numbers>

#include "kernels/activation.h"
#include "kernels/activation_functions.h"
#include "reference/reference.h"
#include "support/bits.h"
#include "support/random_values.h"

using tinycnn::Buffer;
using tinycnn::kernels::ActivationType;
using tinycnn::test::difference;
using tinycnn::test::RandomValues;
namespace kernels = tinycnn::kernels;
namespace reference = tinycnn::reference;

namespace {

constexpr std::array kTypes{ActivationType::kLeakyReLU, ActivationType::kSigmoid,
                            ActivationType::kTanh,      ActivationType::kSiLU,
                            ActivationType::kGELU,      ActivationType::kReLU6};
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

double exact_sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }
double exact_normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

/// Largest error over -30..30 in steps of a thousandth, and over small numbers.
template <class Function, class Exact>
double worst_error(const Function& function, const Exact& exact) {
  double worst = 0.0;
  const auto check = [&](float x) {
    worst = std::max(worst, std::abs(static_cast<double>(function(x)) - exact(x)));
  };
  for (int i = -30'000; i <= 30'000; ++i) {
    check(static_cast<float>(i) / 1000.0F);
  }
  for (float x = 1e-30F; x < 1.0F; x *= 1.01F) {
    check(x);
    check(-x);
  }
  return worst;
}

}  // namespace

TEST_CASE(
    "every activation equals its reference implementation forward and backward, also in place") {
  for (const ActivationType type : kTypes) {
    for (const float slope : {0.01F, 0.3F, -1.5F}) {
      for (const std::size_t count : std::initializer_list<std::size_t>{8, 24, 56, 1000}) {
        for (const float spread : {0.5F, 8.0F, 120.0F}) {
          const int number = static_cast<int>(type);
          CAPTURE(number);
          CAPTURE(spread);
          RandomValues random;
          Buffer input = random.floats(count);
          for (float& each : input) {
            each *= spread;
          }
          std::ranges::copy(std::array{0.0F, -0.0F, kNaN, kInfinity, -kInfinity, 0.625F, -0.625F},
                            input.begin());
          Buffer output(count);
          Buffer expected(count);
          kernels::activation_forward(type, slope, input, output);
          reference::activation_forward(type, slope, input, expected);
          CHECK(difference(output, expected) == "");
          CHECK(std::isnan(output[2]));

          Buffer d_output = random.floats(count);
          Buffer d_input(count);
          kernels::activation_backward(type, slope, input, d_output, d_input);
          reference::activation_backward(type, slope, input, d_output, expected);
          CHECK(difference(d_input, expected) == "");
          kernels::activation_backward(type, slope, input, d_output, d_output);
          CHECK(difference(d_output, expected) == "");
          kernels::activation_forward(type, slope, input, input);
          CHECK(difference(input, output) == "");
        }
      }
    }
  }
}

TEST_CASE("sigmoid, tanh and the normal distribution function are as exact as stated") {
  CHECK(worst_error(kernels::sigmoid<float>, exact_sigmoid) < 1e-7);
  CHECK(worst_error(kernels::portable_tanh<float>, [](double x) { return std::tanh(x); }) < 1e-7);
  CHECK(worst_error(kernels::normal_cdf<float>, exact_normal_cdf) < 3e-7);
}

TEST_CASE("tanh keeps its relative precision near 0") {
  for (float x = 1e-30F; x < 0.7F; x *= 1.01F) {
    REQUIRE(kernels::portable_tanh(x) == doctest::Approx(std::tanh(double{x})).epsilon(2e-7));
  }
}

TEST_CASE("far out, activations go to their limits") {
  for (const float x : {30.0F, 100.0F, 1e30F, kInfinity}) {
    CHECK(kernels::sigmoid(x) == 1.0F);
    CHECK(kernels::sigmoid(-x) < 1e-12F);
    CHECK(kernels::sigmoid(-x) >= 0.0F);
    CHECK(kernels::portable_tanh(x) == 1.0F);
    CHECK(kernels::portable_tanh(-x) == -1.0F);
    CHECK(kernels::normal_cdf(x) == 1.0F);
    CHECK(kernels::normal_cdf(-x) < 1e-37F);
    CHECK(kernels::normal_cdf(-x) >= 0.0F);
  }
}

TEST_CASE("sigmoid, tanh and the normal distribution function are right and smooth at 0") {
  CHECK(kernels::sigmoid(0.0F) == 0.5F);
  CHECK(kernels::portable_tanh(0.0F) == 0.0F);
  CHECK(kernels::normal_cdf(0.0F) == doctest::Approx(0.5).epsilon(1e-6));
}

TEST_CASE("each derivative is the slope of its function") {
  constexpr double kStep = 1e-5;
  const auto check = [](const auto& function, const auto& exact, double tolerance) {
    for (int i = -800; i <= 800; ++i) {
      const double x = i / 100.0 + 0.003;
      const double slope = (exact(x + kStep) - exact(x - kStep)) / (2.0 * kStep);
      REQUIRE(std::abs(function.derivative(static_cast<float>(x)) - slope) < tolerance);
    }
  };
  check(kernels::LeakyReLUFunction{0.2F}, [](double x) { return x > 0.0 ? x : 0.2 * x; }, 1e-6);
  check(kernels::SigmoidFunction{}, exact_sigmoid, 1e-6);
  check(kernels::TanhFunction{}, [](double x) { return std::tanh(x); }, 1e-6);
  check(kernels::SiLUFunction{}, [](double x) { return x * exact_sigmoid(x); }, 1e-6);
  check(kernels::GELUFunction{}, [](double x) { return x * exact_normal_cdf(x); }, 1e-6);
}

TEST_CASE("ReLU6 has no slope at 0 and at 6, as in PyTorch") {
  const kernels::ReLU6Function relu6;
  CHECK(relu6.value(-4.0F) == 0.0F);
  CHECK(relu6.value(5.5F) == 5.5F);
  CHECK(relu6.value(kInfinity) == 6.0F);
  CHECK(relu6.derivative(0.0F) == 0.0F);
  CHECK(relu6.derivative(5.5F) == 1.0F);
  CHECK(relu6.derivative(6.0F) == 0.0F);
}

TEST_CASE("leaky ReLU takes its slope below 0 and at 0, as PyTorch does") {
  const kernels::LeakyReLUFunction leaky{0.25F};
  CHECK(leaky.value(-4.0F) == -1.0F);
  CHECK(leaky.value(4.0F) == 4.0F);
  CHECK(leaky.derivative(-4.0F) == 0.25F);
  CHECK(leaky.derivative(0.0F) == 0.25F);
  CHECK(leaky.derivative(4.0F) == 1.0F);
}
