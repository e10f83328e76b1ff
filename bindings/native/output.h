// SPDX-License-Identifier: MIT
// What the command prints: results on stdout, as text or as JSON with a line for each object;
// progress on stderr, as a bar that rewrites its own line on a terminal, elsewhere as a plain line
// now and then.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "texts.h"

namespace tinycnn::command {

/// Seconds since the first call.
double now();

class Output {
 public:
  explicit Output(bool json);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  Output(Output&&) = delete;
  Output& operator=(Output&&) = delete;
  ~Output() { clear(); }

  /// A line for people; nothing with --json.
  void say(std::string_view text);
  /// A line of JSON; nothing without --json.
  void emit(const Json& object);
  /// The same thing for people or for programs.
  void tell(std::string_view text, const Json& object);
  /// share: 0..1 of the work that `what` names.
  void progress(std::string_view what, double share, std::string_view details = {});
  /// Takes the bar away.
  void clear();

 private:
  void print(std::string_view line);

  bool json_;
  bool draws_;
  std::size_t width_ = 80;
  bool is_shown_ = false;
  double last_ = -1.0;
};

}  // namespace tinycnn::command
