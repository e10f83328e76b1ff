// SPDX-License-Identifier: MIT
// The words of a command line, by the table of verbs: what is unknown, missing or of the wrong kind
// is a UsageError that names it, and the nearest known name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "verbs.h"

namespace tinycnn::command {

/// What was given to a verb.
struct Arguments {
  std::map<std::string, std::vector<std::string>, std::less<>> values;
  std::vector<std::string> positionals;

  [[nodiscard]] bool has(std::string_view name) const { return values.contains(name); }
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
  [[nodiscard]] std::optional<double> number(std::string_view name) const;
};

/// Empty, or what is wrong with an option's value.
std::string fault_of(const OptionRow& option, const std::string& text);

/// words: those after the verb.
Arguments read_arguments(const VerbRow& verb, std::span<const std::string> words);

/// Throws UsageError for a name that is none of `known`.
void require_known(std::string_view what, const std::string& name,
                   std::span<const std::string> known, const std::vector<std::string>& advice = {});

}  // namespace tinycnn::command
