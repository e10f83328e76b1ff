// SPDX-License-Identifier: MIT
#include "kernels/dropout.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "kernels/philox_lanes.h"
#include "kernels/simd.h"
#include "support/random.h"

namespace tinycnn::kernels {
namespace {

constexpr std::size_t kPerCall = 8;  // 16-bit numbers per sample that a Philox call gives
constexpr std::size_t kSamples = 4;  // of a Philox call

/// For four samples, the 8 numbers of elements 8 * group to 8 * group + 7, two per word.
std::array<Word4, 4> words(const DropoutKey& key, std::size_t first, std::size_t group) {
  const auto purpose = static_cast<std::uint32_t>(Purpose::kDropout) | key.layer << 8;
  const auto sample = static_cast<std::uint32_t>(key.first_sample + first);
  constexpr Word4 kZero{};
  return philox4x32_10(
      {kZero + static_cast<std::uint32_t>(group), Word4{0, 1, 2, 3} + sample,
       kZero + static_cast<std::uint32_t>(key.step), kZero + purpose},
      {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)});
}

struct Threshold {
  std::uint32_t drops_below = 0;
  std::uint32_t kept_bits = 0;  // bits of the float that kept elements are multiplied by
};

/// The first `Rows` numbers of each sample -> `Rows` rows of the mask, for these four samples.
template <int Rows>
void write_rows(const std::array<Word4, 4>& random, const Threshold& threshold, float* mask) {
  for (int row = 0; row < Rows; ++row) {
    const Word4 word = random[static_cast<std::size_t>(row / 2)];
    const Word4 numbers = row % 2 == 0 ? word & 0xFFFF : word >> 16;
    const auto drops = reinterpret_cast<Word4>(numbers < threshold.drops_below);
    const Word4 bits = ~drops & threshold.kept_bits;
    std::memcpy(mask + row * kLanes, &bits, sizeof bits);
  }
}

}  // namespace

void dropout_mask(const DropoutKey& key, float p, std::span<float> mask) noexcept {
  const std::size_t elements = mask.size() / kLanes;
  const Threshold threshold{static_cast<std::uint32_t>(std::lround(p * 65536.0F)),
                            std::bit_cast<std::uint32_t>(1.0F / (1.0F - p))};
  const std::size_t in_full_calls = elements / kPerCall * kPerCall;
  for (std::size_t first = 0; first < kLanes; first += kSamples) {
    for (std::size_t e = 0; e < in_full_calls; e += kPerCall) {
      write_rows<kPerCall>(words(key, first, e / kPerCall), threshold, &mask[e * kLanes + first]);
    }
    if (in_full_calls < elements) {
      const std::array<Word4, 4> random = words(key, first, in_full_calls / kPerCall);
      for_tiles<int{kPerCall} - 1>(
          static_cast<int>(elements - in_full_calls), [&]<class Rows>(Rows, int) {
            write_rows<Rows::value>(random, threshold, &mask[in_full_calls * kLanes + first]);
          });
    }
  }
}

void dropout_apply(std::span<const float> input, std::span<const float> mask, std::size_t repeat,
                   std::span<float> output) noexcept {
  if (repeat == 1) {
    for (std::size_t i = 0; i < input.size(); i += kWidth) {
      store(&output[i], load(&input[i]) * load(&mask[i]));
    }
    return;
  }
  for (std::size_t row = 0; row < mask.size(); row += kLanes) {
    for (std::size_t group = 0; group < kLanes; group += kWidth) {
      const Batch factor = load(&mask[row + group]);
      for (std::size_t i = row * repeat + group; i < (row + kLanes) * repeat; i += kLanes) {
        store(&output[i], load(&input[i]) * factor);
      }
    }
  }
}

}  // namespace tinycnn::kernels
