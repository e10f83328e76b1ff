// SPDX-License-Identifier: MIT
// Everything that the command can do, as data. verbs.cpp is written by `npm run native-verbs` from
// the table of the command in Node, so that both say the same.
#pragma once

#include <limits>
#include <span>
#include <string_view>

namespace tinycnn::command {

enum class Kind : unsigned char { kSwitch, kText, kInteger, kNumber, kChoice };

struct OptionRow {
  std::string_view name;
  std::string_view value{};  ///< as help names it
  Kind kind = Kind::kText;
  double min = 0.0;
  double max = std::numeric_limits<double>::infinity();
  std::span<const std::string_view> choices{};
  bool multiple = false;
};

struct VerbRow {
  std::string_view name;
  std::string_view takes;       ///< the name of what stands without an option
  std::string_view takes_text;  ///< what that is
  int min = 0;                  ///< how many of it
  int max = 0;                  ///< -1: any number
  std::span<const OptionRow> options;
  std::string_view usage;  ///< what --help prints
};

std::span<const VerbRow> verbs();
/// What --help prints without a verb.
std::string_view overview();

}  // namespace tinycnn::command
