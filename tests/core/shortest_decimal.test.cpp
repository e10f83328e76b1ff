// SPDX-License-Identifier: MIT
// Decimal texts: they give the same number again, and no shorter one does.
#include "formats/shortest_decimal.h"

#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>

namespace tinycnn::test {
namespace {

template <class Real>
std::string text_of(Real number) {
  std::string text;
  append_shortest(text, number);
  return text;
}

float parse_float(const std::string& text) { return std::strtof(text.c_str(), nullptr); }

std::uint64_t next_random(std::uint64_t& state) {
  state = state * 6364136223846793005U + 1442695040888963407U;
  return state >> 11;
}

}  // namespace

TEST_CASE("shortest decimal: numbers are written as JavaScript writes them") {
  const std::array<std::pair<double, const char*>, 16> cases{{
      {0.0, "0"},
      {-0.0, "-0"},
      {1.0, "1"},
      {10.0, "10"},
      {0.1, "0.1"},
      {-0.1307, "-0.1307"},
      {1e-6, "0.000001"},
      {1e-7, "1e-7"},
      {1.25e-9, "1.25e-9"},
      {123456.75, "123456.75"},
      {9007199254740993.0, "9007199254740992"},
      {1e20, "100000000000000000000"},
      {1e21, "1e+21"},
      {5e-324, "5e-324"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {2.2250738585072014e-308, "2.2250738585072014e-308"},
  }};
  for (const auto& [number, text] : cases) {
    CHECK(text_of(number) == text);
  }
  CHECK(text_of(0.1F) == "0.1");
  CHECK(text_of(16777216.0F) == "16777216");
  CHECK(text_of(std::numeric_limits<float>::max()) == "3.4028235e+38");
  CHECK(text_of(std::numeric_limits<float>::denorm_min()) == "1e-45");
}

TEST_CASE("shortest decimal: every number is read again as the same") {
  std::uint64_t state = 1;
  for (int i = 0; i < 20'000; ++i) {
    const auto bits = static_cast<std::uint32_t>(next_random(state)) & 0x7F7FFFFF;
    const auto number = std::bit_cast<float>(bits);
    REQUIRE(parse_float(text_of(number)) == number);
  }
  for (int i = 0; i < 5'000; ++i) {
    const std::uint64_t bits = (next_random(state) * 4099) & 0x7FEFFFFFFFFFFFFF;
    const auto number = std::bit_cast<double>(bits);
    REQUIRE(std::strtod(text_of(number).c_str(), nullptr) == number);
  }
}

TEST_CASE("shortest decimal: one digit less is another number") {
  std::uint64_t state = 2;
  for (int i = 0; i < 2'000; ++i) {
    const auto number =
        static_cast<float>(static_cast<double>(next_random(state)) / 9007199254740992.0);
    const std::string text = text_of(number);
    if (text.size() > 3 && text.find('e') == std::string::npos) {
      const std::string shorter = text.substr(0, text.size() - 1);
      REQUIRE(parse_float(shorter) != number);
    }
  }
}

}  // namespace tinycnn::test
