// SPDX-License-Identifier: MIT
#include "formats/json_value.h"

#include <cmath>
#include <cstdlib>

#include "support/text.h"

namespace tinycnn {
namespace {

constexpr int kMaxDepth = 64;
constexpr std::uint32_t kFirstSurrogate = 0xD800;
constexpr std::uint32_t kFirstLowSurrogate = 0xDC00;
constexpr std::uint32_t kEndOfSurrogates = 0xE000;
constexpr std::uint32_t kEndOfUnicode = 0x110000;

bool is_digit(char character) { return character >= '0' && character <= '9'; }

void append_utf8(std::string& text, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

/// digits * 10^exponent, rounded once. Without a decimal point, strtod reads the same in every
/// locale.
double to_double(const std::string& digits, std::int64_t exponent) {
  constexpr std::int64_t kMaxExponent = 100'000;  // beyond every double, short of every overflow
  exponent = std::min(std::max(exponent, -kMaxExponent), kMaxExponent);
  return std::strtod(concat(digits, "e", exponent).c_str(), nullptr);
}

std::string_view name_of(JsonValue::Kind kind) {
  switch (kind) {
    case JsonValue::Kind::kNull:
      return "nothing";
    case JsonValue::Kind::kBoolean:
      return "true or false";
    case JsonValue::Kind::kNumber:
      return "a number";
    case JsonValue::Kind::kText:
      return "a string";
    case JsonValue::Kind::kArray:
      return "an array";
    default:
      return "an object";
  }
}

}  // namespace

class JsonParser {
 public:
  JsonParser(std::string_view text, std::string_view where) : text_(text), where_(where) {}

  JsonValue parse() {
    JsonValue value = parse_value(0);
    skip_space();
    if (at_ < text_.size()) {
      refuse("nothing after the value");
    }
    return value;
  }

 private:
  [[noreturn]] void refuse(std::string_view expected) const {
    fail("[", where_, "] expected JSON: ", expected, " at byte ", at_, " of ", text_.size());
  }

  void skip_space() {
    constexpr std::string_view kSpace = " \t\n\r";
    while (at_ < text_.size() && kSpace.find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
  }
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool skip(char character) {
    skip_space();
    const bool is_there = peek() == character && at_ < text_.size();
    at_ += is_there ? 1 : 0;
    return is_there;
  }
  void expect(char character) {
    if (!skip(character)) {
      refuse(std::string("'") + character + "'");
    }
  }
  bool skip_word(std::string_view word) {
    const bool is_there = text_.substr(at_, word.size()) == word;
    at_ += is_there ? word.size() : 0;
    return is_there;
  }

  JsonValue parse_value(int depth) {  // NOLINT(misc-no-recursion): depth is limited
    if (depth > kMaxDepth) {
      refuse(concat("at most ", kMaxDepth, " levels"));
    }
    skip_space();
    JsonValue value;
    const char first = peek();
    if (first == '{') {
      parse_object(value, depth);
    } else if (first == '[') {
      parse_array(value, depth);
    } else if (first == '"') {
      value.kind_ = JsonValue::Kind::kText;
      value.text_ = parse_text();
    } else if (first == '-' || is_digit(first)) {
      value.kind_ = JsonValue::Kind::kNumber;
      value.number_ = parse_number();
    } else if (skip_word("true") || skip_word("false")) {
      value.kind_ = JsonValue::Kind::kBoolean;
      value.boolean_ = first == 't';
    } else if (!skip_word("null")) {
      refuse("a value");
    }
    return value;
  }

  void parse_object(JsonValue& object, int depth) {  // NOLINT(misc-no-recursion)
    object.kind_ = JsonValue::Kind::kObject;
    expect('{');
    if (skip('}')) {
      return;
    }
    do {
      skip_space();
      if (peek() != '"') {
        refuse("a name");
      }
      std::string name = parse_text();
      expect(':');
      object.members_.emplace_back(std::move(name), parse_value(depth + 1));
    } while (skip(','));
    expect('}');
  }

  void parse_array(JsonValue& array, int depth) {  // NOLINT(misc-no-recursion)
    array.kind_ = JsonValue::Kind::kArray;
    expect('[');
    if (skip(']')) {
      return;
    }
    do {
      skip_space();
      if (array.elements_.empty() && (peek() == '-' || is_digit(peek()))) {
        array.numbers_.push_back(parse_number());
      } else if (array.numbers_.empty()) {
        array.elements_.push_back(parse_value(depth + 1));
      } else {
        refuse("numbers alone in an array that starts with one");
      }
    } while (skip(','));
    expect(']');
  }

  std::uint32_t parse_hex() {
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char digit = peek();
      const char lower = static_cast<char>(digit | 0x20);
      if (!is_digit(digit) && (lower < 'a' || lower > 'f')) {
        refuse("four hexadecimal digits");
      }
      code =
          code * 16 + static_cast<std::uint32_t>(is_digit(digit) ? digit - '0' : lower - 'a' + 10);
    }
    return code;
  }

  std::uint32_t parse_code() {
    const std::uint32_t code = parse_hex();
    if (code < kFirstSurrogate || code >= kEndOfSurrogates) {
      return code;
    }
    if (code >= kFirstLowSurrogate || !skip_word("\\u")) {
      refuse("the second half of a surrogate pair");
    }
    const std::uint32_t low = parse_hex();
    if (low < kFirstLowSurrogate || low >= kEndOfSurrogates) {
      refuse("the second half of a surrogate pair");
    }
    return 0x10000 + ((code - kFirstSurrogate) << 10) + (low - kFirstLowSurrogate);
  }

