// SPDX-License-Identifier: MIT
// Names for generated source text, each used once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tinycnn {

class UniqueNames {
 public:
  /// reserved: names that are taken, separated by spaces.
  explicit UniqueNames(std::string_view reserved = {});

  /// `wanted`, with a number added if it is taken.
  std::string take(std::string_view wanted);

 private:
  std::vector<std::string> taken_;
};

/// `text` as an identifier of C and Python: other characters become '_'.
std::string to_identifier(std::string_view text);

}  // namespace tinycnn
