// SPDX-License-Identifier: MIT
// Concatenates strings and numbers to texts, and throws Error with them. Written for small code
// size.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#include "tinycnn/error.h"

namespace tinycnn {

/// A part of a text: a string, an integer, or a number with six significant digits in the format of
/// printf's %g: 0.001, 1e-07. It refers to strings, which must outlive it.
class TextPart {
 public:
  explicit TextPart(const char* text) : kind_(Kind::kText), value_{.text = text} {}
  explicit TextPart(const std::string_view* text) : kind_(Kind::kView), value_{.view = text} {}
  explicit TextPart(double number) : kind_(Kind::kReal), value_{.real = number} {}
  template <std::integral Integer>
  explicit TextPart(Integer number)
      : kind_(std::is_signed_v<Integer> ? Kind::kSigned : Kind::kUnsigned),
        value_{.integer = static_cast<std::uint64_t>(number)} {}

  void append_to(std::string& text) const;

 private:
  enum class Kind : std::uint8_t { kText, kView, kSigned, kUnsigned, kReal };

  union Value {
    const char* text;
    const std::string_view* view;
    std::uint64_t integer;
    double real;
  };

  Kind kind_;
  Value value_;
};

std::string concat(std::initializer_list<TextPart> parts);
[[noreturn]] void fail(std::initializer_list<TextPart> parts);

// String literals of different lengths have different types. Converted to these few types first,
// all texts are built by the same two dozen functions.
inline const char* decay(const char* text) { return text; }
inline const char* decay(const std::string& text) { return text.c_str(); }
inline const std::string_view* decay(const std::string_view& text) { return &text; }
inline double decay(double number) { return number; }
template <std::integral Integer>
auto decay(Integer number) {
  if constexpr (std::is_signed_v<Integer>) {
    return static_cast<std::int64_t>(number);
  } else {
    return static_cast<std::uint64_t>(number);
  }
}

template <class... Parts>
std::string concat_parts(Parts... parts) {
  return concat({TextPart(parts)...});
}
template <class... Parts>
[[noreturn]] void fail_with(Parts... parts) {
  fail({TextPart(parts)...});
}

/// Concatenates strings and numbers.
template <class... Parts>
[[gnu::always_inline]] inline std::string concat(const Parts&... parts) {
  return concat_parts(decay(parts)...);
}

/// Throws Error with the concatenated parts.
template <class... Parts>
[[noreturn, gnu::always_inline]] inline void fail(const Parts&... parts) {
  fail_with(decay(parts)...);
}

/// The same for an error of another kind than kInvalid.
template <class... Parts>
[[noreturn, gnu::always_inline]] inline void fail_as(ErrorCode code, const Parts&... parts) {
  throw Error(concat(parts...), code);
}

}  // namespace tinycnn
