// SPDX-License-Identifier: MIT
// G. L. Steele and J. L. White, "How to print floating-point numbers accurately", PLDI 1990, with
// exact integers: slower than algorithms with tables, but small.
#include "formats/shortest_decimal.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "support/text.h"

namespace tinycnn {
namespace {

/// An unsigned integer of up to 1,280 bits: a double takes 1,077, times ten.
class Integer {
 public:
  explicit Integer(std::uint64_t value)
      : words_{static_cast<std::uint32_t>(value), static_cast<std::uint32_t>(value >> 32)} {}

  void shift_left(int bits) {
    for (; bits >= kMaxShift; bits -= kMaxShift) {
      multiply(std::uint32_t{1} << kMaxShift);
    }
    multiply(std::uint32_t{1} << bits);
  }
  void multiply(std::uint32_t factor) {
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < size_ || carry != 0; ++i) {
      carry += std::uint64_t{words_[i]} * factor;
      words_[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
      size_ = i < size_ ? size_ : i + 1;
    }
  }
  Integer& operator+=(const Integer& other) {
    std::uint64_t carry = 0;
    const std::size_t size = std::max(size_, other.size_);
    for (std::size_t i = 0; i < size || carry != 0; ++i) {
      carry += std::uint64_t{words_[i]} + other.words_[i];
      words_[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
      size_ = i < size_ ? size_ : i + 1;
    }
    return *this;
  }
  /// other: not above this.
  Integer& operator-=(const Integer& other) {
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      const std::uint64_t difference = std::uint64_t{words_[i]} - other.words_[i] - borrow;
      words_[i] = static_cast<std::uint32_t>(difference);
      borrow = difference >> 63;
    }
    return *this;
  }
  [[nodiscard]] bool is_below(const Integer& other) const {
    for (std::size_t i = std::max(size_, other.size_); i-- > 0;) {
      if (words_[i] != other.words_[i]) {
        return words_[i] < other.words_[i];
      }
    }
    return false;
  }

 private:
  static constexpr std::size_t kWords = 40;
  static constexpr int kMaxShift = 31;

  std::array<std::uint32_t, kWords> words_;
  std::size_t size_ = 2;
};

Integer sum(Integer a, const Integer& b) { return a += b; }

/// mantissa * 2^exponent, and whether the next smaller number is only half as far away as the next
/// larger one.
struct Parts {
  std::uint64_t mantissa = 0;
  int exponent = 0;
  bool is_uneven = false;
};

Parts parts_of(std::uint64_t bits, int mantissa_bits, int bias) {
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << mantissa_bits) - 1);
  const auto exponent = static_cast<int>(bits >> mantissa_bits);
  const int offset = bias + mantissa_bits;
  if (exponent == 0) {
    return {fraction, 1 - offset, false};
  }
  return {fraction | (std::uint64_t{1} << mantissa_bits), exponent - offset,
          fraction == 0 && exponent > 1};
}

struct Decimal {
  std::string digits;
  int exponent = 0;  // of the first digit
};

/// number = numerator / denominator; what lies nearer to it than `above` and `below`, in the same
/// unit, is read as the same number.
struct Scaled {
  Integer numerator;
  Integer denominator;
  Integer above;
  Integer below;
};

Scaled scaled(const Parts& parts) {
  const int up = parts.exponent > 0 ? parts.exponent : 0;
  Scaled scaled{Integer(parts.mantissa), Integer(1), Integer(1), Integer(1)};
  scaled.numerator.shift_left(up + (parts.is_uneven ? 2 : 1));
  scaled.denominator.shift_left(up - parts.exponent + (parts.is_uneven ? 2 : 1));
  scaled.above.shift_left(up + (parts.is_uneven ? 1 : 0));
  scaled.below.shift_left(up);
  return scaled;
}

/// Scales by a power of ten so that the first digit is the next one before the point, and returns
/// the power.
int scale_to_digits(Scaled& scaled) {
  int exponent = 0;
  const auto top = [&] { return sum(scaled.numerator, scaled.above); };
  for (; scaled.denominator.is_below(top()); ++exponent) {
    scaled.denominator.multiply(10);
  }
  const auto is_small = [&] {
    Integer tenfold = top();
    tenfold.multiply(10);
    return !scaled.denominator.is_below(tenfold);
  };
  for (; is_small(); --exponent) {
    for (Integer* each : {&scaled.numerator, &scaled.above, &scaled.below}) {
      each->multiply(10);
    }
  }
  return exponent;
}

Decimal to_decimal(const Parts& parts) {
  Scaled at = scaled(parts);
  Decimal decimal{.digits = {}, .exponent = scale_to_digits(at) - 1};
  while (true) {
    for (Integer* each : {&at.numerator, &at.above, &at.below}) {
      each->multiply(10);
    }
    char digit = '0';
    for (; !at.numerator.is_below(at.denominator); ++digit) {
      at.numerator -= at.denominator;
    }
    const bool may_end_low = at.numerator.is_below(at.below);
    const bool may_end_high = at.denominator.is_below(sum(at.numerator, at.above));
    if (may_end_low || may_end_high) {
      const bool is_nearer_above = at.denominator.is_below(sum(at.numerator, at.numerator));
      const bool ends_high = may_end_high && (!may_end_low || is_nearer_above);
      decimal.digits += static_cast<char>(digit + (ends_high ? 1 : 0));
      return decimal;
    }
    decimal.digits += digit;
  }
}

void append_decimal(std::string& text, Decimal decimal) {
  constexpr int kMinExponent = -6;
  constexpr int kMaxExponent = 20;
  auto& [digits, exponent] = decimal;
  const bool is_scientific = exponent < kMinExponent || exponent > kMaxExponent;
  const int before_point = is_scientific ? 1 : exponent + 1;
  if (before_point <= 0) {
    digits.insert(0, static_cast<std::size_t>(1 - before_point), '0');
  }
  const std::size_t whole = before_point <= 0 ? 1 : static_cast<std::size_t>(before_point);
  if (digits.size() < whole) {
    digits.resize(whole, '0');
  }
  text.append(digits, 0, whole);
  if (digits.size() > whole) {
    text += '.';
    text.append(digits, whole);
  }
  if (is_scientific) {
    text += concat(exponent < 0 ? "e-" : "e+", exponent < 0 ? -exponent : exponent);
  }
}

void append_number(std::string& text, bool is_negative, const Parts& parts) {
  text += is_negative ? "-" : "";
  if (parts.mantissa == 0) {
    text += '0';
  } else {
    append_decimal(text, to_decimal(parts));
  }
}

}  // namespace

void append_shortest(std::string& text, float number) {
  const auto bits = std::bit_cast<std::uint32_t>(number);
  append_number(text, bits >> 31 != 0, parts_of(bits & 0x7FFFFFFF, 23, 127));
}

void append_shortest(std::string& text, double number) {
  const auto bits = std::bit_cast<std::uint64_t>(number);
  append_number(text, bits >> 63 != 0, parts_of(bits & 0x7FFFFFFFFFFFFFFF, 52, 1023));
}

}  // namespace tinycnn
