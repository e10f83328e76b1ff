// SPDX-License-Identifier: MIT
#include "tinycnn/schedule.h"

#include <algorithm>

#include "integer_power.h"
#include "tinycnn/error.h"

namespace tinycnn {
namespace {

double interpolate(double from, double to, double share) { return from + (to - from) * share; }

}  // namespace

void require_valid(const Schedule& schedule) {
  if (schedule.type == ScheduleType::kConstant) {
    return;
  }
  if (schedule.type == ScheduleType::kExponential) {
    if (!(schedule.gamma > 0.0 && schedule.gamma <= 1.0)) {
      fail("[exponential] expected gamma above 0 and up to 1, got ", schedule.gamma);
    }
    return;
  }
  if (schedule.type != ScheduleType::kOneCycle) {
    fail("[schedule] expected a known type, got number ", static_cast<int>(schedule.type));
  }
  if (schedule.total_steps < 1) {
    fail("[oneCycle] expected totalSteps of at least 1, got ", schedule.total_steps);
  }
  if (!(schedule.pct_start > 0.0 && schedule.pct_start < 1.0)) {
    fail("[oneCycle] expected pctStart between 0 and 1, got ", schedule.pct_start);
  }
  if (!(schedule.div_factor >= 1.0) || !(schedule.final_div_factor >= 1.0)) {
    fail("[oneCycle] expected divFactor and finalDivFactor of at least 1, got ",
         schedule.div_factor, " and ", schedule.final_div_factor);
  }
}

double learning_rate_at(const Schedule& schedule, double learning_rate,
                        std::int64_t step) noexcept {
  if (schedule.type == ScheduleType::kConstant) {
    return learning_rate;
  }
  if (schedule.type == ScheduleType::kExponential) {
    return learning_rate * integer_power(schedule.gamma, step);
  }
  const double first = learning_rate / schedule.div_factor;
  const double last = first / schedule.final_div_factor;
  const auto total = static_cast<double>(schedule.total_steps);
  const double peak = schedule.pct_start * total - 1.0;
  const double end = total - 1.0;
  const double now = std::min(static_cast<double>(step), end);
  if (now <= peak) {
    return interpolate(first, learning_rate, peak > 0.0 ? now / peak : 1.0);
  }
  return interpolate(learning_rate, last, (now - peak) / (end - peak));
}

}  // namespace tinycnn
