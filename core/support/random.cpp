// SPDX-License-Identifier: MIT
#include "support/random.h"

#include <cstddef>
#include <numeric>
#include <utility>

namespace tinycnn {
namespace {

constexpr std::uint32_t high(std::uint64_t product) {
  return static_cast<std::uint32_t>(product >> 32);
}
constexpr std::uint32_t low(std::uint64_t product) { return static_cast<std::uint32_t>(product); }

}  // namespace

std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter,
                                           std::array<std::uint32_t, 2> key) noexcept {
  for (int round = 0; round < kPhiloxRounds; ++round) {
    const std::uint64_t p0 = std::uint64_t{kPhiloxMultipliers[0]} * counter[0];
    const std::uint64_t p1 = std::uint64_t{kPhiloxMultipliers[1]} * counter[2];
    counter = {high(p1) ^ counter[1] ^ key[0], low(p1), high(p0) ^ counter[3] ^ key[1], low(p0)};
    key[0] += kPhiloxWeyl[0];
    key[1] += kPhiloxWeyl[1];
  }
  return counter;
}

std::array<std::uint32_t, 4> philox(std::uint64_t seed, Purpose purpose, std::uint32_t stream,
                                    std::uint64_t index) noexcept {
  return philox4x32_10({low(index), high(index), stream, static_cast<std::uint32_t>(purpose)},
                       {low(seed), high(seed)});
}

std::vector<std::uint32_t> shuffled_order(std::uint64_t seed, std::uint32_t epoch,
                                          std::uint32_t count) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  // Fisher-Yates shuffle from the end. Position i uses word i % 4 of Philox block i / 4.
  std::array<std::uint32_t, 4> words{};
  for (std::uint32_t i = count; i-- > 1;) {
    if (i % 4 == 3 || i + 1 == count) {
      words = philox(seed, Purpose::kShuffle, epoch, i / 4);
    }
    // Multiply-shift maps the word to [0, i]; its bias is below count / 2^32.
    const std::uint32_t j = high(std::uint64_t{words[i % 4]} * (std::uint64_t{i} + 1));
    std::swap(order[i], order[j]);
  }
  return order;
}

}  // namespace tinycnn
