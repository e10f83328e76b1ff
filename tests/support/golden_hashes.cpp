// SPDX-License-Identifier: MIT
// golden_hashes: trains the golden runs and prints tests/core/golden_hashes.h. Only for a change
// that is meant to change the weights:
//   build/native-release/tests/golden_hashes > tests/core/golden_hashes.h
// For npm run machines: golden_hashes --quick trains fewer runs, golden_hashes --build says what it
// was built by and for.
#include <exception>
#include <iomanip>
#include <iostream>
#include <string>
#include <string_view>

#include "kernels/vectors.h"
#include "support/golden_runs.h"

namespace {

void print_header(tinycnn::test::Golden which) {
  tinycnn::SerialExecutor executor;
  std::cout << "// SPDX-License-Identifier: MIT\n"
               "// Hashes of all weights at the end of support/golden_runs.cpp, the same in every\n"
               "// build. Written by the program golden_hashes, not by hand.\n"
               "#pragma once\n\n"
               "#include <array>\n"
               "#include <cstdint>\n\n"
               "namespace tinycnn::test {\n\n";
  const auto runs = tinycnn::test::train_golden_runs(executor, which);
  std::cout << "inline constexpr std::array<std::uint64_t, " << runs.size() << "> kGoldenHashes{\n"
            << std::hex << std::uppercase << std::setfill('0');
  for (const auto& run : runs) {
    std::cout << "    0x" << std::setw(16) << run.hash << ",  // " << run.name << '\n';
  }
  std::cout << "};\n\n}  // namespace tinycnn::test\n";
}

constexpr const char* kProcessor =
#if defined(__x86_64__)
    "x86-64";
#elif defined(__aarch64__)
    "aarch64";
#elif defined(__arm__)
    "armv7";
#else
    "another";
#endif

std::string compiler() {
#ifdef __clang__
  return "Clang " + std::to_string(__clang_major__) + '.' + std::to_string(__clang_minor__);
#else
  return "GCC " + std::to_string(__GNUC__) + '.' + std::to_string(__GNUC_MINOR__);
#endif
}

void print_build() {
  std::cout << compiler() << '\t' << kProcessor << '\t' << tinycnn::kernels::vectors() << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  try {
    using tinycnn::test::Golden;
    const std::string_view asked = argc > 1 ? argv[1] : "";
    if (asked == "--build") {
      print_build();
    } else {
      print_header(asked == "--quick" ? Golden::kQuick : Golden::kAll);
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
