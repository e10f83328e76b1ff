// SPDX-License-Identifier: MIT
// Numbers, tables and JSON as the command prints them, the same as the one in Node does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tinycnn::command {

/// "92.96 %" of 0.9296.
std::string percent(double share, int digits = 2);
/// "18,982".
std::string grouped(double count);
/// "9.0 s", "12 s", "2 min 5 s".
std::string duration(double seconds);
/// "75.9 kB".
std::string bytes_text(std::size_t bytes);
std::string fixed(double value, int digits);
/// "1x28x28".
std::string joined(std::span<const std::string> words, std::string_view between);

using Row = std::vector<std::string>;
/// Rows in columns of one width; the columns of `right` are right-aligned.
std::string table(std::span<const Row> rows, std::initializer_list<std::size_t> right = {});

/// A word as a shell reads it back.
std::string quoted(std::string_view word);

/// ": did you mean 'epochs'?" for 'epoch'; empty where no known name is similar.
std::string suggestion(std::string_view name, std::span<const std::string> known);

/// JSON text, built key by key or value by value.
class Json {
 public:
  static Json object() { return Json('{', '}'); }
  static Json array() { return Json('[', ']'); }

  Json& add(std::string_view key, const Json& value);
  Json& add(std::string_view key, std::string_view value);
  Json& add(std::string_view key, const char* value) { return add(key, std::string_view(value)); }
  Json& add(std::string_view key, double value);
  Json& add(std::string_view key, std::int64_t value);
  Json& add(std::string_view key, bool value);
  Json& push(const Json& value);
  Json& push(std::string_view value);
  Json& push(std::int64_t value);

  [[nodiscard]] std::string text() const { return text_ + end_; }

 private:
  Json(char begin, char end) : text_(1, begin), end_(end) {}
  Json& put(std::string_view key, std::string_view value);
  Json& put(std::string_view value);

  std::string text_;
  char end_;
};

Json json_array(std::span<const std::string> words);

}  // namespace tinycnn::command
