// SPDX-License-Identifier: MIT
// The sparse backward pass of a convolution behind a max-pool against its reference implementation,
// bit-exact, and that against the dense kernels.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>

#include "kernels/pad.h"
#include "kernels/sample_layout.h"
#include "kernels/sparse_conv2d.h"
#include "reference/reference.h"
#include "reference/sparse_conv2d.h"
#include "support/bits.h"
#include "support/random_values.h"

using tinycnn::Buffer;
using tinycnn::kLanes;
using tinycnn::Shape;
using tinycnn::Size2d;
using tinycnn::kernels::Activation;
using tinycnn::kernels::Conv2dShape;
using tinycnn::kernels::SparseConv2dShape;
using tinycnn::test::difference;
using tinycnn::test::RandomValues;
namespace kernels = tinycnn::kernels;
namespace reference = tinycnn::reference;

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

struct Windows {
  Size2d kernel{2, 2};
  Size2d stride{2, 2};
};

SparseConv2dShape make_shape(const Conv2dShape& conv, const Windows& windows) {
  return {.conv = conv,
          .pool = {{conv.out_channels, conv.out_height(), conv.out_width()},
                   windows.kernel,
                   windows.stride}};
}

Shape input_of(const Conv2dShape& conv) {
  return {conv.in_channels, conv.in_height, conv.in_width};
}

/// A forward pass and gradients of which a ReLU cut off about half.
struct Case {
  explicit Case(const SparseConv2dShape& s) : shape(s) {
    RandomValues random;
    input = random.floats(input_of(s.conv).block_size());
    weight = random.floats(s.conv.weight_size());
    Buffer output(s.pool.input.block_size());
    reference::conv2d_forward(s.conv, input, weight, {}, Activation::kNone, output);
    Buffer pooled(s.pool.output().block_size());
    winner.resize(pooled.size());
    reference::max_pool2d_forward(s.pool, output, Activation::kReLU, pooled, winner);
    d_pooled = random.floats(pooled.size());
    for (std::size_t i = 0; i < pooled.size(); i += 2) {
      d_pooled[i] = pooled[i] > 0.5F ? d_pooled[i] : 0.0F;
    }
  }
  [[nodiscard]] Buffer lists() const {
    Buffer result(shape.lists_size(), kNaN);
    kernels::sparse_conv2d_lists(shape, d_pooled, winner, result);
    return result;
  }
  [[nodiscard]] Buffer d_weight() const {
    Buffer samples(shape.sample_size() * kLanes, kNaN);
    kernels::block_to_samples(input_of(shape.conv), {}, input, samples, shape.sample_size());
    Buffer sums(shape.packed_size(), kNaN);
    Buffer result(weight.size(), 2.0F);  // gradients are added
    kernels::sparse_conv2d_backward_weight(shape, samples, lists(), sums, result);
    return result;
  }
  [[nodiscard]] Buffer d_input() const {
    Buffer packed(shape.packed_size(), kNaN);
    kernels::sparse_conv2d_pack_weight(shape, weight, packed);
    Buffer samples(shape.sample_size() * kLanes, kNaN);
    kernels::sparse_conv2d_backward_input(shape, packed, lists(), samples);
    Buffer result(input.size(), kNaN);
    kernels::samples_to_block(input_of(shape.conv), {}, samples, shape.sample_size(), result);
    return result;
  }

  SparseConv2dShape shape;
  Buffer input;
  Buffer weight;
  Buffer winner;
  Buffer d_pooled;
};

double largest_difference(const Buffer& actual, const Buffer& expected) {
  double largest = 0.0;
  double size = 1e-30;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    largest = std::max(largest, std::abs(double{actual[i]} - double{expected[i]}));
    size = std::max(size, std::abs(double{expected[i]}));
  }
  return largest / size;
}

void check_against_dense(const Case& c, const Buffer& d_weight, const Buffer& d_input) {
  Buffer d_output(c.shape.pool.input.block_size());
  reference::max_pool2d_backward(c.shape.pool, c.d_pooled, c.winner, d_output);
  Buffer dense_weight(d_weight.size(), 2.0F);
  reference::conv2d_backward_weight(c.shape.conv, c.input, d_output, dense_weight, {});
  Buffer dense_input(d_input.size());
  reference::conv2d_backward_input(c.shape.conv, input_of(c.shape.conv), {}, d_output, c.weight,
                                   dense_input);
  CHECK(largest_difference(d_weight, dense_weight) < 1e-5);
  CHECK(largest_difference(d_input, dense_input) < 1e-5);
}

