// SPDX-License-Identifier: MIT
#include "kernels/multiply_add.h"

#include <doctest/doctest.h>

#include "kernels/simd.h"

namespace tinycnn {
namespace {

float reference_loop(std::int64_t iterations) {
  float sum = 0.0F;
  for (int i = 0; i < kernels::kMultiplyAddChains; ++i) {
    auto chain = static_cast<float>(i);
    for (std::int64_t turn = 0; turn < iterations; ++turn) {
      chain = chain * 0.75F + 0.5F;
    }
    sum += chain;
  }
  return sum;
}

TEST_CASE("the loop that measures the peak does every multiplication and addition") {
  for (const std::int64_t iterations : {0, 4, 8, 40}) {
    CAPTURE(iterations);
    CHECK(kernels::multiply_add_loop(iterations) == reference_loop(iterations));
  }
}

TEST_CASE("its operations are two for each lane of each link") {
  CHECK(kernels::multiply_add_operations(4) ==
        4 * 2 * kernels::kMultiplyAddChains * kernels::kWidth);
}

}  // namespace
}  // namespace tinycnn
