// SPDX-License-Identifier: MIT
#include "bench/layer_bench.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace tinycnn::bench {
namespace {

TEST_CASE("what npm run bench measures as kernel and as reference computes the same") {
  // Winograd's transforms round differently; everything else is equal.
  constexpr double kTolerance = 1e-4;
  constexpr double kMostMacs =
      2e6;  // references of larger layers take seconds without optimisation
  const std::vector<LayerTask>& tasks = layer_tasks();
  int compared = 0;
  int separable = 0;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (!tasks[i].has_reference || tasks[i].macs > kMostMacs) {
      continue;
    }
    CAPTURE(tasks[i].name);
    CHECK(reference_difference(static_cast<int>(i)) < kTolerance);
    ++compared;
    separable += tasks[i].name.starts_with("sep-") ? 1 : 0;
  }
  CHECK(compared > 20);
  CHECK(separable > 4);
}

}  // namespace
}  // namespace tinycnn::bench
