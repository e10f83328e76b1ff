// SPDX-License-Identifier: MIT
// Batch norm's kernels against their reference implementations, bit-exact, for 1 to 8 lanes in use.
#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>

#include "kernels/batch_norm.h"
#include "reference/reference.h"
#include "support/bits.h"
#include "support/random_values.h"

using tinycnn::Buffer;
using tinycnn::kLanes;
using tinycnn::test::difference;
using tinycnn::test::RandomValues;
namespace kernels = tinycnn::kernels;
namespace reference = tinycnn::reference;

namespace {

/// NaN in every lane from `lanes` on.
void spoil_unused(Buffer& block, int lanes) {
  for (std::size_t i = 0; i < block.size(); ++i) {
    if (i % kLanes >= static_cast<std::size_t>(lanes)) {
      block[i] = std::numeric_limits<float>::quiet_NaN();
    }
  }
}

void check_equal(std::size_t channels, std::size_t pixels, int lanes) {
  CAPTURE(channels);
  CAPTURE(pixels);
  CAPTURE(lanes);
  RandomValues random;
  Buffer input = random.floats(channels * pixels * kLanes);
  Buffer d_output = random.floats(input.size());
  const Buffer scale = random.floats(channels);
  const Buffer shift = random.floats(channels);
  const Buffer offset = random.floats(channels);
  Buffer output(input.size());
  Buffer expected(input.size());
  kernels::batch_norm_forward(input, scale, shift, output);
  reference::batch_norm_forward(input, scale, shift, expected);
  CHECK(difference(output, expected) == "");

  spoil_unused(input, lanes);
  spoil_unused(d_output, lanes);
  Buffer mean(channels);
  Buffer m2(channels);
  Buffer expected_mean(channels);
  Buffer expected_m2(channels);
  kernels::batch_norm_moments(input, lanes, mean, m2);
  reference::batch_norm_moments(input, lanes, expected_mean, expected_m2);
  CHECK(difference(mean, expected_mean) == "");
  CHECK(difference(m2, expected_m2) == "");
  CHECK(!std::isnan(m2[0]));

  Buffer sum_d(channels);
  Buffer sum_dx(channels);
  Buffer expected_d(channels);
  Buffer expected_dx(channels);
  kernels::batch_norm_backward_sums(input, d_output, mean, lanes, sum_d, sum_dx);
  reference::batch_norm_backward_sums(input, d_output, mean, lanes, expected_d, expected_dx);
  CHECK(difference(sum_d, expected_d) == "");
  CHECK(difference(sum_dx, expected_dx) == "");

  const kernels::BatchNormGradient gradient{
      .mean = mean, .gradient_scale = scale, .input_scale = shift, .gradient_offset = offset};
  kernels::batch_norm_backward(input, d_output, gradient, lanes, output);
  reference::batch_norm_backward(input, d_output, gradient, lanes, expected);
  CHECK(difference(output, expected) == "");
}

}  // namespace

TEST_CASE("batch norm equals its reference implementation, whatever unused lanes hold") {
  for (const std::size_t channels : std::initializer_list<std::size_t>{1, 3, 7, 8, 17}) {
    for (const std::size_t side : std::initializer_list<std::size_t>{1, 3, 4, 5, 7, 8, 17, 28}) {
      for (const int lanes : {1, 3, 8}) {
        check_equal(channels, side * side, lanes);
      }
    }
  }
  for (int lanes = 1; lanes <= kLanes; ++lanes) {
    check_equal(2, 6, lanes);
  }
}

TEST_CASE("moments do not cancel where the mean is large compared with the deviation") {
  Buffer input = RandomValues().floats(100 * std::size_t{kLanes});
  double sum = 0.0;
  for (float& each : input) {
    each = 1000.0F + each;
    sum += each;
  }
  const double mean = sum / static_cast<double>(input.size());
  double m2 = 0.0;
  for (const float each : input) {
    m2 += (each - mean) * (each - mean);
  }
  Buffer block_mean(1);
  Buffer block_m2(1);
  kernels::batch_norm_moments(input, kLanes, block_mean, block_m2);
  CHECK(block_mean[0] == doctest::Approx(mean).epsilon(1e-6));
  CHECK(block_m2[0] == doctest::Approx(m2).epsilon(1e-3));
}
