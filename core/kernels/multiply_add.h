// SPDX-License-Identifier: MIT
// The densest loop of multiplications and additions that a build can run, without memory accesses:
// the peak that benchmarks compare everything else with.
#pragma once

#include <cstdint>

namespace tinycnn::kernels {

/// Independent chains x = x * factor + summand: enough to hide the latency of both operations, few
/// enough for 16 registers.
inline constexpr int kMultiplyAddChains = 12;

/// Runs `iterations` (a multiple of 4) of every chain; each chain is a vector. Returns the sum of
/// the results, so that no compiler can remove the work.
float multiply_add_loop(std::int64_t iterations) noexcept;

/// Floating-point operations of such a run: two per lane and iteration of each chain.
std::int64_t multiply_add_operations(std::int64_t iterations) noexcept;

}  // namespace tinycnn::kernels
