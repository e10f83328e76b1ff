// SPDX-License-Identifier: MIT
// Max pooling against its reference implementation, bit-exact, and what it does about ties and NaN.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "kernels/max_pool2d.h"
#include "reference/reference.h"
#include "support/bits.h"
#include "support/random_values.h"

using tinycnn::Buffer;
using tinycnn::kLanes;
using tinycnn::Size2d;
using tinycnn::kernels::Activation;
using tinycnn::kernels::Pool2dShape;
using tinycnn::test::difference;
using tinycnn::test::RandomValues;
namespace kernels = tinycnn::kernels;
namespace reference = tinycnn::reference;

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

void check_equal(const Pool2dShape& shape, const Buffer& input) {
  CAPTURE(shape.input.channels);
  CAPTURE(shape.input.height);
  CAPTURE(shape.input.width);
  CAPTURE(shape.kernel.height);
  CAPTURE(shape.kernel.width);
  CAPTURE(shape.stride.height);
  CAPTURE(shape.stride.width);
  Buffer output(shape.output().block_size());
  Buffer winner(output.size());
  Buffer expected(output.size());
  Buffer expected_winner(output.size());
  for (const Activation activation : {Activation::kReLU, Activation::kNone}) {
    kernels::max_pool2d_forward(shape, input, activation, output, winner);
    reference::max_pool2d_forward(shape, input, activation, expected, expected_winner);
    CHECK(difference(output, expected) == "");
    CHECK(difference(winner, expected_winner) == "");
  }

  const Buffer d_output = RandomValues(1).floats(output.size());
  Buffer d_input = RandomValues(2).floats(input.size());
  Buffer expected_d_input(input.size());
  kernels::max_pool2d_backward(shape, d_output, winner, d_input);
  reference::max_pool2d_backward(shape, d_output, winner, expected_d_input);
  CHECK(difference(d_input, expected_d_input) == "");
}

void check_random(const Pool2dShape& shape) {
  check_equal(shape, RandomValues().floats(shape.input.block_size()));
}

/// One 2x2 window over the same four values in every lane.
struct OneWindow {
  explicit OneWindow(const std::array<float, 4>& values) {
    Buffer input;
    for (const float value : values) {
      input.insert(input.end(), kLanes, value);
    }
    kernels::max_pool2d_forward({{1, 2, 2}, {2, 2}, {2, 2}}, input, Activation::kNone, output,
                                winner);
  }
  Buffer output = Buffer(kLanes);
  Buffer winner = Buffer(kLanes);
};

}  // namespace

TEST_CASE("max-pool equals its reference implementation at every image and window size") {
  for (const int size : {1, 3, 4, 5, 7, 8, 17, 28}) {
    for (const int kernel : {1, 2, 3, 5}) {
      if (kernel <= size) {
        check_random({{3, size, size}, {kernel, kernel}, {kernel, kernel}});
      }
    }
  }
}

TEST_CASE("max-pool equals its reference implementation for any number of channels") {
  for (const int channels : {1, 2, 3, 4, 5, 7, 10}) {
    check_random({{channels, 5, 7}, {2, 2}, {2, 2}});
  }
}

TEST_CASE(
    "max-pool equals its reference implementation where windows overlap, leave gaps or are not "
    "square") {
  for (const Size2d& kernel : {Size2d{2, 2}, Size2d{3, 3}, Size2d{1, 3}, Size2d{3, 2}}) {
    for (const Size2d& stride : {Size2d{1, 1}, Size2d{2, 1}, Size2d{1, 3}, Size2d{4, 4}}) {
      check_random({{2, 7, 8}, kernel, stride});
      check_random({{2, 5, 17}, kernel, stride});
    }
  }
}

TEST_CASE("max-pool equals its reference implementation on many ties and on NaN") {
  const Pool2dShape shape{{2, 8, 8}, {3, 3}, {2, 2}};
  Buffer input = RandomValues().floats(shape.input.block_size());
  for (float& value : input) {
    value = std::round(value * 2.0F);
  }
  check_equal(shape, input);
  for (std::size_t i = 0; i < input.size(); i += 13) {
    input[i] = kNaN;
  }
  check_equal(shape, input);
}

TEST_CASE("the first of equal maxima wins its window") {
  CHECK(OneWindow({1.0F, 3.0F, 3.0F, 2.0F}).winner == Buffer(kLanes, 1.0F));
  CHECK(OneWindow({5.0F, 5.0F, 5.0F, 5.0F}).winner == Buffer(kLanes, 0.0F));
}

TEST_CASE("NaN wins its window, wherever it stands and whatever follows") {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (std::size_t at = 0; at < 4; ++at) {
    std::array<float, 4> values{kInfinity, kInfinity, kInfinity, kInfinity};
    values[at] = kNaN;
    const OneWindow window(values);
    CHECK(std::isnan(window.output[0]));
    CHECK(window.winner == Buffer(kLanes, static_cast<float>(at)));
  }
}

TEST_CASE("a window of nothing but minus infinity keeps it") {
  constexpr float kLowest = -std::numeric_limits<float>::infinity();
  CHECK(OneWindow({kLowest, kLowest, kLowest, kLowest}).output == Buffer(kLanes, kLowest));
}

TEST_CASE("a pixel that wins several overlapping windows gets the sum of their gradients") {
  const Pool2dShape shape{{1, 3, 3}, {2, 2}, {1, 1}};
  Buffer input(shape.input.block_size());
  std::fill_n(input.begin() + 4 * kLanes, kLanes, 1.0F);  // the pixel in the middle
  Buffer output(shape.output().block_size());
  Buffer winner(output.size());
  kernels::max_pool2d_forward(shape, input, Activation::kNone, output, winner);
  Buffer d_input(input.size());
  kernels::max_pool2d_backward(shape, Buffer(output.size(), 0.5F), winner, d_input);
  Buffer expected(input.size());
  std::fill_n(expected.begin() + 4 * kLanes, kLanes, 2.0F);
  CHECK(difference(d_input, expected) == "");
}
