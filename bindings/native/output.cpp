// SPDX-License-Identifier: MIT
#include "output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>

namespace tinycnn::command {
namespace {

constexpr int kBarWidth = 24;
constexpr double kRedrawSeconds = 0.06;
constexpr double kPlainSeconds = 10.0;

bool draws_on_terminal() {
  const char* term = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): one thread so far
  return isatty(STDERR_FILENO) == 1 && std::string_view(term == nullptr ? "" : term) != "dumb";
}

std::size_t terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

double now() {
  using Clock = std::chrono::steady_clock;
  static const Clock::time_point start = Clock::now();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Output::Output(bool json) : json_(json), draws_(draws_on_terminal()), width_(terminal_width()) {}

void Output::print(std::string_view line) {
  clear();
  std::cout << line << '\n' << std::flush;
}

void Output::say(std::string_view text) {
  if (!json_) {
    print(text);
  }
}

void Output::emit(const Json& object) {
  if (json_) {
    print(object.text());
  }
}

void Output::tell(std::string_view text, const Json& object) {
  say(text);
  emit(object);
}

void Output::progress(std::string_view what, double share, std::string_view details) {
  const double at = now();
  if (last_ < 0.0 && !draws_) {
    last_ = at;
  }
  if (at - last_ < (draws_ ? kRedrawSeconds : kPlainSeconds) || (json_ && !draws_)) {
    return;
  }
  last_ = at;
  if (!draws_) {
    std::cerr << what << "  " << percent(share, 0) << "  " << details << '\n';
    return;
  }
  const int filled = static_cast<int>(std::lround(kBarWidth * std::clamp(share, 0.0, 1.0)));
  std::string bar;
  for (int i = 0; i < kBarWidth; ++i) {
    bar += i < filled ? "█" : "░";
  }
  const std::size_t left = std::max<std::size_t>(40, width_ - 1) - 10 - kBarWidth;
  const std::string rest = percent(share, 0) + "  " + std::string(details);
  std::cerr << "\r\x1b[2K" << what << "  " << bar << "  "
            << rest.substr(0, left - std::min(left, what.size())) << std::flush;
  is_shown_ = true;
}

void Output::clear() {
  if (is_shown_) {
    std::cerr << "\r\x1b[2K" << std::flush;
    is_shown_ = false;
  }
}

}  // namespace tinycnn::command