void check(const Conv2dShape& conv, const Windows& windows = {}) {
  CAPTURE(conv.in_channels);
  CAPTURE(conv.in_height);
  CAPTURE(conv.in_width);
  CAPTURE(conv.out_channels);
  CAPTURE(conv.kernel.height);
  CAPTURE(conv.kernel.width);
  CAPTURE(windows.kernel.height);
  CAPTURE(windows.kernel.width);
  const Case c(make_shape(conv, windows));
  const Buffer d_weight = c.d_weight();
  Buffer expected(d_weight.size(), 2.0F);
  reference::sparse_conv2d_backward_weight(c.shape, c.input, c.d_pooled, c.winner, expected);
  CHECK(difference(d_weight, expected) == "");
  const Buffer d_input = c.d_input();
  Buffer expected_input(d_input.size());
  reference::sparse_conv2d_backward_input(c.shape, c.weight, c.d_pooled, c.winner, expected_input);
  CHECK(difference(d_input, expected_input) == "");
  check_against_dense(c, d_weight, d_input);
}

}  // namespace

TEST_CASE("sparse gradients are bit-exact for kernels and channels of every tile") {
  for (const int channels : {1, 2, 3, 4, 5, 6, 8, 9, 16, 33}) {
    check({channels, 8, 9, 3, {3, 3}});
    check({channels, 9, 8, 2, {5, 5}});
    check({channels, 5, 6, 5, {1, 1}});
  }
  check({4, 9, 10, 3, {2, 3}});
  check({1, 12, 11, 2, {7, 7}});
  check({2, 6, 30, 1, {1, 25}});
}

TEST_CASE("sparse gradients are bit-exact for windows that overlap, leave gaps or miss the edge") {
  const Conv2dShape conv{2, 11, 13, 3, {3, 3}};
  check(conv, {{3, 3}, {3, 3}});
  check(conv, {{3, 2}, {2, 3}});
  check(conv, {{2, 2}, {4, 3}});
  check(conv, {{7, 9}, {1, 1}});
  check(conv, {{1, 1}, {2, 2}});
  check(conv, {{8, 8}, {8, 8}});
}

TEST_CASE("sparse gradients are bit-exact for convolutions with a stride") {
  check({3, 11, 13, 2, {3, 3}, {2, 2}});
  check({1, 13, 11, 4, {3, 3}, {1, 3}});
  check({4, 12, 12, 2, {2, 2}, {3, 1}}, {{3, 3}, {2, 2}});
  check({2, 8, 8, 2, {2, 2}, {4096, 4096}}, {{1, 1}, {4096, 4096}});
}

TEST_CASE("gradients that are zero are left out, NaN is not") {
  Case c(make_shape({2, 6, 6, 2, {3, 3}}, {}));
  std::ranges::fill(c.d_pooled, 0.0F);
  CHECK(std::ranges::all_of(c.d_input(), [](float d) { return d == 0.0F; }));
  CHECK(std::ranges::all_of(c.d_weight(), [](float d) { return d == 2.0F; }));
  c.d_pooled[0] = kNaN;
  CHECK(std::ranges::count_if(c.d_input(), [](float d) { return std::isnan(d); }) >= 18);
  CHECK(std::isnan(c.d_weight()[0]));
  CHECK(c.d_weight().back() == 2.0F);
}

TEST_CASE(
    "a block in the layout of samples and back is as before, with a border of zeros between") {
  for (const int channels : {1, 3, 4, 7}) {
    for (const Size2d padding : {Size2d{0, 0}, Size2d{2, 1}}) {
      const Shape shape{channels, 3, 5};
      const Buffer block = RandomValues().floats(shape.block_size());
      const Shape padded = kernels::padded_shape(shape, both_sides(padding));
      Buffer samples(padded.block_size(), kNaN);
      kernels::block_to_samples(shape, padding, block, samples, padded.size());
      for (int b = 0; b < kLanes; ++b) {
        for (int y = 0; y < padded.height; ++y) {
          for (int x = 0; x < padded.width; ++x) {
            for (int c = 0; c < channels; ++c) {
              const int from_y = y - padding.height;
              const int from_x = x - padding.width;
              const bool is_border =
                  from_y < 0 || from_y >= shape.height || from_x < 0 || from_x >= shape.width;
              const auto from = static_cast<std::size_t>(
                  ((c * shape.height + from_y) * shape.width + from_x) * kLanes + b);
              const auto to = static_cast<std::size_t>(
                  ((b * padded.height + y) * padded.width + x) * channels + c);
              REQUIRE(samples[to] == (is_border ? 0.0F : block[from]));
            }
          }
        }
      }
      Buffer back(block.size(), kNaN);
      kernels::samples_to_block(shape, padding, samples, padded.size(), back);
      CHECK(difference(back, block) == "");
    }
  }
}
