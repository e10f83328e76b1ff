// SPDX-License-Identifier: MIT
// How fast this build multiplies and adds at most: the peak that the speed of training is compared
// with.
#pragma once

#include <cstdint>

#include "tinycnn/executor.h"

namespace tinycnn {

/// What run_multiply_adds did.
struct MultiplyAddRun {
  double operations = 0.0;  ///< floating-point operations of all threads
  float sum = 0.0F;         ///< their result, which nobody needs but the compiler
};

/// Runs `iterations` of a loop of independent multiply-adds in registers on every thread at once.
/// The caller measures the time.
MultiplyAddRun run_multiply_adds(Executor& executor, std::int64_t iterations);

}  // namespace tinycnn
