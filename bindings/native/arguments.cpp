// SPDX-License-Identifier: MIT
#include "arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

#include "errors.h"
#include "texts.h"

namespace tinycnn::command {
namespace {

constexpr double kMaxSafeInteger = 9007199254740991.0;
constexpr std::size_t kListed = 3;  // so few names are all listed

std::optional<double> parse_number(std::string_view text) {
  double value = 0.0;
  const char* end = text.data() + text.size();
  const auto [parsed, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && parsed == end && std::isfinite(value) ? std::optional(value)
                                                                       : std::nullopt;
}

std::string dashed(std::string_view name) { return "--" + std::string(name); }

std::vector<std::string> see_help(const VerbRow& verb) {
  return {"tinycnn " + std::string(verb.name) + " --help says more."};
}

std::string nothing_after(const OptionRow& option) {
  return "expected " + std::string(option.value) + " after it, got nothing";
}

/// Whether a word is an option, which is no value.
bool is_option(std::string_view word) {
  return word.size() > 2 && word.starts_with("--") && word[2] >= 'a' && word[2] <= 'z';
}

void require_count(const VerbRow& verb, const std::vector<std::string>& positionals) {
  const std::string name = "tinycnn " + std::string(verb.name);
  if (std::ssize(positionals) < verb.min) {
    throw UsageError(
        name + " needs " + std::string(verb.takes) + ": " + std::string(verb.takes_text),
        see_help(verb));
  }
  if (verb.max >= 0 && std::ssize(positionals) > verb.max) {
    const std::string expected =
        verb.max == 0 ? "options alone" : "at most " + std::to_string(verb.max);
    throw UsageError(name + " takes " + expected + ", got '" +
                         positionals[static_cast<std::size_t>(verb.max)] + "' too",
                     see_help(verb));
  }
}

/// Words that belong to no option are what the verb takes, but for those that look like options and
/// do not stand behind "--".
void take_rest(const VerbRow& verb, const std::vector<std::string>& rest, Arguments& arguments) {
  bool takes_all = false;
  for (const std::string& word : rest) {
    if (!takes_all && word == "--") {
      takes_all = true;
      continue;
    }
    if (takes_all || word.size() < 2 || word[0] != '-') {
      arguments.positionals.push_back(word);
      continue;
    }
    const std::string given = word.substr(0, word.find('='));
    std::vector<std::string> known;
    for (const OptionRow& option : verb.options) {
      known.push_back(dashed(option.name));
    }
    throw UsageError("tinycnn " + std::string(verb.name) + " has no option '" + given + "'" +
                         suggestion(given, known),
                     see_help(verb));
  }
}

/// An option of CLI11's for each of the table. `found` holds as many.
void add_options(CLI::App& app, const VerbRow& verb, std::vector<std::vector<std::string>>& found) {
  for (std::size_t i = 0; i < verb.options.size(); ++i) {
    const OptionRow& option = verb.options[i];
    if (option.kind == Kind::kSwitch) {
      app.add_flag(dashed(option.name))->disable_flag_override();
      continue;
    }
    app.add_option(dashed(option.name), found[i])
        ->allow_extra_args(false)
        ->check([&option](const std::string& text) { return fault_of(option, text); });
  }
}

/// CLI11's own words name the option first: "--data: 1 required TEXT missing".
[[noreturn]] void throw_usage(const VerbRow& verb, const CLI::ParseError& error) {
  const std::string text = error.what();
  const std::string name = text.substr(0, text.find(':'));
  for (const OptionRow& option : verb.options) {
    if (dashed(option.name) != name || error.get_name() != "ArgumentMismatch") {
      continue;
    }
    throw UsageError(option.kind == Kind::kSwitch ? name + " takes no value"
                                                  : name + ": " + nothing_after(option),
                     see_help(verb));
  }
  throw UsageError(text, see_help(verb));
}

}  // namespace

std::string fault_of(const OptionRow& option, const std::string& text) {
  if (is_option(text)) {
    return nothing_after(option);
  }
  if (option.kind == Kind::kChoice) {
    const std::vector<std::string> choices(option.choices.begin(), option.choices.end());
    if (std::ranges::find(choices, text) != choices.end()) {
      return {};
    }
    return "expected one of " + joined(choices, ", ") + ", got '" + text + "'" +
           suggestion(text, choices);
  }
  if (option.kind != Kind::kInteger && option.kind != Kind::kNumber) {
    return {};
  }
  const bool is_integer = option.kind == Kind::kInteger;
  const std::optional<double> value = parse_number(text);
  if (value && *value >= option.min && *value <= option.max &&
      (!is_integer || (std::trunc(*value) == *value && std::abs(*value) <= kMaxSafeInteger))) {
    return {};
  }
  const auto bound = [](double number) { return CLI::detail::to_string(number); };
  const std::string range =
      "from " + bound(option.min) + (std::isfinite(option.max) ? " to " + bound(option.max) : "");
  return std::string("expected ") + (is_integer ? "an integer " : "a number ") + range + ", got '" +
         text + "'";
}

std::optional<std::string> Arguments::text(std::string_view name) const {
  const auto at = values.find(name);
  return at == values.end() ? std::nullopt : std::optional(at->second.front());
}

std::optional<double> Arguments::number(std::string_view name) const {
  const std::optional<std::string> given = text(name);
  return given ? parse_number(*given) : std::nullopt;
}

std::optional<std::int64_t> Arguments::integer(std::string_view name) const {
  const std::optional<double> given = number(name);
  return given ? std::optional(static_cast<std::int64_t>(*given)) : std::nullopt;
}

void require_known(std::string_view what, const std::string& name,
                   std::span<const std::string> known, const std::vector<std::string>& advice) {
  if (std::ranges::find(known, name) != known.end()) {
    return;
  }
  std::string hint = known.size() > kListed ? suggestion(name, known) : "";
  if (hint.empty()) {
    hint = std::string("; expected ") + (known.size() > 1 ? "one of " : "") + joined(known, ", ");
  }
  throw UsageError("There is no " + std::string(what) + " '" + name + "'" + hint, advice);
}

Arguments read_arguments(const VerbRow& verb, std::span<const std::string> words) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<std::vector<std::string>> found(verb.options.size());
  add_options(app, verb, found);
  std::vector<std::string> reversed(words.rbegin(), words.rend());  // as CLI11 wants them
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    throw_usage(verb, error);
  }
  Arguments arguments;
  for (std::size_t i = 0; i < verb.options.size(); ++i) {
    const OptionRow& option = verb.options[i];
    const std::size_t count = app.count(dashed(option.name));
    if (count == 0) {
      continue;
    }
    if (count > 1 && option.kind != Kind::kSwitch && !option.multiple) {
      throw UsageError(dashed(option.name) + " was given twice", see_help(verb));
    }
    arguments.values[std::string(option.name)] = std::move(found[i]);
  }
  take_rest(verb, app.remaining(), arguments);
  if (!arguments.has("help")) {
    require_count(verb, arguments.positionals);
  }
  return arguments;
}

}  // namespace tinycnn::command
