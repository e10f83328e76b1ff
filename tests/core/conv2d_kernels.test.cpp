// SPDX-License-Identifier: MIT
// The convolution's kernels against their reference implementations, bit-exact.
#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <vector>

#include "kernels/conv2d.h"
#include "kernels/conv2d_backward_input.h"
#include "kernels/conv2d_single.h"
#include "reference/reference.h"
#include "support/bits.h"
#include "support/random_values.h"

using tinycnn::Buffer;
using tinycnn::kLanes;
using tinycnn::Shape;
using tinycnn::Size2d;
using tinycnn::kernels::Activation;
using tinycnn::kernels::Conv2dShape;
using tinycnn::test::difference;
using tinycnn::test::RandomValues;
namespace kernels = tinycnn::kernels;
namespace reference = tinycnn::reference;

namespace {

struct Case {
  Shape input{};  // unpadded
  int out_channels = 1;
  Size2d kernel{};
  Size2d stride{1, 1};
  Size2d padding{};
  Size2d dilation{1, 1};

  [[nodiscard]] bool fits() const {
    const Size2d extent = shape().extent();
    return input.height + 2 * padding.height >= extent.height &&
           input.width + 2 * padding.width >= extent.width;
  }
  [[nodiscard]] Conv2dShape shape() const {
    return {.in_channels = input.channels,
            .in_height = input.height + 2 * padding.height,
            .in_width = input.width + 2 * padding.width,
            .out_channels = out_channels,
            .kernel = kernel,
            .stride = stride,
            .dilation = dilation};
  }
};

std::size_t input_size(const Conv2dShape& shape) {
  return Shape{shape.in_channels, shape.in_height, shape.in_width}.block_size();
}
std::size_t output_size(const Conv2dShape& shape) {
  return Shape{shape.out_channels, shape.out_height(), shape.out_width()}.block_size();
}

void check_forward(const Conv2dShape& shape) {
  RandomValues random;
  const Buffer input = random.floats(input_size(shape));
  const Buffer weight = random.floats(shape.weight_size());
  const Buffer bias = random.floats(static_cast<std::size_t>(shape.out_channels));
  Buffer packed(weight.size());
  kernels::conv2d_pack_weight(shape, weight, packed);
  Buffer output(output_size(shape));
  Buffer expected(output.size());
  for (const Activation activation : {Activation::kNone, Activation::kReLU}) {
    kernels::conv2d_forward(shape, input, packed, bias, activation, output);
    reference::conv2d_forward(shape, input, weight, bias, activation, expected);
    CHECK(difference(output, expected) == "");
  }
  kernels::conv2d_forward(shape, input, packed, {}, Activation::kNone, output);
  reference::conv2d_forward(shape, input, weight, {}, Activation::kNone, expected);
  CHECK(difference(output, expected) == "");
}

void check_forward_single(const Conv2dShape& shape) {
  if (!kernels::conv2d_single_fits(shape)) {
    return;
  }
  RandomValues random;
  const Buffer input = random.floats(input_size(shape));
  const Buffer weight = random.floats(shape.weight_size());
  const Buffer bias = random.floats(static_cast<std::size_t>(shape.out_channels));
  Buffer packed(weight.size());
  kernels::conv2d_pack_weight(shape, weight, packed);
  Buffer plane(input.size() / kLanes);
  Buffer expected(output_size(shape));
  for (const Activation activation : {Activation::kNone, Activation::kReLU}) {
    const auto used_bias =
        activation == Activation::kReLU ? std::span<const float>(bias) : std::span<const float>();
    reference::conv2d_forward(shape, input, weight, used_bias, activation, expected);
    Buffer output(expected.size(), -1.0F);
    kernels::conv2d_forward_single(shape, input, packed, used_bias, activation, plane, output);
    for (std::size_t i = 0; i < output.size(); ++i) {
      REQUIRE(output[i] == (i % kLanes == 0 ? expected[i] : -1.0F));
    }
  }
}

void check_backward_input(const Case& c) {
  const Conv2dShape shape = c.shape();
  RandomValues random;
  const Buffer d_output = random.floats(output_size(shape));
  const Buffer weight = random.floats(shape.weight_size());
  const Conv2dShape flipped = kernels::conv2d_flipped_shape(shape, c.input);
  Buffer packed(weight.size());
  kernels::conv2d_pack_flipped_weight(shape, weight, packed);
  Buffer dilated = random.floats(input_size(flipped));  // what was there before must not matter
  kernels::conv2d_dilate(shape, c.input, c.padding, d_output, dilated);
  Buffer d_input(c.input.block_size());
  kernels::conv2d_forward(flipped, dilated, packed, {}, Activation::kNone, d_input);
  Buffer expected(d_input.size());
  reference::conv2d_backward_input(shape, c.input, c.padding, d_output, weight, expected);
  CHECK(difference(d_input, expected) == "");
  d_input.assign(d_input.size(), -1.0F);
  kernels::conv2d_backward_input(shape, c.input, c.padding, d_output, weight, d_input);
  CHECK(difference(d_input, expected) == "");
}

void check_backward_weight(const Conv2dShape& shape) {
  RandomValues random;
  const Buffer input = random.floats(input_size(shape));
  const Buffer d_output = random.floats(output_size(shape));
  Buffer accumulator = random.floats(shape.weight_size() * kLanes);
  // Gradients are added to what other blocks left.
  Buffer d_weight = random.floats(shape.weight_size());
  Buffer d_bias = random.floats(static_cast<std::size_t>(shape.out_channels));
  Buffer expected_weight = d_weight;
  Buffer expected_bias = d_bias;
  kernels::conv2d_backward_weight(shape, input, d_output, accumulator, d_weight, d_bias);
  reference::conv2d_backward_weight(shape, input, d_output, expected_weight, expected_bias);
  CHECK(difference(d_weight, expected_weight) == "");
  CHECK(difference(d_bias, expected_bias) == "");
  kernels::conv2d_backward_weight(shape, input, d_output, accumulator, d_weight, {});
  reference::conv2d_backward_weight(shape, input, d_output, expected_weight, {});
  CHECK(difference(d_weight, expected_weight) == "");
}

void check(const Case& c) {
  CAPTURE(c.input.channels);
  CAPTURE(c.input.height);
  CAPTURE(c.input.width);
  CAPTURE(c.out_channels);
  CAPTURE(c.kernel.height);
  CAPTURE(c.kernel.width);
  CAPTURE(c.stride.height);
  CAPTURE(c.stride.width);
  CAPTURE(c.padding.height);
  CAPTURE(c.padding.width);
  CAPTURE(c.dilation.height);
  CAPTURE(c.dilation.width);
  REQUIRE(c.fits());
  check_forward(c.shape());
  check_forward_single(c.shape());
  check_backward_input(c);
  check_backward_weight(c.shape());
}

constexpr std::array kSizes{1, 3, 4, 5, 7, 8, 17, 28};
constexpr std::array kChannels{1, 2, 3, 4, 5, 7, 10};
constexpr std::array kKernels{1, 2, 3, 5};
constexpr std::array<Size2d, 5> kStrides{{{1, 1}, {2, 2}, {3, 3}, {1, 2}, {3, 1}}};

}  // namespace

