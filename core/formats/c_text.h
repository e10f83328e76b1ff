// SPDX-License-Identifier: MIT
// The text of a C header, and values as C writes them.
#pragma once

#include <cstdint>
#include <optional>
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

/// What the comment at the head of a C header says.
struct HeaderFacts {
  std::string_view name;  ///< as the user gave it
  Shape input{};
  int classes = 0;
  std::size_t parameters = 0;
  std::size_t flash = 0;  ///< bytes of constants
  std::size_t ram = 0;    ///< bytes of the arena
  std::int64_t macs = 0;
  std::optional<double> test_accuracy{};
  std::string_view weights_hash;
  std::string_view scores;        ///< what they are
  std::string_view score_type;    ///< in C
  std::string_view score_format;  ///< of printf
};

class CText {
 public:
  /// name: an identifier.
  explicit CText(std::string_view name) : prefix_(std::string(name) + "_"), name_(name) {}

  /// Adds text with the network's name and '_' in place of '$' ('$.': the name alone).
  void add(std::string_view text);
  /// The opening comment.
  void head(const HeaderFacts& facts);
  /// FLASH, which stands at constants that are to stay in flash: a qualifier on AVR, nothing
  /// elsewhere.
  void flash_macro();
  /// A constant array of strings: class_names.
  void class_names(std::span<const std::string> names);
  /// A constant array of floats, in flash.
  void array(std::string_view name, std::span<const float> values);
  /// Of integers, whose type is named.
  void array(std::string_view name, std::string_view type, std::span<const std::int32_t> values);

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  /// A line of the opening comment.
  void fact(std::string_view name, std::string_view value);
  template <class Element, class ToText>
  void add_array(std::string_view name, std::string_view type, std::span<const Element> values,
                 const ToText& to_text);

  std::string prefix_;
  std::string name_;
  std::string text_;
};

}  // namespace tinycnn
