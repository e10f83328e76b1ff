// SPDX-License-Identifier: MIT
// The densest loop of multiplications and additions that a build can run, touching no memory: the
// peak that benchmarks compare everything else with.
#pragma once

#include <cstdint>

namespace tinycnn::kernels {

/// Independent chains x = x * factor + summand: enough to hide the latency of both operations, few
/// enough for 16 registers.
inline constexpr int kMultiplyAddChains = 12;

/// Runs `turns` (a multiple of 4) times one link of every chain, each chain a vector of its own,
/// and returns the sum of what they come to, so that no compiler can leave the work out.
float multiply_add_loop(std::int64_t turns) noexcept;

/// Floating-point operations of such a run: two for each lane of each link.
std::int64_t multiply_add_operations(std::int64_t turns) noexcept;

}  // namespace tinycnn::kernels
