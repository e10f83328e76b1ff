// SPDX-License-Identifier: MIT
// How the functions of the module of formats answer: an Outcome, and bytes that the caller copies.
#pragma once

#include <cstdint>
#include <exception>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tinycnn/error.h"

namespace tinycnn::bindings {

/// In the order of OUTCOMES in formats.ts.
enum class Outcome : std::uint8_t { kDone = 0, kInvalid = 1, kOutOfMemory = 2, kInternal = 3 };

/// What the caller reads: what it asked for, or the text of an error.
inline std::vector<std::uint8_t>& result() {
  static std::vector<std::uint8_t> bytes;
  return bytes;
}

template <class Element>
void set_result(std::span<const Element> elements) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(elements.data());
  result().assign(bytes, bytes + elements.size_bytes());
}

inline int keep(Outcome outcome, std::string_view text) {
  set_result(std::span(text));
  return static_cast<int>(outcome);
}

/// Calls make(), which sets the result. Returns an Outcome.
template <class Make>
int guarded(const char* where, const Make& make) {
  try {
    make();
    return static_cast<int>(Outcome::kDone);
  } catch (const Error& error) {
    const bool is_memory = error.code() == ErrorCode::kOutOfMemory;
    return keep(is_memory ? Outcome::kOutOfMemory : Outcome::kInvalid, error.what());
  } catch (const std::bad_alloc&) {
    return keep(Outcome::kOutOfMemory,
                "[" + std::string(where) + "] expected enough memory for this, got none");
  } catch (const std::exception& error) {
    return keep(Outcome::kInternal, error.what());
  }
}

}  // namespace tinycnn::bindings
