// SPDX-License-Identifier: MIT
#include "texts.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <numeric>
#include <string>

namespace tinycnn::command {
namespace {

constexpr std::size_t kMaxShown = 40;  // characters of a name

/// Columns that a text takes: its code points in UTF-8.
std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Letters and digits alone, in lower case.
std::string bare(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return text;
}

/// "lr" of "learning-rate".
std::string initials(std::string_view name) {
  std::string text;
  bool begins = true;
  for (const char c : name) {
    if (begins && c != '-') {
      text += c;
    }
    begins = c == '-';
  }
  return text;
}

/// Levenshtein distance.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::vector<std::size_t> next{i};
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t changed = row[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      next.push_back(std::min({row[j] + 1, next[j - 1] + 1, changed}));
    }
    row = std::move(next);
  }
  return row.back();
}

std::size_t distance(std::string_view name, std::string_view known) {
  const std::string from = bare(name);
  const std::string to = bare(known);
  if (from == to || from == initials(known)) {
    return 0;
  }
  if (from.size() > 2 &&
      (to.find(from) != std::string::npos || (!to.empty() && from.find(to) != std::string::npos))) {
    return 1;
  }
  return edit_distance(from, to);
}

std::string escaped(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      result += "\\u00";
      result += kDigits[static_cast<unsigned char>(c) >> 4U];
      result += kDigits[static_cast<unsigned char>(c) & 15U];
    } else {
      result += c;
    }
  }
  return result + '"';
}

template <class Number>
std::string shortest(Number value) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end};
}

/// The number that is rounded in the place of one that lies in the middle between two: JavaScript's
/// toFixed rounds those away from 0, to_chars to the even one.
double away_from_middle(double value, int digits) {
  constexpr int kMore = 30;  // behind so many digits no double has any more
  std::array<char, 400> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value,
                                          std::chars_format::fixed, digits + kMore);
  const std::string_view all(text.data(), end);
  const bool is_middle =
      error == std::errc{} && all.size() > kMore && all[all.size() - kMore] == '5' &&
      all.substr(all.size() - kMore + 1).find_first_not_of('0') == std::string_view::npos;
  return is_middle ? std::nextafter(value, std::copysign(HUGE_VAL, value)) : value;
}

}  // namespace

std::string fixed(double value, int digits) {
  std::array<char, 64> text{};
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), away_from_middle(value, digits),
                    std::chars_format::fixed, digits);
  return error == std::errc{} ? std::string(text.data(), end) : shortest(value);
}

std::string percent(double share, int digits) { return fixed(100.0 * share, digits) + " %"; }

std::string grouped(double count) {
  std::string text = shortest(static_cast<std::int64_t>(std::floor(count + 0.5)));
  for (std::ptrdiff_t at = std::ssize(text) - 3; at > (count < 0.0 ? 1 : 0); at -= 3) {
    text.insert(static_cast<std::size_t>(at), ",");
  }
  return text;
}

std::string duration(double seconds) {
  if (seconds < 100.0) {
    return fixed(seconds, seconds < 10.0 ? 1 : 0) + " s";
  }
  const double minutes = std::floor(seconds / 60.0);
  return fixed(minutes, 0) + " min " + fixed(seconds - 60.0 * minutes, 0) + " s";
}

std::string bytes_text(std::size_t bytes) {
  const auto count = static_cast<double>(bytes);
  return count < 1e6 ? fixed(count / 1e3, 1) + " kB" : fixed(count / 1e6, 2) + " MB";
}

std::string joined(std::span<const std::string> words, std::string_view between) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += i == 0 ? "" : between;
    text += words[i];
  }
  return text;
}

std::string table(std::span<const Row> rows, std::initializer_list<std::size_t> right) {
  std::vector<std::size_t> widths(rows.empty() ? 0 : rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], columns_of(row[i]));
    }
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const std::string space(widths[i] - columns_of(row[i]), ' ');
      const bool is_right = std::ranges::find(right, i) != right.end();
      line += (i == 0 ? "" : "  ") + (is_right ? space + row[i] : row[i] + space);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += (text.empty() ? "" : "\n") + line;
  }
  return text;
}

std::string quoted(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos) {
    return std::string(word);
  }
  std::string text = "'";
  for (const char c : word) {
    text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return text + "'";
}

std::string suggestion(std::string_view name, std::span<const std::string> known) {
  const std::string_view shown = name.substr(0, kMaxShown);
  const std::string* nearest = nullptr;
  std::size_t least = 0;
  for (const std::string& each : known) {
    const std::size_t far = distance(shown, each);
    const std::size_t limit = std::max<std::size_t>(2, std::min(shown.size(), each.size()) / 3);
    if (far <= limit && (nearest == nullptr || far < least)) {
      nearest = &each;
      least = far;
    }
  }
  return nearest == nullptr ? "" : ": did you mean '" + *nearest + "'?";
}

Json& Json::put(std::string_view key, std::string_view value) {
  return put(escaped(key) + ':' + std::string(value));
}

Json& Json::put(std::string_view value) {
  text_ += text_.size() > 1 ? "," : "";
  text_ += value;
  return *this;
}

Json& Json::add(std::string_view key, const Json& value) { return put(key, value.text()); }
Json& Json::add(std::string_view key, std::string_view value) { return put(key, escaped(value)); }
Json& Json::add(std::string_view key, double value) {
  return put(key, std::isfinite(value) ? shortest(value) : "null");
}
Json& Json::add(std::string_view key, std::int64_t value) { return put(key, shortest(value)); }
Json& Json::add(std::string_view key, bool value) { return put(key, value ? "true" : "false"); }
Json& Json::push(const Json& value) { return put(value.text()); }
Json& Json::push(std::string_view value) { return put(escaped(value)); }
Json& Json::push(std::int64_t value) { return put(shortest(value)); }

Json json_array(std::span<const std::string> words) {
  Json array = Json::array();
  for (const std::string& word : words) {
    array.push(word);
  }
  return array;
}

}  // namespace tinycnn::command
