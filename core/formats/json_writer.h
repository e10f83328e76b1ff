// SPDX-License-Identifier: MIT
// Writes JSON (RFC 8259) as one line of UTF-8. The caller opens and closes what belongs together.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tinycnn {

/// Appends `value` in double quotes, with escapes that JSON and Python read alike.
void append_quoted(std::string& text, std::string_view value);

class JsonWriter {
 public:
  void open(char bracket) {
    separate();
    text_ += bracket;
    is_first_ = true;
  }
  void close(char bracket) {
    text_ += bracket;
    is_first_ = false;
  }
  void key(std::string_view name) {
    text(name);
    text_ += ':';
    is_first_ = true;
  }

  void text(std::string_view value);
  /// Finite numbers alone; JSON has no others.
  void number(float value);
  void number(double value);
  void integer(std::int64_t value);
  void boolean(bool value);
  /// JSON itself.
  void raw(std::string_view value) {
    separate();
    text_ += value;
  }

  [[nodiscard]] const std::string& result() const { return text_; }

 private:
  void separate() {
    if (!is_first_) {
      text_ += ',';
    }
    is_first_ = false;
  }

  std::string text_;
  bool is_first_ = true;
};

}  // namespace tinycnn
