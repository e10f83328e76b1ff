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

/// Those that are trained: kQuick are few and small, for processors that are emulated.
enum class Golden : std::uint8_t { kAll, kQuick };

std::vector<GoldenRun> train_golden_runs(Executor& executor, Golden which = Golden::kAll);

}  // namespace tinycnn::test