  void parse_escape(std::string& text) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
    const char letter = peek();
    ++at_;
    if (letter == 'u') {
      return append_utf8(text, parse_code());
    }
    const std::size_t index = kLetters.find(letter);
    if (index == std::string_view::npos || at_ > text_.size()) {
      refuse("an escape");
    }
    text += kMeant[index];
  }

  std::string parse_text() {
    std::string text;
    ++at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      const char character = text_[at_++];
      if (static_cast<unsigned char>(character) < 0x20) {
        refuse("no control character in a string");
      }
      if (character == '\\') {
        parse_escape(text);
      } else {
        text += character;
      }
    }
    if (at_ >= text_.size()) {
      refuse("the end of a string");
    }
    ++at_;
    if (!is_utf8(text)) {
      refuse("a string in UTF-8");
    }
    return text;
  }

  void append_digits(std::string& digits) {
    if (!is_digit(peek())) {
      refuse("a digit");
    }
    while (is_digit(peek())) {
      digits += text_[at_++];
    }
  }

  double parse_number() {
    std::string digits;
    if (peek() == '-') {
      digits += text_[at_++];
    }
    append_digits(digits);
    std::int64_t exponent = 0;
    if (peek() == '.') {
      const std::size_t first = ++at_;
      append_digits(digits);
      exponent -= static_cast<std::int64_t>(at_ - first);
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      exponent += parse_exponent();
    }
    return to_double(digits, exponent);
  }

  std::int64_t parse_exponent() {
    const bool is_negative = peek() == '-';
    at_ += is_negative || peek() == '+' ? 1 : 0;
    std::string digits;
    append_digits(digits);
    constexpr std::size_t kMaxDigits = 12;
    const std::int64_t size =
        std::strtoll(digits.substr(0, std::min(digits.size(), kMaxDigits)).c_str(), nullptr, 10);
    return is_negative ? -size : size;
  }

  std::string_view text_;
  std::string_view where_;
  std::size_t at_ = 0;
};

JsonValue JsonValue::parse(std::string_view text, std::string_view where) {
  return JsonParser(text, where).parse();
}

namespace {

void require(bool holds, std::string_view what, std::string_view expected, JsonValue::Kind got) {
  if (!holds) {
    fail("[importModel] expected ", what, " to be ", expected, ", got ", name_of(got));
  }
}

}  // namespace

bool JsonValue::boolean(std::string_view what) const {
  require(kind_ == Kind::kBoolean, what, name_of(Kind::kBoolean), kind_);
  return boolean_;
}

double JsonValue::number(std::string_view what) const {
  require(kind_ == Kind::kNumber, what, name_of(Kind::kNumber), kind_);
  return number_;
}

std::int64_t JsonValue::integer(std::string_view what, std::int64_t min, std::int64_t max) const {
  const double value = number(what);
  if (!(value >= static_cast<double>(min) && value <= static_cast<double>(max)) ||
      std::floor(value) != value) {
    fail("[importModel] expected ", what, " to be an integer from ", min, " to ", max, ", got ",
         value);
  }
  return static_cast<std::int64_t>(value);
}

const std::string& JsonValue::text(std::string_view what) const {
  require(kind_ == Kind::kText, what, name_of(Kind::kText), kind_);
  return text_;
}

const std::vector<JsonValue>& JsonValue::elements(std::string_view what) const {
  require(kind_ == Kind::kArray, what, name_of(Kind::kArray), kind_);
  require(numbers_.empty(), what, "an array without numbers", kind_);
  return elements_;
}

const std::vector<double>& JsonValue::numbers(std::string_view what) const {
  require(kind_ == Kind::kArray && elements_.empty(), what, "an array of numbers", kind_);
  return numbers_;
}

const std::vector<std::pair<std::string, JsonValue>>& JsonValue::members(
    std::string_view what) const {
  require(kind_ == Kind::kObject, what, name_of(Kind::kObject), kind_);
  return members_;
}

const JsonValue& JsonValue::member(std::string_view name, std::string_view what) const {
  static const JsonValue missing;
  const JsonValue* found = &missing;
  for (const auto& [key, value] : members(what)) {
    found = key == name ? &value : found;
  }
  return *found;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i++]);
    const int following = first < 0x80   ? 0
                          : first < 0xC2 ? -1
                          : first < 0xE0 ? 1
                          : first < 0xF0 ? 2
                          : first < 0xF5 ? 3
                                         : -1;
    std::uint32_t code = following <= 0 ? first : first & (0x3FU >> following);
    for (int k = 0; k < following; ++k, ++i) {
      const auto byte = static_cast<unsigned char>(i < text.size() ? text[i] : '\0');
      if ((byte & 0xC0) != 0x80) {
        return false;
      }
      code = code << 6 | (byte & 0x3F);
    }
    const bool is_short = (following == 2 && code < 0x800) || (following == 3 && code < 0x10000);
    const bool is_surrogate = code >= kFirstSurrogate && code < kEndOfSurrogates;
    if (following < 0 || is_short || (following > 0 && is_surrogate) || code >= kEndOfUnicode) {
      return false;
    }
  }
  return true;
}

}  // namespace tinycnn
