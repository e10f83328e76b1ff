// SPDX-License-Identifier: MIT
#include "formats/c_text.h"

#include "formats/shortest_decimal.h"
#include "support/hash.h"
#include "support/text.h"

namespace tinycnn {
namespace {

constexpr std::size_t kMaxColumns = 100;

bool is_printable(char character) { return character >= ' ' && character <= '~'; }

std::string to_c(float number) {
  std::string text;
  append_shortest(text, number);
  const bool is_whole = text.find_first_of(".e") == std::string::npos;
  return text + (is_whole ? ".0f" : "f");
}

}  // namespace

std::string to_c(double number) { return to_c(static_cast<float>(number)); }

std::string to_c_string(std::string_view text) {
  std::string result = "\"";
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    // "??" would begin a trigraph, and '$' stands for the name of the network.
    if (is_printable(character) &&
        std::string_view("\"\\?$").find(character) == std::string::npos) {
      result += character;
    } else {
      result += '\\';
      for (const int shift : {6, 3, 0}) {
        result += static_cast<char>('0' + (byte >> shift & 7));
      }
    }
  }
  return result + "\"";
}

std::string to_comment(std::string_view text) {
  std::string result(text);
  for (char& character : result) {
    const bool is_safe =
        is_printable(character) && std::string_view("*\\?$").find(character) == std::string::npos;
    character = is_safe ? character : '_';
  }
  return result;
}

std::string replaced(std::string_view text, std::string_view word, std::string_view value) {
  std::string result;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word)) {
    result += text.substr(0, at);
    result += value;
    text.remove_prefix(at + word.size());
  }
  return result += text;
}

std::string hash_of(std::span<const NamedTensor> tensors) {
  Fnv1a hash;
  for (const NamedTensor& tensor : tensors) {
    const std::span<const float> values = tensor.data;
    hash.add({reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()});
  }
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) {
    text += "0123456789abcdef"[hash.value() >> shift & 15];
  }
  return text;
}

void CText::add(std::string_view text) {
  text_ += replaced(replaced(text, "$.", name_ + "."), "$", prefix_);
}

void CText::fact(std::string_view name, std::string_view value) {
  constexpr std::size_t kNameColumns = 15;
  const std::string padding(kNameColumns - name.size(), ' ');
  add(concat(" * ", name, padding, value, "\n"));
}

void CText::head(const HeaderFacts& facts) {
  add(concat("/* ", to_comment(facts.name),
             ": a neural network as plain C99, written by TinyCNN " TINYCNN_VERSION ".\n *\n"));
  fact("Input", concat(facts.input.channels, " x ", facts.input.height, " x ", facts.input.width,
                       " pixels, 0 (background) to 255 (ink), row by row"));
  fact("Output",
       concat(facts.classes, " scores", facts.scores, ", and the class with the highest one"));
  fact("Parameters", concat(facts.parameters));
  fact("Flash", concat(facts.flash, " bytes of constants, and one or two kB of code"));
  fact("RAM", concat(facts.ram, " bytes (static; calls must not overlap), and the stack"));
  fact("Multiply-adds", concat(facts.macs, " for each prediction"));
  if (facts.test_accuracy) {
    fact("Test accuracy", concat(*facts.test_accuracy * 100.0, " %"));
  }
  fact("Weights", concat("FNV-1a ", facts.weights_hash));
  add(
      concat(" *\n * Example:\n *   #include <stdio.h>\n *   #include \"$.h\"\n *\n"
             " *   int main(void) {\n"
             " *     static const uint8_t pixels[$inputs] = {0};\n"
             " *     ",
             facts.score_type,
             " scores[$classes];\n"
             " *     const int label = $predict(pixels, scores);\n"
             " *     printf(\"%s: ",
             facts.score_format,
             "\\n\", $class_names[label], scores[label]);\n"
             " *     return 0;\n *   }\n */\n"));
}

void CText::flash_macro() {
  add("\n/* AVR copies constants to RAM, but for those of this address space of GNU C. */\n"
      "#if defined(__FLASH) && !defined(__STRICT_ANSI__) && !defined(__cplusplus)\n"
      "#define $FLASH __flash\n#else\n#define $FLASH\n#endif\n");
}

void CText::class_names(std::span<const std::string> names) {
  add("static const char *const $class_names[$classes] = {");
  std::string_view separator;
  for (const std::string& name : names) {
    add(concat(separator, to_c_string(name)));
    separator = ", ";
  }
  add("};\n");
}

template <class Element, class ToText>
void CText::add_array(std::string_view name, std::string_view type, std::span<const Element> values,
                      const ToText& to_text) {
  add(concat("\nstatic const $FLASH ", type, " $", name, "[", values.size(), "] = {"));
  std::size_t columns = kMaxColumns;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string number = to_text(values[i]) + (i + 1 < values.size() ? "," : "");
    if (columns + 1 + number.size() > kMaxColumns) {
      text_ += "\n ";
      columns = 1;
    }
    text_ += ' ';
    text_ += number;
    columns += 1 + number.size();
  }
  text_ += "\n};\n";
}

void CText::array(std::string_view name, std::span<const float> values) {
  add_array(name, "float", values, [](float value) { return to_c(value); });
}

void CText::array(std::string_view name, std::string_view type,
                  std::span<const std::int32_t> values) {
  add_array(name, type, values, [](std::int32_t value) { return concat(value); });
}

}  // namespace tinycnn
