// SPDX-License-Identifier: MIT
// The Winograd kernels against the convolution's plain sums in double. Values lie in [-1, 1), so a
// sum of n products has a standard deviation of sqrt(n) / 3; errors are measured against that.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <vector>

#include "kernels/simd.h"
#include "kernels/winograd.h"
#include "kernels/winograd_single.h"
#include "reference/winograd.h"
#include "support/bits.h"
#include "support/random_values.h"

using tinycnn::Buffer;
using tinycnn::kLanes;
using tinycnn::Shape;
using tinycnn::kernels::Activation;
using tinycnn::kernels::WinogradShape;
using tinycnn::test::difference;
using tinycnn::test::RandomValues;
namespace kernels = tinycnn::kernels;
namespace reference = tinycnn::reference;

namespace {

/// Of the standard deviation of the sum. The direct sums stay below 2e-6.
constexpr double kTolerance = 1e-5;

/// The largest error in units of sqrt(terms) / 3.
double error(std::span<const float> actual, std::span<const double> expected, int terms) {
  double largest = 0.0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    largest = std::max(largest, std::abs(actual[i] - expected[i]));
  }
  return largest * 3.0 / std::sqrt(static_cast<double>(std::max(terms, 9)));
}

struct Case {
  WinogradShape shape;
  Buffer input;
  Buffer d_output;
  Buffer weight;
  Buffer bias;
  Buffer scratch;

  explicit Case(const WinogradShape& s) : shape(s) {
    RandomValues random;
    const auto out_channels = static_cast<std::size_t>(s.out_channels);
    input = random.floats(s.input.block_size());
    d_output = random.floats(Shape{s.out_channels, s.out_height(), s.out_width()}.block_size());
    weight = random.floats(s.weight_size());
    bias = random.floats(out_channels);
    // What was there before must not matter.
    scratch = Buffer(s.scratch_size(), std::numeric_limits<float>::quiet_NaN());
  }
};

void check_forward(Case& c) {
  Buffer packed(c.shape.packed_size());
  kernels::winograd_pack_weight(c.shape, c.weight, packed);
  Buffer output(c.d_output.size());
  std::vector<double> expected(output.size());
  const int terms = c.shape.input.channels * c.shape.kernel * c.shape.kernel;
  kernels::winograd_forward(c.shape, c.input, packed, {}, Activation::kNone, c.scratch, output);
  reference::winograd_forward(c.shape, c.input, c.weight, {}, expected);
  CHECK(error(output, expected, terms) < kTolerance);
  kernels::winograd_forward(c.shape, c.input, packed, c.bias, Activation::kNone, c.scratch, output);
  reference::winograd_forward(c.shape, c.input, c.weight, c.bias, expected);
  CHECK(error(output, expected, terms) < kTolerance);
  Buffer rectified(output.size());
  kernels::winograd_forward(c.shape, c.input, packed, c.bias, Activation::kReLU, c.scratch,
                            rectified);
  std::ranges::transform(output, output.begin(), [](float v) { return v < 0.0F ? 0.0F : v; });
  CHECK(difference(rectified, output) == "");
}

void check_backward_input(Case& c) {
  Buffer packed(c.shape.packed_size());
  kernels::winograd_pack_transposed_weight(c.shape, c.weight, packed);
  Buffer d_input(c.input.size(), std::numeric_limits<float>::quiet_NaN());
  std::vector<double> expected(d_input.size());
  kernels::winograd_backward_input(c.shape, c.d_output, packed, c.scratch, d_input);
  reference::winograd_backward_input(c.shape, c.d_output, c.weight, expected);
  CHECK(error(d_input, expected, c.shape.out_channels * 9) < kTolerance);
}

