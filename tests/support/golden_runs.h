// SPDX-License-Identifier: MIT
// Trainings on made-up data whose weights every build must end with, bit for bit.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tinycnn/executor.h"

namespace tinycnn::test {

struct GoldenRun {
  std::string name;
  std::uint64_t hash = 0;  ///< Model::parameter_hash at the end
};

/// Trains them all.
std::vector<GoldenRun> train_golden_runs(Executor& executor);

}  // namespace tinycnn::test
