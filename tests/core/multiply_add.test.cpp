// SPDX-License-Identifier: MIT
#include "kernels/multiply_add.h"

#include <doctest/doctest.h>

#include "kernels/simd.h"

namespace tinycnn {
namespace {

float scalar_twin(std::int64_t turns) {
  float sum = 0.0F;
  for (int i = 0; i < kernels::kMultiplyAddChains; ++i) {
    auto chain = static_cast<float>(i);
    for (std::int64_t turn = 0; turn < turns; ++turn) {
      chain = chain * 0.75F + 0.5F;
    }
    sum += chain;
  }
  return sum;
}

TEST_CASE("the loop that measures the peak does every multiplication and addition") {
  for (const std::int64_t turns : {0, 4, 8, 40}) {
    CAPTURE(turns);
    CHECK(kernels::multiply_add_loop(turns) == scalar_twin(turns));
  }
}

TEST_CASE("its operations are two for each lane of each link") {
  CHECK(kernels::multiply_add_operations(4) ==
        4 * 2 * kernels::kMultiplyAddChains * kernels::kWidth);
}

}  // namespace
}  // namespace tinycnn
