// SPDX-License-Identifier: MIT
#include "tinycnn/arithmetic_peak.h"

#include <cstddef>
#include <numeric>
#include <vector>

#include "kernels/multiply_add.h"

namespace tinycnn {

MultiplyAddRun run_multiply_adds(Executor& executor, std::int64_t iterations) {
  std::vector<float> sums(static_cast<std::size_t>(executor.threads()));
  executor.for_each_thread([&](int thread) noexcept {
    sums[static_cast<std::size_t>(thread)] = kernels::multiply_add_loop(iterations);
  });
  return {.operations = static_cast<double>(kernels::multiply_add_operations(iterations)) *
                        static_cast<double>(sums.size()),
          .sum = std::accumulate(sums.begin(), sums.end(), 0.0F)};
}

}  // namespace tinycnn
