// SPDX-License-Identifier: MIT
// golden_hashes: trains the golden runs and prints tests/core/golden_hashes.h. Only for a change
// that is meant to change the weights:
//   build/native-release/tests/golden_hashes > tests/core/golden_hashes.h
#include <exception>
#include <iomanip>
#include <iostream>

#include "support/golden_runs.h"

namespace {

void print_header() {
  tinycnn::SerialExecutor executor;
  std::cout << "// SPDX-License-Identifier: MIT\n"
               "// Hashes of all weights at the end of support/golden_runs.cpp, the same in every\n"
               "// build. Written by the program golden_hashes, not by hand.\n"
               "#pragma once\n\n"
               "#include <array>\n"
               "#include <cstdint>\n\n"
               "namespace tinycnn::test {\n\n";
  const auto runs = tinycnn::test::train_golden_runs(executor);
  std::cout << "inline constexpr std::array<std::uint64_t, " << runs.size() << "> kGoldenHashes{\n"
            << std::hex << std::uppercase << std::setfill('0');
  for (const auto& run : runs) {
    std::cout << "    0x" << std::setw(16) << run.hash << ",  // " << run.name << '\n';
  }
  std::cout << "};\n\n}  // namespace tinycnn::test\n";
}

}  // namespace

int main() {
  try {
    print_header();
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
