// SPDX-License-Identifier: MIT
// Numbers in texts look as printf's %g writes them.
#include "support/text.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>

namespace tinycnn::test {
namespace {

std::string print(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", number);
  return text.data();
}

}  // namespace

TEST_CASE("numbers in an error's text are written as printf's %g writes them") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double number : {0.0,           -0.0,
                              1.0,           -1.0,
                              0.1,           0.001,
                              1e-4,          1e-5,
                              1e-7,          123456.0,
                              1234567.0,     999999.4,
                              999999.6,      99999.96,
                              0.00099999996, 1.5,
                              10.01,         2.302585093,
                              60000.0,       1e6,
                              1e15,          1e100,
                              -3.25e-9,      1e300,
                              5e-324,        1.7976931348623157e308,
                              kInfinity,     -kInfinity}) {
    CHECK(concat(number) == print(number));
  }
  CHECK(concat(std::numeric_limits<double>::quiet_NaN()) == "nan");
}

TEST_CASE("strings and numbers are joined in their order") {
  CHECK(concat("[trainer] ", 3, " of ", std::int64_t{-4}, ": ", 0.5F, std::string("!")) ==
        "[trainer] 3 of -4: 0.5!");
}

}  // namespace tinycnn::test
