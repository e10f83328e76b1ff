// SPDX-License-Identifier: MIT
// Reads JSON (RFC 8259) into values. Arrays of numbers, which weights are, take 8 bytes a number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tinycnn {

class JsonValue {
 public:
  enum class Kind : std::uint8_t { kNull, kBoolean, kNumber, kText, kArray, kObject };

  /// `where` starts the texts of errors, here and in the functions below. Throws Error for what is
  /// not JSON in UTF-8, and for values nested more than 64 deep.
  static JsonValue parse(std::string_view text, std::string_view where);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is_null() const { return kind_ == Kind::kNull; }

  /// Each throws Error, which names `what` is wrong, unless the value is of this kind.
  [[nodiscard]] bool boolean(std::string_view what) const;
  [[nodiscard]] double number(std::string_view what) const;
  /// From `min` to `max`.
  [[nodiscard]] std::int64_t integer(std::string_view what, std::int64_t min,
                                     std::int64_t max) const;
  [[nodiscard]] const std::string& text(std::string_view what) const;
  /// The elements of an array that is not one of numbers alone; an empty array has none.
  [[nodiscard]] const std::vector<JsonValue>& elements(std::string_view what) const;
  [[nodiscard]] const std::vector<double>& numbers(std::string_view what) const;
  [[nodiscard]] const std::vector<std::pair<std::string, JsonValue>>& members(
      std::string_view what) const;
  /// The last member of this name; a null value if there is none.
  [[nodiscard]] const JsonValue& member(std::string_view name, std::string_view what) const;

 private:
  friend class JsonParser;

  Kind kind_ = Kind::kNull;
  bool boolean_ = false;
  double number_ = 0.0;
  std::string text_;
  std::vector<double> numbers_;      // of an array of numbers alone
  std::vector<JsonValue> elements_;  // of another
  std::vector<std::pair<std::string, JsonValue>> members_;
};

/// Whether a text is well-formed UTF-8.
bool is_utf8(std::string_view text);

}  // namespace tinycnn
