// SPDX-License-Identifier: MIT
// What a refused call says. A test names the parts of the text that a person needs.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "support/text.h"
#include "tinycnn/error.h"

namespace tinycnn::test {

/// Empty if `call` throws Error with all these parts in its text, in this order; else what is
/// wrong.
template <class Call>
std::string wrong_refusal(const Call& call, std::initializer_list<std::string_view> parts) {
  try {
    call();
  } catch (const Error& error) {
    const std::string text = error.what();
    std::size_t from = 0;
    for (const std::string_view part : parts) {
      const std::size_t at = text.find(part, from);
      if (at == std::string::npos) {
        return concat("'", part, "' is missing (or out of order) in: ", text);
      }
      from = at + part.size();
    }
    return {};
  }
  return "it was not refused";
}

}  // namespace tinycnn::test
