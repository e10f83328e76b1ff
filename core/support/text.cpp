// SPDX-License-Identifier: MIT
// Formats numbers without printf, which would be a twentieth of the WebAssembly module.
#include "support/text.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace tinycnn {
namespace {

constexpr int kDigits = 6;
constexpr double kMin = 1e5;  // the smallest number with kDigits digits

struct Decimal {
  std::string digits;  // kDigits of them
  int exponent = 0;    // of the first digit
};

Decimal to_decimal(double positive) {
  int exponent = kDigits - 1;
  for (; positive >= kMin * 10.0; positive /= 10.0) {
    ++exponent;
  }
  for (; positive < kMin; positive *= 10.0) {
    --exponent;
  }
  auto digits = static_cast<std::uint32_t>(std::nearbyint(positive));
  if (digits == static_cast<std::uint32_t>(kMin) * 10) {
    digits /= 10;
    ++exponent;
  }
  return {concat(digits), exponent};
}

void drop_trailing_zeros(std::string& digits, std::size_t min_size) {
  while (digits.size() > min_size && digits.back() == '0') {
    digits.pop_back();
  }
}

// Without std::to_string, which adds a table of all numbers below 100.
void append_unsigned(std::string& text, std::uint64_t number) {
  if (number >= 10) {
    append_unsigned(text, number / 10);
  }
  text += static_cast<char>('0' + number % 10);
}

void append_signed(std::string& text, std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  text += number < 0 ? "-" : "";
  append_unsigned(text, number < 0 ? 0 - bits : bits);
}

void append_real(std::string& text, double number) {
  if (std::signbit(number)) {
    text += '-';
  }
  if (!std::isfinite(number)) {
    text += std::isnan(number) ? "nan" : "inf";
    return;
  }
  if (number == 0.0) {
    text += '0';
    return;
  }
  auto [digits, exponent] = to_decimal(std::abs(number));
  const bool scientific = exponent < -4 || exponent >= kDigits;
  if (!scientific && exponent < 0) {
    digits.insert(0, static_cast<std::size_t>(-exponent), '0');
  }
  const std::size_t before_point =
      scientific || exponent < 0 ? 1 : static_cast<std::size_t>(exponent) + 1;
  drop_trailing_zeros(digits, before_point);
  text.append(digits, 0, before_point);
  if (digits.size() > before_point) {
    text += '.';
    text.append(digits, before_point);
  }
  if (scientific) {
    text += exponent < 0 ? "e-" : "e+";
    text += std::abs(exponent) < 10 ? "0" : "";
    append_signed(text, std::abs(exponent));
  }
}

}  // namespace

void TextPart::append_to(std::string& text) const {
  switch (kind_) {
    case Kind::kText:
      text += value_.text;
      break;
    case Kind::kView:
      text += *value_.view;
      break;
    case Kind::kSigned:
      append_signed(text, static_cast<std::int64_t>(value_.integer));
      break;
    case Kind::kUnsigned:
      append_unsigned(text, value_.integer);
      break;
    case Kind::kReal:
      append_real(text, value_.real);
      break;
  }
}

std::string concat(std::initializer_list<TextPart> parts) {
  std::string text;
  for (const TextPart& part : parts) {
    part.append_to(text);
  }
  return text;
}

void fail(std::initializer_list<TextPart> parts) { throw Error(concat(parts)); }

}  // namespace tinycnn
