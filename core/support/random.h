// SPDX-License-Identifier: MIT
// Counter-based random numbers: every number is a pure function of (seed, purpose, stream, index).
// There is no generator state, so the order of use does not matter and training resumes bit-exact.
// Philox4x32-10: J. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace tinycnn {

inline constexpr std::array<std::uint32_t, 2> kPhiloxMultipliers{0xD2511F53, 0xCD9E8D57};
inline constexpr std::array<std::uint32_t, 2> kPhiloxWeyl{0x9E3779B9, 0xBB67AE85};
inline constexpr int kPhiloxRounds = 10;

/// What a random number is used for. Numbers for different purposes are independent.
enum class Purpose : std::uint32_t {
  kInitialization = 1,
  kShuffle = 2,
  kDropout = 3,
  kAugmentation = 4,
  kGeneratedDigits = 5,
  kMixup = 6
};

/// Four independent 32-bit words for one (seed, purpose, stream, index).
std::array<std::uint32_t, 4> philox(std::uint64_t seed, Purpose purpose, std::uint32_t stream,
                                    std::uint64_t index) noexcept;

/// The Philox4x32-10 bijection itself.
std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter,
                                           std::array<std::uint32_t, 2> key) noexcept;

/// Converts the upper 24 bits of a word to a float in [0, 1), exactly.
constexpr float to_unit_float(std::uint32_t word) noexcept {
  return static_cast<float>(word >> 8) * 0x1.0p-24F;
}

/// The order in which an epoch visits `count` samples: a permutation of 0..count-1, a pure
/// function of (seed, epoch).
std::vector<std::uint32_t> shuffled_order(std::uint64_t seed, std::uint32_t epoch,
                                          std::uint32_t count);

}  // namespace tinycnn
