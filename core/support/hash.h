// SPDX-License-Identifier: MIT
// 64-bit FNV-1a: detects damage and distinguishes sets of weights. Not a cryptographic hash.
// http://www.isthe.com/chongo/tech/comp/fnv/
#pragma once

#include <cstdint>
#include <span>

namespace tinycnn {

class Fnv1a {
 public:
  void add(std::span<const std::uint8_t> bytes) noexcept {
    for (const std::uint8_t byte : bytes) {
      value_ = (value_ ^ byte) * kPrime;
    }
  }
  [[nodiscard]] std::uint64_t value() const noexcept { return value_; }

 private:
  static constexpr std::uint64_t kPrime = 0x100000001B3;
  std::uint64_t value_ = 0xCBF29CE484222325;
};

}  // namespace tinycnn
