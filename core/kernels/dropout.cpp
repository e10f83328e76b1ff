// SPDX-License-Identifier: MIT
#include "kernels/dropout.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/simd.h"
#include "tinycnn/random.h"

namespace tinycnn::kernels {
namespace {

constexpr std::size_t kPerCall = 8;  // a Philox call gives 8 numbers of 16 bits

/// The 8 numbers for elements 8 * group .. 8 * group + 7 of one sample.
std::array<std::uint32_t, 4> words(const DropoutKey& key, std::size_t sample, std::size_t group) {
  const auto purpose = static_cast<std::uint32_t>(Purpose::kDropout) | key.layer << 8;
  return philox4x32_10(
      {static_cast<std::uint32_t>(group), static_cast<std::uint32_t>(sample),
       static_cast<std::uint32_t>(key.step), purpose},
      {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)});
}

}  // namespace

void dropout_mask(const DropoutKey& key, float p, std::span<float> mask) noexcept {
  const std::size_t elements = mask.size() / kLanes;
  const auto threshold = static_cast<std::uint32_t>(std::lround(p * 65536.0F));
  const float kept = 1.0F / (1.0F - p);
  for (std::size_t b = 0; b < kLanes; ++b) {
    for (std::size_t e = 0; e < elements; e += kPerCall) {
      const auto random = words(key, key.first_sample + b, e / kPerCall);
      for (std::size_t i = 0; i < std::min(kPerCall, elements - e); ++i) {
        const std::uint32_t number = random[i / 2] >> (16 * (i % 2)) & 0xFFFF;
        mask[(e + i) * kLanes + b] = number < threshold ? 0.0F : kept;
      }
    }
  }
}

void dropout_apply(std::span<const float> input, std::span<const float> mask, std::size_t repeat,
                   std::span<float> output) noexcept {
  std::size_t i = 0;
  for (std::size_t row = 0; row < mask.size(); row += kLanes) {
    for (std::size_t end = i + repeat * kLanes; i < end; i += kWidth) {
      store(&output[i], load(&input[i]) * load(&mask[row + i % kLanes]));
    }
  }
}

}  // namespace tinycnn::kernels
