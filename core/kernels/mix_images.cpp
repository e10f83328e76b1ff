// SPDX-License-Identifier: MIT
#include "kernels/mix_images.h"

#include <cassert>
#include <cstddef>

namespace tinycnn::kernels {

void mix_images(int share, std::span<const std::uint8_t> other,
                std::span<std::uint8_t> image) noexcept {
  assert(other.size() == image.size() && share >= 0 && share <= kWholeShare);
  // 16 bits hold 256 * 255 + 128, so that compilers take eight or more pixels at once.
  const auto own = static_cast<std::uint16_t>(kWholeShare - share);
  const auto others = static_cast<std::uint16_t>(share);
  const std::uint8_t* const from = other.data();
  std::uint8_t* const to = image.data();
  for (std::size_t i = 0; i < image.size(); ++i) {
    const auto sum = static_cast<std::uint16_t>(own * to[i] + others * from[i] + kWholeShare / 2);
    to[i] = static_cast<std::uint8_t>(sum / kWholeShare);
  }
}

}  // namespace tinycnn::kernels
