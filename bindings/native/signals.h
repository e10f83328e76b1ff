// SPDX-License-Identifier: MIT
// Ctrl+C and SIGTERM while something is trained: the first is waited for, a second ends the program
// at once.
#pragma once

#include <csignal>

namespace tinycnn::command {

/// Notes SIGINT and SIGTERM for as long as it lives; one at a time.
class SignalListener {
 public:
  SignalListener();
  SignalListener(const SignalListener&) = delete;
  SignalListener& operator=(const SignalListener&) = delete;
  SignalListener(SignalListener&&) = delete;
  SignalListener& operator=(SignalListener&&) = delete;
  ~SignalListener();

  /// SIGINT, SIGTERM, or 0 while none has come.
  [[nodiscard]] static int received();
};

}  // namespace tinycnn::command
