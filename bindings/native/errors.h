// SPDX-License-Identifier: MIT
// What a person at the keyboard can do something about, and the exit codes that tell a script which
// kind it was.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tinycnn::command {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kNotUnderstood = 2;
inline constexpr int kInterrupted = 130;
inline constexpr int kTerminated = 143;

/// The command was understood and could not be done.
class Failure : public std::runtime_error {
 public:
  /// advice: what to do, a line each.
  explicit Failure(const std::string& text, std::vector<std::string> advice = {})
      : std::runtime_error(text), advice_(std::move(advice)) {}

  [[nodiscard]] const std::vector<std::string>& advice() const { return advice_; }

 private:
  std::vector<std::string> advice_;
};

/// The command was not understood.
class UsageError : public Failure {
 public:
  using Failure::Failure;
};

}  // namespace tinycnn::command
