// SPDX-License-Identifier: MIT
// The text of a C header, and values as C writes them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "formats/identifiers.h"
#include "tinycnn/trainer.h"

namespace tinycnn {

/// A number as a float constant: "0.5f".
std::string to_c(double number);
/// A string constant, in ASCII.
std::string to_c_string(std::string_view text);
/// Text that does not end the comment that it stands in, in ASCII.
std::string to_comment(std::string_view text);
/// `text` with `value` in place of each `word`.
std::string replaced(std::string_view text, std::string_view word, std::string_view value);
/// 64-bit FNV-1a over the bytes of all values, as Model::parameter_hash gives it, in hexadecimal.
std::string hash_of(std::span<const NamedTensor> tensors);

class CText {
 public:
  /// name: an identifier.
  explicit CText(std::string_view name) : prefix_(std::string(name) + "_"), name_(name) {}

  /// Adds text with the network's name and '_' in place of '$' ('$.': the name alone).
  void add(std::string_view text);
  /// A line of the opening comment.
  void fact(std::string_view name, std::string_view value);
  /// A constant array of floats.
  void array(std::string_view name, std::span<const float> values);

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string prefix_;
  std::string name_;
  std::string text_;
};

}  // namespace tinycnn
