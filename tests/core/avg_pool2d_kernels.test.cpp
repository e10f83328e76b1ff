// SPDX-License-Identifier: MIT
// Average pooling, borders and their removal against their reference implementations, bit-exact.
#include <doctest/doctest.h>

#include <cstddef>

#include "kernels/avg_pool2d.h"
#include "kernels/pad.h"
#include "reference/reference.h"
#include "support/bits.h"
#include "support/random_values.h"

using tinycnn::Buffer;
using tinycnn::Shape;
using tinycnn::Sides2d;
using tinycnn::kernels::Pool2dShape;
using tinycnn::test::difference;
using tinycnn::test::RandomValues;
namespace kernels = tinycnn::kernels;
namespace reference = tinycnn::reference;

namespace {

void check_equal(const Pool2dShape& shape) {
  CAPTURE(shape.input.channels);
  CAPTURE(shape.input.height);
  CAPTURE(shape.input.width);
  CAPTURE(shape.kernel.height);
  CAPTURE(shape.kernel.width);
  CAPTURE(shape.stride.height);
  CAPTURE(shape.stride.width);
  const Buffer input = RandomValues().floats(shape.input.block_size());
  Buffer output(shape.output().block_size());
  Buffer expected(output.size());
  kernels::avg_pool2d_forward(shape, input, output);
  reference::avg_pool2d_forward(shape, input, expected);
  CHECK(difference(output, expected) == "");

  const Buffer d_output = RandomValues(1).floats(output.size());
  Buffer d_input = RandomValues(2).floats(input.size());
  Buffer expected_d_input(input.size());
  kernels::avg_pool2d_backward(shape, d_output, d_input);
  reference::avg_pool2d_backward(shape, d_output, expected_d_input);
  CHECK(difference(d_input, expected_d_input) == "");
}

}  // namespace

TEST_CASE("average pooling equals its reference implementation for every size and odd channels") {
  for (const int channels : {1, 3, 5}) {
    for (const int side : {1, 3, 4, 5, 7, 8, 17, 28}) {
      for (const int kernel : {1, 2, 3, 7}) {
        if (kernel <= side) {
          check_equal({{channels, side, side}, {kernel, kernel}, {kernel, kernel}});
          check_equal({{channels, side, side}, {kernel, kernel}, {1, 1}});
        }
      }
      check_equal({{channels, side, side}, {side, side}, {side, side}});  // global
    }
  }
}

TEST_CASE("average pooling equals its reference implementation for uneven kernels and strides") {
  check_equal({{3, 7, 8}, {2, 5}, {1, 3}});
  check_equal({{5, 8, 17}, {3, 1}, {2, 2}});
  check_equal({{1, 28, 5}, {1, 4}, {5, 1}});
}

TEST_CASE("an average over equal numbers is that number, and its gradient is shared evenly") {
  const Pool2dShape shape{{2, 4, 4}, {4, 4}, {4, 4}};
  const Buffer input(shape.input.block_size(), 3.0F);
  Buffer output(shape.output().block_size());
  kernels::avg_pool2d_forward(shape, input, output);
  CHECK(difference(output, Buffer(output.size(), 3.0F)) == "");
  Buffer d_input(input.size());
  kernels::avg_pool2d_backward(shape, Buffer(output.size(), 16.0F), d_input);
  CHECK(difference(d_input, Buffer(input.size(), 1.0F)) == "");
}

TEST_CASE("borders and their removal equal their reference implementations, and undo each other") {
  for (const int channels : {1, 3}) {
    for (const int side : {1, 3, 4, 7, 17}) {
      for (const Sides2d& padding : {Sides2d{}, Sides2d{1, 1, 1, 1}, Sides2d{0, 0, 2, 2},
                                     Sides2d{1, 0, 0, 3}, Sides2d{0, 4, 1, 0}}) {
        const Shape shape{channels, side, side + 1};
        const std::size_t padded_size = kernels::padded_shape(shape, padding).block_size();
        const Buffer input = RandomValues().floats(shape.block_size());
        Buffer padded = RandomValues(1).floats(padded_size);
        Buffer expected(padded_size);
        kernels::pad(shape, padding, -2.5F, input, padded);
        reference::pad(shape, padding, -2.5F, input, expected);
        CHECK(difference(padded, expected) == "");
        Buffer back(input.size());
        kernels::crop(shape, padding, padded, back);
        CHECK(difference(back, input) == "");
        const Buffer other = RandomValues(2).floats(padded_size);
        Buffer expected_crop(input.size());
        kernels::crop(shape, padding, other, back);
        reference::crop(shape, padding, other, expected_crop);
        CHECK(difference(back, expected_crop) == "");
      }
    }
  }
}
