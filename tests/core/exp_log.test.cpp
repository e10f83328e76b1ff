// SPDX-License-Identifier: MIT
// What kernels/exp_log.h promises about our own exp and log: ranges, errors, and the same bits for
// one number as for a register full.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "kernels/exp_log.h"
#include "kernels/simd.h"
#include "support/bits.h"

using tinycnn::kernels::Batch;
using tinycnn::kernels::kWidth;
using tinycnn::test::difference;
namespace kernels = tinycnn::kernels;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// Floats from `first` to `last` (both positive), evenly spread over their bit patterns.
std::vector<float> spread(float first, float last, std::size_t count) {
  const auto from = std::uint64_t{std::bit_cast<std::uint32_t>(first)};
  const auto to = std::uint64_t{std::bit_cast<std::uint32_t>(last)};
  std::vector<float> values;
  values.reserve(count + 1);
  for (std::size_t i = 0; i <= count; ++i) {
    values.push_back(
        std::bit_cast<float>(static_cast<std::uint32_t>(from + (to - from) * i / count)));
  }
  return values;
}

double relative_error_of_exp(float x) {
  const double exact = std::exp(static_cast<double>(x));
  return std::abs((static_cast<double>(kernels::portable_exp(x)) - exact) / exact);
}

/// Relative where the result is above 1, absolute elsewhere.
double error_of_log(float x) {
  const double exact = std::log(static_cast<double>(x));
  const double error = std::abs(static_cast<double>(kernels::portable_log(x)) - exact);
  return error / std::max(1.0, std::abs(exact));
}

std::vector<float> in_batches(const std::vector<float>& values, Batch (*function)(Batch)) {
  std::vector<float> results(values.size());
  for (std::size_t i = 0; i + kWidth <= values.size(); i += kWidth) {
    kernels::store(&results[i], function(kernels::load(&values[i])));
  }
  return results;
}

std::vector<float> one_by_one(const std::vector<float>& values, float (*function)(float)) {
  std::vector<float> results;
  results.reserve(values.size());
  for (const float value : values) {
    results.push_back(function(value));
  }
  return results;
}

}  // namespace

TEST_CASE("exp's relative error is below 1e-7 over its whole range") {
  double worst = 0.0;
  for (const float x : spread(0x1p-149F, 88.0F, 300'000)) {
    worst = std::max(worst, relative_error_of_exp(x));
    worst = std::max(worst, relative_error_of_exp(std::max(-x, -87.0F)));
  }
  // Evenly in x, where the bit patterns above are sparse.
  for (int i = -87'000; i <= 88'000; ++i) {
    worst = std::max(worst, relative_error_of_exp(static_cast<float>(i) / 1000.0F));
  }
  CHECK(worst < 1e-7);
}

TEST_CASE("log's error is below 1e-7 for every positive normal number") {
  double worst = 0.0;
  for (const float x :
       spread(std::numeric_limits<float>::min(), std::numeric_limits<float>::max(), 300'000)) {
    worst = std::max(worst, error_of_log(x));
  }
  for (const float x : spread(0.5F, 2.0F, 100'000)) {
    worst = std::max(worst, error_of_log(x));
  }
  CHECK(worst < 1e-7);
}

TEST_CASE("exp and log are exact where the result is") {
  CHECK(kernels::portable_exp(0.0F) == 1.0F);
  CHECK(kernels::portable_exp(-0.0F) == 1.0F);
  CHECK(kernels::portable_log(1.0F) == 0.0F);
}

TEST_CASE("exp clamps what is beyond its range") {
  for (const float x : {-87.5F, -1000.0F, std::numeric_limits<float>::lowest(), -kInfinity}) {
    CHECK(kernels::portable_exp(x) == kernels::portable_exp(-87.0F));
  }
  for (const float x : {88.5F, 1000.0F, std::numeric_limits<float>::max(), kInfinity}) {
    CHECK(kernels::portable_exp(x) == kernels::portable_exp(88.0F));
  }
  CHECK(kernels::portable_exp(-87.0F) >= std::numeric_limits<float>::min());
  CHECK(kernels::portable_exp(88.0F) < kInfinity);
}

TEST_CASE("NaN stays NaN through exp and log, of either sign") {
  for (const float nan : {kNaN, -kNaN}) {
    CHECK(std::isnan(kernels::portable_exp(nan)));
    CHECK(std::isnan(kernels::portable_log(nan)));
    CHECK(std::isnan(kernels::portable_exp(Batch(nan)).get(0)));
    CHECK(std::isnan(kernels::portable_log(Batch(nan)).get(0)));
  }
}

TEST_CASE("exp and log rise with their argument wherever neighbours differ by a thousandth") {
  for (int i = -86'999; i <= 88'000; ++i) {
    const float x = static_cast<float>(i) / 1000.0F;
    REQUIRE(kernels::portable_exp(x) > kernels::portable_exp(x - 1e-3F));
  }
  for (float x = 1e-3F; x < 1000.0F; x *= 1.001F) {
    REQUIRE(kernels::portable_log(x * 1.001F) > kernels::portable_log(x));
  }
}

TEST_CASE("a register full gives the same bits as one number at a time") {
  std::vector<float> values;
  for (int i = -90'000; i < 90'000; i += 10) {
    values.push_back(static_cast<float>(i) / 1000.0F);
  }
  values.insert(values.end(), {kInfinity, -kInfinity, kNaN, -kNaN, 0.0F, -0.0F, 88.0F, -87.0F});
  REQUIRE(values.size() % kWidth == 0);
  CHECK(difference(in_batches(values, kernels::portable_exp<Batch>),
                   one_by_one(values, kernels::portable_exp<float>)) == "");

  std::vector<float> positive =
      spread(std::numeric_limits<float>::min(), std::numeric_limits<float>::max(), 8 * 2500 - 1);
  positive[0] = kNaN;
  REQUIRE(positive.size() % kWidth == 0);
  CHECK(difference(in_batches(positive, kernels::portable_log<Batch>),
                   one_by_one(positive, kernels::portable_log<float>)) == "");
}
