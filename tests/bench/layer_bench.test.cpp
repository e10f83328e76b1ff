// SPDX-License-Identifier: MIT
#include "bench/layer_bench.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace tinycnn::bench {
namespace {

TEST_CASE("what npm run bench measures as kernel and as reference computes the same") {
  // Winograd's transforms round differently; everything else is equal.
  constexpr double kTolerance = 1e-4;
  // The references of larger layers take seconds without optimisation.
  constexpr double kMostMacs = 2e6;
  const std::vector<LayerTask>& tasks = layer_tasks();
  int compared = 0;
  int depthwise = 0;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (!tasks[i].has_reference || tasks[i].macs > kMostMacs) {
      continue;
    }
    CAPTURE(tasks[i].name);
    CHECK(reference_difference(static_cast<int>(i)) < kTolerance);
    ++compared;
    depthwise += tasks[i].name.find("depthwise") != std::string::npos ? 1 : 0;
  }
  CHECK(compared > 20);
  CHECK(depthwise > 4);
}

}  // namespace
}  // namespace tinycnn::bench
