// SPDX-License-Identifier: MIT
// The fully connected layer's kernels against their reference implementations, bit-exact.
#include <doctest/doctest.h>

#include <array>
#include <cstddef>

#include "kernels/linear.h"
#include "reference/reference.h"
#include "support/bits.h"
#include "support/random_values.h"

using tinycnn::Buffer;
using tinycnn::kLanes;
using tinycnn::kernels::Activation;
using tinycnn::kernels::LinearShape;
using tinycnn::kernels::Update;
using tinycnn::test::difference;
using tinycnn::test::RandomValues;
namespace kernels = tinycnn::kernels;
namespace reference = tinycnn::reference;

namespace {

constexpr std::array kFeatures{1, 2, 3, 4, 5, 7, 8, 10, 16, 17, 28};

struct Sizes {
  std::size_t in;
  std::size_t out;
  [[nodiscard]] std::size_t weight() const { return in * out; }
};

/// Calls check(shape, sizes) for every pair of feature counts.
template <class Check>
void for_every_shape(const Check& check) {
  for (const int in : kFeatures) {
    for (const int out : kFeatures) {
      CAPTURE(in);
      CAPTURE(out);
      check(LinearShape{in, out},
            Sizes{static_cast<std::size_t>(in), static_cast<std::size_t>(out)});
    }
  }
}

}  // namespace

TEST_CASE(
    "linear's output equals that of the reference implementation, with and without bias and ReLU") {
  for_every_shape([](const LinearShape& shape, const Sizes& size) {
    RandomValues random;
    const Buffer input = random.floats(size.in * kLanes);
    const Buffer weight = random.floats(size.weight());
    const Buffer bias = random.floats(size.out);
    Buffer output(size.out * kLanes);
    Buffer expected(output.size());
    for (const Activation activation : {Activation::kNone, Activation::kReLU}) {
      kernels::linear_forward(shape, input, weight, bias, activation, kLanes, output);
      reference::linear_forward(shape, input, weight, bias, activation, expected);
      CHECK(difference(output, expected) == "");
      kernels::linear_forward(shape, input, weight, {}, activation, kLanes, output);
      reference::linear_forward(shape, input, weight, {}, activation, expected);
      CHECK(difference(output, expected) == "");
    }
  });
}

TEST_CASE("linear's input gradient equals that of the reference implementation") {
  for_every_shape([](const LinearShape& shape, const Sizes& size) {
    RandomValues random;
    const Buffer d_output = random.floats(size.out * kLanes);
    const Buffer weight = random.floats(size.weight());
    Buffer d_input(size.in * kLanes);
    Buffer expected(d_input.size());
    kernels::linear_backward_input(shape, d_output, weight, d_input);
    reference::linear_backward_input(shape, d_output, weight, expected);
    CHECK(difference(d_input, expected) == "");
  });
}

TEST_CASE(
    "linear's weight gradient is added to what was there, as in the reference implementation") {
  for_every_shape([](const LinearShape& shape, const Sizes& size) {
    RandomValues random;
    const Buffer input = random.floats(size.in * kLanes);
    const Buffer d_output = random.floats(size.out * kLanes);
    Buffer transposed(size.in * kLanes);
    Buffer d_weight = random.floats(size.weight());
    Buffer d_bias = random.floats(size.out);
    Buffer expected_weight = d_weight;
    Buffer expected_bias = d_bias;
    kernels::linear_backward_weight(shape, input, d_output, kLanes, transposed, Update::kAdd,
                                    d_weight, d_bias);
    reference::linear_backward_weight(shape, input, d_output, expected_weight, expected_bias);
    CHECK(difference(d_weight, expected_weight) == "");
    CHECK(difference(d_bias, expected_bias) == "");
    kernels::linear_backward_weight(shape, input, d_output, kLanes, transposed, Update::kAdd,
                                    d_weight, {});
    reference::linear_backward_weight(shape, input, d_output, expected_weight, {});
    CHECK(difference(d_weight, expected_weight) == "");
  });
}

TEST_CASE("linear's output has the same bits in every lane in use, whatever their number") {
  for_every_shape([](const LinearShape& shape, const Sizes& size) {
    RandomValues random;
    const Buffer input = random.floats(size.in * kLanes);
    const Buffer weight = random.floats(size.weight());
    const Buffer bias = random.floats(size.out);
    Buffer expected(size.out * kLanes);
    reference::linear_forward(shape, input, weight, bias, Activation::kReLU, expected);
    for (int lanes = 1; lanes < kLanes; ++lanes) {
      Buffer output(expected.size(), -1.0F);
      kernels::linear_forward(shape, input, weight, bias, Activation::kReLU, lanes, output);
      for (std::size_t i = 0; i < output.size(); ++i) {
        const bool is_used = static_cast<int>(i % kLanes) < lanes;
        REQUIRE((output[i] == expected[i] || (!is_used && output[i] == 0.0F)));
      }
    }
  });
}

TEST_CASE(
    "linear's first weight gradient of a slot replaces what was there, for any lanes in use") {
  for_every_shape([](const LinearShape& shape, const Sizes& size) {
    for (int lanes = 1; lanes <= kLanes; ++lanes) {
      RandomValues random;
      const Buffer input = random.floats(size.in * kLanes);
      Buffer d_output = random.floats(size.out * kLanes);
      for (std::size_t i = 0; i < d_output.size(); ++i) {
        d_output[i] = static_cast<int>(i % kLanes) < lanes ? d_output[i] : 0.0F;
      }
      Buffer transposed(size.in * kLanes);
      Buffer d_weight = random.floats(size.weight());
      Buffer d_bias = random.floats(size.out);
      Buffer expected_weight(d_weight.size());
      Buffer expected_bias(d_bias.size());
      kernels::linear_backward_weight(shape, input, d_output, lanes, transposed, Update::kWrite,
                                      d_weight, d_bias);
      reference::linear_backward_weight(shape, input, d_output, expected_weight, expected_bias);
      REQUIRE(difference(d_weight, expected_weight) == "");
      REQUIRE(difference(d_bias, expected_bias) == "");
    }
  });
}