TEST_CASE("conv2d equals its reference implementation at every image and kernel size") {
  std::size_t turn = 0;
  for (const int size : kSizes) {
    for (const int kernel : kKernels) {
      for (const int padding : {0, kernel / 2, kernel - 1}) {
        const Case c{.input = {kChannels[turn % 5], size, size},
                     .out_channels = kChannels[(turn / 2) % 5],
                     .kernel = {kernel, kernel},
                     .padding = {padding, padding}};
        ++turn;
        if (c.fits()) {
          check(c);
        }
      }
    }
  }
}

TEST_CASE("conv2d equals its reference implementation for every number of channels in and out") {
  for (const int in : kChannels) {
    for (const int out : kChannels) {
      check({.input = {in, 5, 6}, .out_channels = out, .kernel = {3, 3}});
    }
  }
}

TEST_CASE("conv2d of one channel equals its reference implementation at every height and width") {
  for (int height = 3; height < 9; ++height) {
    for (int width = 3; width < 13; ++width) {
      check({.input = {1, height, width}, .kernel = {3, 3}});
      check({.input = {1, height, width}, .kernel = {3, 3}, .padding = {1, 2}});
    }
  }
}

TEST_CASE(
    "conv2d equals its reference implementation at every stride, whether or not it divides the "
    "image") {
  for (const Size2d& stride : kStrides) {
    for (const int kernel : kKernels) {
      for (const int size : {5, 7, 8, 17}) {
        check({.input = {2, size, size},
               .out_channels = 5,
               .kernel = {kernel, kernel},
               .stride = stride,
               .padding = {kernel / 2, kernel / 2}});
      }
    }
  }
}

