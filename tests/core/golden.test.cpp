// SPDX-License-Identifier: MIT
// The same bits everywhere: every build must end these trainings with the committed hashes.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/golden_hashes.h"
#include "support/golden_runs.h"

namespace tinycnn::test {

TEST_CASE("trainings of every model of the zoo end with the same weights in every build") {
  SerialExecutor executor;
  const std::vector<GoldenRun> runs = train_golden_runs(executor);
  REQUIRE(runs.size() == kGoldenHashes.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::string run = runs[i].name;
    const std::uint64_t hash = runs[i].hash;
    INFO(
        "If weights are meant to change, build golden_hashes in native-release and run: "
        "build/native-release/tests/golden_hashes > tests/core/golden_hashes.h");
    CAPTURE(run);
    CHECK(hash == kGoldenHashes[i]);
  }
}

}  // namespace tinycnn::test
