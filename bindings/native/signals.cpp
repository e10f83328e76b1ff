// SPDX-License-Identifier: MIT
#include "signals.h"

#include <unistd.h>

#include "errors.h"

namespace tinycnn::command {
namespace {

volatile std::sig_atomic_t the_signal = 0;

extern "C" void note_signal(int number) {
  if (the_signal != 0) {
    _exit(number == SIGTERM ? kTerminated : kInterrupted);
  }
  the_signal = number;
}

void handle_with(void (*handler)(int)) {
  for (const int number : {SIGINT, SIGTERM}) {
    struct sigaction action{};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(number, &action, nullptr);
  }
}

}  // namespace

SignalListener::SignalListener() { handle_with(note_signal); }
SignalListener::~SignalListener() { handle_with(SIG_DFL); }

int SignalListener::received() { return the_signal; }

}  // namespace tinycnn::command
