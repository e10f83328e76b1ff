// SPDX-License-Identifier: MIT
// Parses the table of glyphs at compile time into arrays of small integers: a mistake in the table
// is a compiler error, and the text does not become part of the program.
#include "handwriting/digit_glyphs.h"

#include <array>
#include <string_view>

#include "handwriting/glyph_table.h"

namespace tinycnn {
namespace {

constexpr std::array kTexts{kZeros, kOnes,  kTwos,   kThrees, kFours,
                            kFives, kSixes, kSevens, kEights, kNines};
constexpr std::string_view kNumberCharacters = "-.0123456789";

/// Reads the words and numbers of a line one after another. A throw is a compiler error.
class Line {
 public:
  constexpr explicit Line(std::string_view text) : rest_(text) {}

  constexpr bool empty() {
    const std::size_t next = rest_.find_first_not_of(' ');
    rest_ = next == std::string_view::npos ? std::string_view() : rest_.substr(next);
    return rest_.empty();
  }
  constexpr std::string_view until(char end) {
    if (empty()) {
      throw "expected more in the line";
    }
    const std::string_view taken = rest_.substr(0, rest_.find(end));
    rest_.remove_prefix(taken.size() < rest_.size() ? taken.size() + 1 : taken.size());
    return taken;
  }
  constexpr bool skip(char sign) {
    const bool there = !empty() && rest_.front() == sign;
    rest_.remove_prefix(there ? 1 : 0);
    return there;
  }
  /// Times `unit`, rounded to an integer that fits into one byte.
  constexpr int number(int unit) {
    if (empty()) {
      throw "expected a number";
    }
    const std::string_view digits = rest_.substr(0, rest_.find_first_not_of(kNumberCharacters));
    rest_.remove_prefix(digits.size());
    int value = 0;
    int parts = 1;
    bool in_fraction = false;
    for (const char c : digits) {
      if (c >= '0' && c <= '9') {
        value = value * 10 + (c - '0');
        parts *= in_fraction ? 10 : 1;
      }
      in_fraction = in_fraction || c == '.';
    }
    const int number = value * unit / parts;
    if (digits.empty() || number * parts != value * unit || number > 127) {
      throw "expected a multiple of the unit";
    }
    return digits.front() == '-' ? -number : number;
  }

 private:
  std::string_view rest_;
};

/// The sizes of the arrays, or the offsets of a glyph in them.
struct Counts {
  std::size_t glyphs = 0;
  std::size_t strokes = 0;
  std::size_t knots = 0;
  std::size_t moves = 0;
};

/// Only counts if there are no arrays to fill.
struct NoLists {
  constexpr void glyph(const Counts& /*at*/, int /*digit*/, int /*share*/) {}
  constexpr void knot(const Counts& /*at*/, Knot /*knot*/) {}
  constexpr void move(const Counts& /*at*/, Move /*move*/) {}
  constexpr void stroke(const Counts& /*at*/, std::size_t /*knots*/) {}
};

template <class Lists>
constexpr void read_stroke(Line& line, Counts& at, Lists& lists) {
  const std::size_t first = at.knots;
  while (!line.empty()) {
    const auto x = static_cast<std::int8_t>(line.number(100));
    const int y = line.number(100);
    if (y < 0) {
      throw "expected a knot that is not above the digit";
    }
    lists.knot(at, {x, static_cast<std::uint8_t>(y), line.skip('!')});
    ++at.knots;
  }
  lists.stroke(at, at.knots - first);
  ++at.strokes;
}

template <class Lists>
constexpr void read_variation(Line& line, Counts& at, Lists& lists) {
  line.until(':');
  for (bool begins = true; !line.empty(); begins = false) {
    const auto knot = static_cast<std::uint8_t>(line.number(1));
    const auto x = static_cast<std::int8_t>(line.number(200));
    const auto y = static_cast<std::int8_t>(line.number(200));
    lists.move(at, {x, y, knot, begins});
    ++at.moves;
    line.skip(',');
  }
}

template <class Lists>
constexpr Counts read_glyphs(Lists&& lists) {
  Counts at;
  for (std::string_view text : kTexts) {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      Line line(text.substr(0, end));
      text.remove_prefix(end + 1);
      if (line.empty()) {
        continue;
      }
      const std::string_view kind = line.until(' ');
      if (kind == "glyph") {
        const int digit = line.number(1);
        const int share = line.number(10);
        lists.glyph(at, digit, share);
        ++at.glyphs;
      } else if (kind == "stroke") {
        read_stroke(line, at, lists);
      } else if (kind == "vary") {
        read_variation(line, at, lists);
      } else {
        throw "expected 'glyph', 'stroke' or 'vary'";
      }
    }
  }
  return at;
}

constexpr Counts kCounts = read_glyphs(NoLists{});

static_assert(kCounts.glyphs == kGlyphs);

/// The counts of one glyph. Its offsets in the arrays follow from the glyphs before it, which takes
/// fewer bytes than pointers.
struct Head {
  std::uint8_t digit = 0;
  std::uint8_t share = 0;  // in tenths
  std::uint8_t strokes = 0;
  std::uint8_t knots = 0;
  std::uint8_t moves = 0;
};

struct Lists {
  std::array<Head, kCounts.glyphs> heads{};
  std::array<std::uint8_t, kCounts.strokes> strokes{};
  std::array<Knot, kCounts.knots> knots{};
  std::array<Move, kCounts.moves> moves{};

  constexpr void glyph(const Counts& at, int digit, int share) {
    Head& head = heads[at.glyphs];
    head.digit = static_cast<std::uint8_t>(digit);
    head.share = static_cast<std::uint8_t>(share);
  }
  constexpr void knot(const Counts& at, Knot knot) {
    knots[at.knots] = knot;
    ++heads[at.glyphs - 1].knots;
  }
  constexpr void move(const Counts& at, Move move) {
    moves[at.moves] = move;
    ++heads[at.glyphs - 1].moves;
  }
  constexpr void stroke(const Counts& at, std::size_t count) {
    strokes[at.strokes] = static_cast<std::uint8_t>(count);
    ++heads[at.glyphs - 1].strokes;
  }
};

constexpr Lists kLists = [] {
  Lists lists;
  read_glyphs(lists);
  return lists;
}();

}  // namespace

Glyph digit_glyph(std::size_t index) noexcept {
  Counts at;
  for (std::size_t i = 0; i < index; ++i) {
    const Head& head = kLists.heads[i];
    at.strokes += head.strokes;
    at.knots += head.knots;
    at.moves += head.moves;
  }
  const Head& head = kLists.heads[index];
  return {.digit = head.digit,
          .share = head.share / 10.0,
          .style = index,
          .strokes = {&kLists.strokes[at.strokes], head.strokes},
          .knots = {&kLists.knots[at.knots], head.knots},
          .moves = {&kLists.moves[at.moves], head.moves}};
}

Glyph choose_glyph(int digit, double at) noexcept {
  double total = 0.0;
  for (const Head& head : kLists.heads) {
    total += head.digit == digit ? head.share / 10.0 : 0.0;
  }
  double rest = at * total;
  std::size_t chosen = kGlyphs;
  for (std::size_t i = 0; i < kGlyphs; ++i) {
    const Head& head = kLists.heads[i];
    if (head.digit == digit && (chosen == kGlyphs || rest >= 0.0)) {
      chosen = i;
      rest -= head.share / 10.0;
    }
  }
  return digit_glyph(chosen);
}

}  // namespace tinycnn