void check_backward_weight(Case& c) {
  const int terms = c.shape.out_height() * c.shape.out_width() * kLanes;
  Buffer d_weight(c.weight.size(), 0.0F);
  Buffer d_bias(c.bias.size(), 0.0F);
  std::vector<double> expected_weight(d_weight.size());
  std::vector<double> expected_bias(d_bias.size());
  kernels::winograd_backward_weight(c.shape, c.input, c.d_output, c.scratch, d_weight, d_bias);
  reference::winograd_backward_weight(c.shape, c.input, c.d_output, expected_weight, expected_bias);
  CHECK(error(d_weight, expected_weight, terms) < kTolerance);
  CHECK(error(d_bias, expected_bias, terms) < kTolerance);
  // Gradients are added to what other blocks left, here 2 and nothing; the bias may be absent.
  Buffer sum(c.weight.size(), 2.0F);
  kernels::winograd_backward_weight(c.shape, c.input, c.d_output, c.scratch, sum, {});
  std::ranges::transform(expected_weight, expected_weight.begin(),
                         [](double v) { return 2.0 + v; });
  CHECK(error(sum, expected_weight, terms) < kTolerance);
}

void check(const WinogradShape& shape) {
  CAPTURE(shape.input.channels);
  CAPTURE(shape.input.height);
  CAPTURE(shape.input.width);
  CAPTURE(shape.out_channels);
  CAPTURE(shape.padding.height);
  CAPTURE(shape.padding.width);
  CAPTURE(shape.kernel);
  Case c(shape);
  check_forward(c);
  if (shape.kernel == 5) {
    return;  // has a forward pass only
  }
  check_backward_input(c);
  check_backward_weight(c);
}

}  // namespace

TEST_CASE("Winograd's kernels equal the convolution at every image size and padding") {
  for (const int kernel : {3, 5}) {
    for (const int size : {1, 3, 4, 5, 6, 7, 8, 17, 28}) {
      for (int padding = 0; padding < kernel; ++padding) {
        if (size + 2 * padding >= kernel) {
          check({.input = {3, size, size},
                 .out_channels = 5,
                 .padding = {padding, padding},
                 .kernel = kernel});
        }
      }
    }
  }
}

TEST_CASE("Winograd's kernels equal the convolution for every number of channels in and out") {
  for (const int in : {1, 2, 3, 4, 5, 8, 17}) {
    for (const int out : {1, 2, 3, 4, 5, 8, 17}) {
      check({.input = {in, 6, 7}, .out_channels = out});
      check({.input = {in, 6, 7}, .out_channels = out, .kernel = 5});
    }
  }
}

TEST_CASE("Winograd's kernels equal the convolution where height and width differ") {
  check({.input = {4, 3, 28}, .out_channels = 4});
  check({.input = {4, 28, 3}, .out_channels = 4});
  check({.input = {2, 1, 5}, .out_channels = 3, .padding = {2, 0}});
  check({.input = {2, 9, 4}, .out_channels = 3, .padding = {0, 2}});
  check({.input = {2, 2, 150}, .out_channels = 3, .padding = {1, 1}});
  check({.input = {4, 5, 28}, .out_channels = 4, .kernel = 5});
  check({.input = {4, 28, 5}, .out_channels = 4, .kernel = 5});
  check({.input = {2, 1, 6}, .out_channels = 3, .padding = {4, 0}, .kernel = 5});
  check({.input = {2, 9, 3}, .out_channels = 3, .padding = {1, 3}, .kernel = 5});
}

TEST_CASE("Winograd's method pays where its multiplications are clearly fewer") {
  using kernels::winograd_backward_pays;
  using kernels::winograd_forward_pays;
  CHECK(winograd_forward_pays({.input = {6, 26, 26}, .out_channels = 4}));
  CHECK_FALSE(winograd_forward_pays({.input = {4, 26, 26}, .out_channels = 4}));
  CHECK_FALSE(winograd_backward_pays({.input = {6, 26, 26}, .out_channels = 4}));
  CHECK_FALSE(winograd_forward_pays({.input = {1, 28, 28}, .out_channels = 16}));
  CHECK(winograd_forward_pays({.input = {32, 5, 5}, .out_channels = 64}));
  CHECK(winograd_backward_pays({.input = {32, 5, 5}, .out_channels = 64}));
  // A whole tile for four outputs.
  CHECK_FALSE(winograd_forward_pays({.input = {32, 4, 4}, .out_channels = 64}));
  CHECK(winograd_backward_pays({.input = {32, 4, 4}, .out_channels = 64}));
  CHECK(winograd_forward_pays({.input = {6, 14, 14}, .out_channels = 16, .kernel = 5}));
  CHECK_FALSE(winograd_backward_pays({.input = {6, 14, 14}, .out_channels = 16, .kernel = 5}));
  CHECK_FALSE(winograd_forward_pays({.input = {1, 28, 28}, .out_channels = 12, .kernel = 5}));
}

