// SPDX-License-Identifier: MIT
#include "kernels/load_images.h"

#include <cstddef>

#include "tinycnn/shape.h"

namespace tinycnn::kernels {

void load_images(std::span<const std::uint8_t* const> samples, const PixelTable& table,
                 std::span<float> block) noexcept {
  const std::size_t pixels = block.size() / kLanes;
  for (std::size_t b = 0; b < kLanes; ++b) {
    const std::uint8_t* sample = b < samples.size() ? samples[b] : nullptr;
    for (std::size_t p = 0; p < pixels; ++p) {
      block[p * kLanes + b] = sample != nullptr ? table[sample[p]] : 0.0F;
    }
  }
}

}  // namespace tinycnn::kernels
