// SPDX-License-Identifier: MIT
// Reads the table of glyphs. As text it is a tenth of what the same lists cost as compiled code.
#include "digit_glyphs.h"

#include <algorithm>

#include "glyph_table.h"
#include "tinycnn/error.h"

namespace tinycnn {
namespace {

constexpr std::string_view kNumberCharacters = "+-.0123456789";

/// A line's words and numbers, one after another.
class Line {
 public:
  explicit Line(std::string_view text) : text_(text), rest_(text) {}

  [[nodiscard]] bool empty() {
    const std::size_t next = rest_.find_first_not_of(' ');
    rest_ = next == std::string_view::npos ? std::string_view() : rest_.substr(next);
    return rest_.empty();
  }
  std::string_view until(char end) {
    const bool more = !empty();
    const std::string_view taken = rest_.substr(0, rest_.find(end));
    require(more && !taken.empty());
    rest_.remove_prefix(std::min(taken.size() + 1, rest_.size()));
    return taken;
  }
  std::string_view word() { return until(' '); }
  std::string_view last() { return until('\n'); }
  bool skip(char sign) {
    const bool there = !empty() && rest_.front() == sign;
    rest_.remove_prefix(there ? 1 : 0);
    return there;
  }

  /// Digits with a point somewhere: their whole number by a power of ten, which is rounded once.
  double number() {
    const bool more = !empty();
    const std::string_view digits = rest_.substr(0, rest_.find_first_not_of(kNumberCharacters));
    require(more && !digits.empty());
    double whole = 0.0;
    double power = 1.0;
    bool in_fraction = false;
    for (const char c : digits) {
      if (c >= '0' && c <= '9') {
        whole = whole * 10.0 + (c - '0');
        power *= in_fraction ? 10.0 : 1.0;
      }
      in_fraction = in_fraction || c == '.';
    }
    rest_.remove_prefix(digits.size());
    return (digits.front() == '-' ? -whole : whole) / power;
  }

 private:
  void require(bool holds) const {
    if (!holds) {
      fail("[glyphs] expected more in the line '", text_, "'");
    }
  }

  std::string_view text_;
  std::string_view rest_;
};

std::vector<Knot> read_stroke(Line& line) {
  std::vector<Knot> stroke;
  while (!line.empty()) {
    const double x = line.number();
    const double y = line.number();
    stroke.push_back({x, y, line.skip('!')});
  }
  return stroke;
}

Variation read_variation(Line& line) {
  Variation variation{.name = line.until(':'), .moves = {}};
  while (!line.empty()) {
    const auto knot = static_cast<std::size_t>(line.number());
    const double x = line.number();
    const double y = line.number();
    variation.moves.push_back({knot, x, y});
    line.skip(',');
  }
  return variation;
}

void read_glyphs(std::string_view text, std::vector<Glyph>& glyphs) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    Line line(text.substr(0, end));
    text.remove_prefix(end + 1);
    if (line.empty()) {
      continue;
    }
    const std::string_view kind = line.word();
    if (kind == "glyph") {
      const int digit = static_cast<int>(line.number());
      const double share = line.number();
      glyphs.push_back({digit, line.last(), share, {}, {}});
    } else if (kind == "stroke" && !glyphs.empty()) {
      glyphs.back().strokes.push_back(read_stroke(line));
    } else if (kind == "vary" && !glyphs.empty()) {
      glyphs.back().variations.push_back(read_variation(line));
    } else {
      fail("[glyphs] expected 'glyph', 'stroke' or 'vary', got '", kind, "'");
    }
  }
}

}  // namespace

std::span<const Glyph> digit_glyphs() {
  static const std::vector<Glyph> glyphs = [] {
    std::vector<Glyph> all;
    for (const std::string_view digit :
         {kZeros, kOnes, kTwos, kThrees, kFours, kFives, kSixes, kSevens, kEights, kNines}) {
      read_glyphs(digit, all);
    }
    return all;
  }();
  return glyphs;
}

}  // namespace tinycnn