TEST_CASE("a sample's numbers do not depend on the samples in the other lanes") {
  for (const int kernel : {3, 5}) {
    const WinogradShape shape{
        .input = {9, 10, 11}, .out_channels = 10, .padding = {1, 1}, .kernel = kernel};
    Case c(shape);
    Buffer packed(shape.packed_size());
    kernels::winograd_pack_weight(shape, c.weight, packed);
    Buffer output(c.d_output.size());
    kernels::winograd_forward(shape, c.input, packed, c.bias, Activation::kNone, c.scratch, output);
    for (std::size_t i = 0; i < c.input.size(); ++i) {
      c.input[i] = i % kLanes == 3 ? c.input[i] : std::numeric_limits<float>::infinity();
    }
    Buffer alone(output.size());
    kernels::winograd_forward(shape, c.input, packed, c.bias, Activation::kNone, c.scratch, alone);
    for (std::size_t i = 3; i < output.size(); i += kLanes) {
      REQUIRE(alone[i] == output[i]);
    }
  }
}

TEST_CASE("Winograd's method gives few lanes the numbers that it gives all, and writes no others") {
  for (const int kernel : {3, 5}) {
    const WinogradShape shape{
        .input = {5, 9, 12}, .out_channels = 7, .padding = {1, 2}, .kernel = kernel};
    Case c(shape);
    Buffer packed(shape.packed_size());
    kernels::winograd_pack_weight(shape, c.weight, packed);
    Buffer all(c.d_output.size());
    kernels::winograd_forward(shape, c.input, packed, c.bias, Activation::kReLU, c.scratch, all);
    for (const int lanes : {1, 3, 4, 5, 8}) {
      constexpr float kUntouched = -7.0F;
      const auto written = static_cast<std::size_t>(kernels::whole_registers(lanes));
      Buffer output(all.size(), kUntouched);
      kernels::winograd_forward(shape, c.input, packed, c.bias, Activation::kReLU, c.scratch,
                                output, lanes);
      for (std::size_t i = 0; i < all.size(); ++i) {
        REQUIRE(output[i] == (i % kLanes < written ? all[i] : kUntouched));
      }
    }
  }
}

TEST_CASE("Winograd's method gives a single sample the numbers that it gives the first lane") {
  const auto check_single = [](const WinogradShape& shape) {
    CAPTURE(shape.input.height);
    CAPTURE(shape.padding.height);
    CAPTURE(shape.kernel);
    constexpr float kUntouched = -7.0F;
    Case c(shape);
    Buffer packed(shape.packed_size());
    kernels::winograd_pack_weight(shape, c.weight, packed);
    Buffer expected(c.d_output.size());
    kernels::winograd_forward(shape, c.input, packed, c.bias, Activation::kReLU, c.scratch,
                              expected);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      expected[i] = i % kLanes == 0 ? expected[i] : kUntouched;
    }
    Buffer scratch(kernels::winograd_single_scratch_size(shape),
                   std::numeric_limits<float>::quiet_NaN());
    Buffer output(expected.size(), kUntouched);
    kernels::winograd_forward_single(shape, c.input, packed, c.bias, Activation::kReLU, scratch,
                                     output);
    CHECK(difference(output, expected) == "");
  };
  for (const int kernel : {3, 5}) {
    for (const int size : {1, 3, 5, 6, 8, 9, 14, 26}) {
      for (int padding = 0; padding < kernel; ++padding) {
        if (size + 2 * padding >= kernel) {
          check_single({.input = {3, size, size + 4},
                        .out_channels = 5,
                        .padding = {padding, kernel - 1 - padding},
                        .kernel = kernel});
        }
      }
    }
  }
}
