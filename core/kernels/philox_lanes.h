// SPDX-License-Identifier: MIT
// Philox4x32-10 of support/random.h for four samples at once. It needs 32 x 32 -> 64 bit products,
// which xsimd does not have, but the vector types of the compilers do (pmuludq on x86).
#pragma once

#include <array>
#include <cstdint>

#include "support/random.h"

namespace tinycnn::kernels {

/// One word of each of four samples.
using Word4 = std::uint32_t __attribute__((vector_size(16)));

struct WideProduct {
  Word4 high;
  Word4 low;
};

/// A multiplier for four samples. Volatile, because clang would turn a product with a known
/// constant into a full 64 x 64 bit product, which takes WebAssembly engines eight instructions.
using Factor = const volatile Word4;

inline WideProduct multiply_wide(const Word4& words, Factor& factor) {
  using Product2 = std::uint64_t __attribute__((vector_size(16)));
  const Word4 factors = factor;
  const auto low =
      __builtin_convertvector(__builtin_shufflevector(words, words, 0, 1), Product2) *
      __builtin_convertvector(__builtin_shufflevector(factors, factors, 0, 1), Product2);
  const auto high =
      __builtin_convertvector(__builtin_shufflevector(words, words, 2, 3), Product2) *
      __builtin_convertvector(__builtin_shufflevector(factors, factors, 2, 3), Product2);
  const auto a = reinterpret_cast<Word4>(low);
  const auto b = reinterpret_cast<Word4>(high);
  return {__builtin_shufflevector(a, b, 1, 3, 5, 7), __builtin_shufflevector(a, b, 0, 2, 4, 6)};
}

/// counter: words 0..3 of each sample's counter -> the sample's four random words.
inline std::array<Word4, 4> philox4x32_10(const std::array<Word4, 4>& counter,
                                          const std::array<std::uint32_t, 2>& key) noexcept {
  constexpr Word4 kZero{};
  Factor factor0 = kZero + kPhiloxMultipliers[0];
  Factor factor1 = kZero + kPhiloxMultipliers[1];
  Word4 key0 = kZero + key[0];
  Word4 key1 = kZero + key[1];
  auto [c0, c1, c2, c3] = counter;
  for (int round = 0; round < kPhiloxRounds; ++round) {
    const WideProduct p0 = multiply_wide(c0, factor0);
    const WideProduct p1 = multiply_wide(c2, factor1);
    c0 = p1.high ^ c1 ^ key0;
    c1 = p1.low;
    c2 = p0.high ^ c3 ^ key1;
    c3 = p0.low;
    key0 += kPhiloxWeyl[0];
    key1 += kPhiloxWeyl[1];
  }
  return {c0, c1, c2, c3};
}

}  // namespace tinycnn::kernels
