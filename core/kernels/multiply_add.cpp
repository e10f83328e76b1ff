// SPDX-License-Identifier: MIT
#include "kernels/multiply_add.h"

#include <array>

#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

constexpr std::int64_t kLinksATurn = 4;  // unrolled, so that the loop itself costs nothing

}  // namespace

float multiply_add_loop(std::int64_t turns) noexcept {
  const Batch factor(0.75F);
  const Batch summand(0.5F);  // every chain tends to 2
  std::array<Batch, kMultiplyAddChains> chains{};
  for (int i = 0; i < kMultiplyAddChains; ++i) {
    chains[static_cast<std::size_t>(i)] = Batch(static_cast<float>(i));
  }
  for (std::int64_t turn = 0; turn < turns; turn += kLinksATurn) {
    for (std::int64_t link = 0; link < kLinksATurn; ++link) {
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

std::int64_t multiply_add_operations(std::int64_t turns) noexcept {
  return turns * 2 * kMultiplyAddChains * kWidth;
}

}  // namespace tinycnn::kernels
