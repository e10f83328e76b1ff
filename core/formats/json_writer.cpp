// SPDX-License-Identifier: MIT
#include "formats/json_writer.h"

#include "formats/shortest_decimal.h"
#include "support/text.h"

namespace tinycnn {

void append_quoted(std::string& text, std::string_view value) {
  constexpr unsigned char kFirstPrintable = 0x20;
  constexpr std::string_view kHex = "0123456789abcdef";
  text += '"';
  for (const char character : value) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < kFirstPrintable) {
      text += "\\u00";
      text += kHex[byte / 16];
      text += kHex[byte % 16];
    } else {
      text += character == '"' || character == '\\' ? "\\" : "";
      text += character;
    }
  }
  text += '"';
}

void JsonWriter::text(std::string_view value) {
  separate();
  append_quoted(text_, value);
}

void JsonWriter::number(float value) {
  separate();
  append_shortest(text_, value);
}

void JsonWriter::number(double value) {
  separate();
  append_shortest(text_, value);
}

void JsonWriter::integer(std::int64_t value) { raw(concat(value)); }

void JsonWriter::boolean(bool value) { raw(value ? "true" : "false"); }

}  // namespace tinycnn
