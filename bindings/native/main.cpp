// SPDX-License-Identifier: MIT
// tinycnn: trains, tests and converts small convolutional networks in a terminal. The same command
// as that of the npm package, as far as it needs neither a browser nor Node; verbs.cpp says what it
// can do.
#include <algorithm>
#include <array>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands.h"
#include "errors.h"

namespace tinycnn::command {
namespace {

using Work = int (*)(const Arguments&, Output&);
constexpr std::array<std::pair<std::string_view, Work>, 8> kWork{{{"train", train},
                                                                  {"evaluate", evaluate},
                                                                  {"predict", predict},
                                                                  {"export", export_network},
                                                                  {"import", import_network},
                                                                  {"verify", verify},
                                                                  {"zoo", list_zoo},
                                                                  {"bench", bench}}};

int print(std::string_view text) {
  std::cout << text << '\n';
  return kDone;
}

const VerbRow& find_verb(const std::string& name) {
  if (name.starts_with('-')) {
    throw UsageError("Expected a verb before " + name, {"tinycnn --help lists them."});
  }
  std::vector<std::string> names;
  for (const VerbRow& verb : verbs()) {
    if (verb.name == name) {
      return verb;
    }
    names.emplace_back(verb.name);
  }
  require_known("verb", name, names, {"tinycnn --help lists them."});
  throw UsageError("There is no verb '" + name + "'");
}

int do_verb(const VerbRow& verb, const Arguments& given) {
  Output output(given.has("json"));
  for (const auto& [name, work] : kWork) {
    if (name == verb.name) {
      return work(given, output);
    }
  }
  throw Failure("tinycnn " + std::string(verb.name) + " is not part of this command.");
}

int run(const std::vector<std::string>& words) {
  if (words.empty()) {
    std::cerr << overview() << '\n';
    return kNotUnderstood;
  }
  const std::string& first = words.front();
  if (first == "--version" || first == "-V") {
    return print(TINYCNN_VERSION);
  }
  const bool asks_help = first == "help";
  if (first == "--help" || first == "-h" || (asks_help && words.size() == 1)) {
    return print(overview());
  }
  const VerbRow& verb = find_verb(asks_help ? words[1] : first);
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  if (asks_help || std::ranges::find(rest, "-h") != rest.end()) {
    return print(verb.usage);
  }
  const Arguments given = read_arguments(verb, rest);
  return given.has("help") ? print(verb.usage) : do_verb(verb, given);
}

void complain(std::string_view text, const std::vector<std::string>& advice = {}) {
  std::cerr << "tinycnn: " << text << '\n';
  for (const std::string& line : advice) {
    std::cerr << "  " << line << '\n';
  }
}

}  // namespace
}  // namespace tinycnn::command

int main(int argc, char** argv) {
  namespace command = tinycnn::command;
  try {
    const int code = command::run({argv + (argc > 0 ? 1 : 0), argv + argc});
    if (std::cout.flush()) {
      return code;
    }
    command::complain("What was printed could not be written.");
  } catch (const command::UsageError& error) {
    command::complain(error.what(), error.advice());
    return command::kNotUnderstood;
  } catch (const command::Failure& error) {
    command::complain(error.what(), error.advice());
  } catch (const std::exception& error) {
    command::complain(error.what());
  }
  return command::kFailed;
}
