// SPDX-License-Identifier: MIT
#include "kernels/sum_slots.h"

#include <cassert>

#include "kernels/simd.h"

namespace tinycnn::kernels {

void sum_slots(std::span<float* const> slots, std::size_t count) noexcept {
  assert(count % kLanes == 0);
  for (std::size_t step = 1; step < slots.size(); step *= 2) {
    for (std::size_t s = 0; s + step < slots.size(); s += 2 * step) {
      float* to = slots[s];
      const float* from = slots[s + step];
      for_registers(count, [&](std::size_t i) { store(to + i, load(to + i) + load(from + i)); });
    }
  }
}

}  // namespace tinycnn::kernels
