// SPDX-License-Identifier: MIT
#include "formats/identifiers.h"

#include <algorithm>

#include "support/text.h"

namespace tinycnn {

UniqueNames::UniqueNames(std::string_view reserved) {
  while (!reserved.empty()) {
    const std::size_t length = std::min(reserved.find(' '), reserved.size());
    taken_.emplace_back(reserved.substr(0, length));
    reserved.remove_prefix(std::min(length + 1, reserved.size()));
  }
}

std::string UniqueNames::take(std::string_view wanted) {
  std::string name(wanted);
  for (int number = 2; std::ranges::find(taken_, name) != taken_.end(); ++number) {
    name = concat(wanted, "_", number);
  }
  taken_.push_back(name);
  return name;
}

std::string to_identifier(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  std::string identifier = text.empty() || is_digit(text.front()) ? "_" : "";
  for (const char character : text) {
    identifier += is_digit(character) || is_letter(character) ? character : '_';
  }
  return identifier;
}

}  // namespace tinycnn