TEST_CASE(
    "conv2d equals its reference implementation for images, kernels and paddings that are not "
    "square") {
  for (const Size2d& kernel : {Size2d{1, 3}, Size2d{3, 1}, Size2d{5, 2}, Size2d{2, 5}}) {
    for (const Size2d& stride : kStrides) {
      check({.input = {3, 8, 17},
             .out_channels = 4,
             .kernel = kernel,
             .stride = stride,
             .padding = {kernel.height - 1, kernel.width / 2}});
      check({.input = {2, 7, 5}, .out_channels = 3, .kernel = kernel, .stride = stride});
    }
  }
}

TEST_CASE(
    "conv2d equals its reference implementation where some of its windows lie in the padding "
    "alone") {
  for (const Size2d& kernel : {Size2d{1, 1}, Size2d{3, 3}, Size2d{2, 5}}) {
    for (const Size2d& stride : kStrides) {
      for (const Size2d& padding : {Size2d{1, 1}, Size2d{3, 0}, Size2d{5, 7}}) {
        check({.input = {3, 4, 5},
               .out_channels = 5,
               .kernel = kernel,
               .stride = stride,
               .padding = padding});
      }
    }
  }
}

TEST_CASE("conv2d with dilation equals its reference implementation at every stride and padding") {
  std::size_t turn = 0;
  for (const Size2d& dilation : {Size2d{2, 2}, Size2d{3, 1}, Size2d{1, 2}, Size2d{4, 5}}) {
    for (const Size2d& kernel :
         {Size2d{1, 1}, Size2d{2, 2}, Size2d{3, 3}, Size2d{1, 5}, Size2d{4, 1}}) {
      for (const Size2d& stride : kStrides) {
        for (const Size2d& padding : {Size2d{0, 0}, Size2d{2, 2}, Size2d{9, 1}}) {
          const Case c{.input = {kChannels[turn % 5], 12, 17},
                       .out_channels = kChannels[(turn / 2) % 6],
                       .kernel = kernel,
                       .stride = stride,
                       .padding = padding,
                       .dilation = dilation};
          ++turn;
          if (c.fits()) {
            check(c);
          }
        }
      }
    }
  }
}

TEST_CASE("a dilated kernel gives what a larger one with zeros in its holes gives") {
  RandomValues random;
  const Conv2dShape dilated{.in_channels = 2,
                            .in_height = 9,
                            .in_width = 11,
                            .out_channels = 3,
                            .kernel = {2, 3},
                            .dilation = {3, 2}};
  Conv2dShape grown = dilated;
  grown.kernel = dilated.extent();
  grown.dilation = {1, 1};
  const Buffer weight = random.floats(dilated.weight_size());
  Buffer with_zeros(grown.weight_size());
  for (std::size_t i = 0; i < weight.size(); ++i) {
    const std::size_t r = i / 3 % 2;
    const std::size_t s = i % 3;
    with_zeros[i / 6 * 20 + r * 3 * 5 + s * 2] = weight[i];
  }
  const Buffer input = random.floats(input_size(dilated));
  Buffer output(output_size(dilated));
  Buffer expected(output_size(grown));
  Buffer packed(weight.size());
  kernels::conv2d_pack_weight(dilated, weight, packed);
  kernels::conv2d_forward(dilated, input, packed, {}, Activation::kNone, output);
  reference::conv2d_forward(grown, input, with_zeros, {}, Activation::kNone, expected);
  CHECK(difference(output, expected) == "");
}

TEST_CASE("a stride longer than the kernel leaves pixels without a gradient") {
  const Case c{.input = {1, 7, 7}, .out_channels = 1, .kernel = {1, 1}, .stride = {3, 3}};
  check(c);
  const Conv2dShape shape = c.shape();
  const Buffer d_output(output_size(shape), 1.0F);
  Buffer dilated(input_size(kernels::conv2d_flipped_shape(shape, c.input)));
  kernels::conv2d_dilate(shape, c.input, c.padding, d_output, dilated);
  for (int y = 0; y < 7; ++y) {
    for (int x = 0; x < 7; ++x) {
      const bool is_read = y % 3 == 0 && x % 3 == 0;
      CHECK(dilated[static_cast<std::size_t>((y * 7 + x) * kLanes)] == (is_read ? 1.0F : 0.0F));
    }
  }
}

TEST_CASE("strides and kernels as large as the image give the reference's gradients") {
  for (const Size2d& stride : {Size2d{17, 19}, Size2d{5, 1}, Size2d{40, 40}}) {
    check({.input = {3, 17, 19}, .out_channels = 5, .kernel = {2, 3}, .stride = stride});
    check({.input = {2, 17, 19},
           .out_channels = 3,
           .kernel = {17, 19},
           .stride = stride,
           .padding = {3, 9}});
  }
}
