// SPDX-License-Identifier: MIT
// The one exception type of the core, and the way its texts are built.
// Thrown from cold paths only (specs, parsing, loading); kernels never throw.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace tinycnn {

/// What went wrong, in words: where in brackets, what was expected, what was found.
/// Example: "[conv2d conv2] expected a kernel no larger than the 26x26 input, got 40x40".
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A piece of a text: a string, a whole number, or a number of six significant digits, written as
/// printf's %g does: 0.001, 1e-07. It refers to strings, so it lives no longer than they do.
class TextPart {
 public:
  explicit TextPart(std::string_view text)
      : kind_(Kind::kText), text_(text.data()), bits_(text.size()) {}
  explicit TextPart(const char* text) : TextPart(std::string_view(text)) {}
  explicit TextPart(const std::string& text) : TextPart(std::string_view(text)) {}
  explicit TextPart(double number)
      : kind_(Kind::kReal), bits_(std::bit_cast<std::uint64_t>(number)) {}
  template <std::integral Integer>
  explicit TextPart(Integer number)
      : kind_(std::is_signed_v<Integer> ? Kind::kSigned : Kind::kUnsigned),
        bits_(static_cast<std::uint64_t>(number)) {}

  void append_to(std::string& text) const;

 private:
  enum class Kind : std::uint8_t { kText, kSigned, kUnsigned, kReal };

  Kind kind_;
  const char* text_ = nullptr;
  std::uint64_t bits_;  // the number, or how long the text is
};

std::string concat(std::initializer_list<TextPart> parts);
[[noreturn]] void fail(std::initializer_list<TextPart> parts);

/// Concatenates strings and numbers.
template <class... Parts>
std::string concat(const Parts&... parts) {
  return concat({TextPart(parts)...});
}

/// Throws Error with the concatenated parts.
template <class... Parts>
[[noreturn]] void fail(const Parts&... parts) {
  fail({TextPart(parts)...});
}

}  // namespace tinycnn
