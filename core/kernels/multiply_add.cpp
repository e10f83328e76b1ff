// SPDX-License-Identifier: MIT
#include "kernels/multiply_add.h"

#include <array>

#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

constexpr std::int64_t kUnrolled = 4;  // so that the loop itself costs nothing

}  // namespace

float multiply_add_loop(std::int64_t iterations) noexcept {
  const Batch factor(0.75F);
  const Batch summand(0.5F);  // every chain converges to 2
  std::array<Batch, kMultiplyAddChains> chains{};
  for (int c = 0; c < kMultiplyAddChains; ++c) {
    chains[static_cast<std::size_t>(c)] = Batch(static_cast<float>(c));
  }
  for (std::int64_t i = 0; i < iterations; i += kUnrolled) {
    for (std::int64_t unrolled = 0; unrolled < kUnrolled; ++unrolled) {
      for (Batch& chain : chains) {
        chain = chain * factor + summand;
      }
    }
  }
  Batch sum(0.0F);
  for (const Batch& chain : chains) {
    sum = sum + chain;
  }
  return sum.get(0);
}

std::int64_t multiply_add_operations(std::int64_t iterations) noexcept {
  return iterations * 2 * kMultiplyAddChains * kWidth;
}

}  // namespace tinycnn::kernels
