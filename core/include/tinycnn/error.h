// SPDX-License-Identifier: MIT
// The one exception type of the core, and the way its texts are built.
// Thrown from cold paths only (specs, parsing, loading); kernels never throw.
#pragma once

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

namespace detail {

inline void append(std::string& text, std::string_view part) { text += part; }

template <class Number>
  requires std::is_integral_v<Number>
void append(std::string& text, Number number) {
  text += std::to_string(number);
}

/// Six significant digits, as printf's %g: 0.001, 1e-07.
void append(std::string& text, double number);

}  // namespace detail

/// Concatenates strings and numbers.
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::string text;
  (detail::append(text, parts), ...);
  return text;
}

/// Throws Error with the concatenated parts.
template <class... Parts>
[[noreturn]] void fail(const Parts&... parts) {
  throw Error(concat(parts...));
}

}  // namespace tinycnn
