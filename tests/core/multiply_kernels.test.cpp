// SPDX-License-Identifier: MIT
// Elementwise products against their reference implementation, bit-exact.
#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "kernels/multiply.h"
#include "reference/reference.h"
#include "support/bits.h"
#include "support/random_values.h"
#include "tinycnn/shape.h"

using tinycnn::Buffer;
using tinycnn::Shape;
using tinycnn::test::difference;
using tinycnn::test::RandomValues;
namespace kernels = tinycnn::kernels;
namespace reference = tinycnn::reference;

TEST_CASE("products of maps and vectors equal their reference implementation") {
  for (const int channels : {1, 3, 5}) {
    for (const int side : {1, 3, 4, 17}) {
      const Shape map{channels, side, side + 1};
      const Shape vector{channels, 1, 1};
      for (const std::vector<Shape>& shapes :
           {std::vector{map, map}, {map, vector}, {vector, map}, {vector, map, vector, map}}) {
        RandomValues random;
        std::vector<Buffer> values;
        std::vector<std::span<const float>> inputs;
        for (const Shape& shape : shapes) {
          values.push_back(random.floats(shape.block_size()));
        }
        inputs.assign(values.begin(), values.end());
        Buffer output(map.block_size());
        Buffer expected(map.block_size());
        kernels::multiply_forward(channels, inputs, output);
        reference::multiply_forward(channels, inputs, expected);
        CHECK(difference(output, expected) == "");
        const Buffer d_output = random.floats(map.block_size());
        for (std::size_t i = 0; i < inputs.size(); ++i) {
          Buffer d_input = random.floats(inputs[i].size());  // what was there must not matter
          Buffer expected_d(inputs[i].size());
          kernels::multiply_backward(channels, inputs, i, d_output, d_input);
          reference::multiply_backward(channels, inputs, i, d_output, expected_d);
          CHECK(difference(d_input, expected_d) == "");
        }
      }
    }
  }
}
