// SPDX-License-Identifier: MIT
#include "tinycnn/schedule.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "support/integer_power.h"
#include "support/portable_math.h"
#include "support/text.h"

namespace tinycnn {
namespace {

double interpolate(Anneal anneal, double from, double to, double share) {
  if (anneal == Anneal::kLinear) {
    return from + (to - from) * share;
  }
  return to + (from - to) / 2.0 * (1.0 + sin_cos_degrees(180.0 * share).cos);
}

/// A value that OneCycle moves from `first` to `peak` and then to `last`.
double one_cycle(const Schedule& schedule, double first, double peak, double last,
                 std::int64_t step) {
  const auto total = static_cast<double>(schedule.total_steps);
  const double top = schedule.pct_start * total - 1.0;
  const double end = total - 1.0;
  const double now = std::min(static_cast<double>(step), end);
  if (now <= top) {
    return interpolate(schedule.anneal, first, peak, top > 0.0 ? now / top : 1.0);
  }
  return interpolate(schedule.anneal, peak, last, (now - top) / (end - top));
}

double rate_after_warmup(const Schedule& schedule, double rate, std::int64_t step) {
  switch (schedule.type) {
    case ScheduleType::kConstant:
      return rate;
    case ScheduleType::kOneCycle: {
      const double first = rate / schedule.div_factor;
      return one_cycle(schedule, first, rate, first / schedule.final_div_factor, step);
    }
    case ScheduleType::kExponential:
      return rate * integer_power(schedule.gamma, step);
    case ScheduleType::kStep:
      return rate * integer_power(schedule.gamma, step / schedule.step_size);
    case ScheduleType::kCosine: {
      const double share = static_cast<double>(std::min(step, schedule.total_steps)) /
                           static_cast<double>(schedule.total_steps);
      return interpolate(Anneal::kCosine, rate, schedule.eta_min, share);
    }
  }
  return rate;
}

void require(std::string_view type, bool holds, std::string_view expected, double got) {
  if (!holds) {
    fail("[", type, "] expected ", expected, ", got ", got);
  }
}

void require_valid_one_cycle(const Schedule& schedule) {
  require("oneCycle", schedule.total_steps >= 1, "totalSteps of at least 1",
          static_cast<double>(schedule.total_steps));
  require("oneCycle", schedule.pct_start > 0.0 && schedule.pct_start < 1.0,
          "pctStart between 0 and 1", schedule.pct_start);
  require("oneCycle", schedule.div_factor >= 1.0 && std::isfinite(schedule.div_factor),
          "divFactor of at least 1", schedule.div_factor);
  require("oneCycle", schedule.final_div_factor >= 1.0 && std::isfinite(schedule.final_div_factor),
          "finalDivFactor of at least 1", schedule.final_div_factor);
  require("oneCycle", schedule.anneal <= Anneal::kLinear, "a known annealStrategy",
          static_cast<double>(schedule.anneal));
  for (const double momentum : {schedule.base_momentum, schedule.max_momentum}) {
    require("oneCycle", momentum >= 0.0 && momentum < 1.0, "momenta from 0 to below 1", momentum);
  }
}

}  // namespace

void require_valid(const Schedule& schedule) {
  require("schedule", schedule.warmup_steps >= 0, "warmupSteps of at least 0",
          static_cast<double>(schedule.warmup_steps));
  require("schedule", schedule.warmup_start_factor > 0.0 && schedule.warmup_start_factor <= 1.0,
          "warmupStartFactor above 0 and up to 1", schedule.warmup_start_factor);
  switch (schedule.type) {
    case ScheduleType::kConstant:
      return;
    case ScheduleType::kOneCycle:
      return require_valid_one_cycle(schedule);
    case ScheduleType::kStep:
      require("step", schedule.step_size >= 1, "stepSize of at least 1",
              static_cast<double>(schedule.step_size));
      [[fallthrough]];
    case ScheduleType::kExponential:
      require("exponential", schedule.gamma > 0.0 && schedule.gamma <= 1.0,
              "gamma above 0 and up to 1", schedule.gamma);
      return;
    case ScheduleType::kCosine:
      require("cosine", schedule.total_steps >= 1, "totalSteps of at least 1",
              static_cast<double>(schedule.total_steps));
      require("cosine", schedule.eta_min >= 0.0 && std::isfinite(schedule.eta_min),
              "etaMin of at least 0", schedule.eta_min);
      return;
  }
  fail("[schedule] expected a known type, got number ", static_cast<int>(schedule.type));
}

double learning_rate_at(const Schedule& schedule, double learning_rate,
                        std::int64_t step) noexcept {
  if (step < schedule.warmup_steps) {
    const double share = static_cast<double>(step) / static_cast<double>(schedule.warmup_steps);
    return rate_after_warmup(schedule, learning_rate, 0) *
           interpolate(Anneal::kLinear, schedule.warmup_start_factor, 1.0, share);
  }
  return rate_after_warmup(schedule, learning_rate, step - schedule.warmup_steps);
}

double momentum_at(const Schedule& schedule, double momentum, std::int64_t step) noexcept {
  if (schedule.type != ScheduleType::kOneCycle || !schedule.cycle_momentum) {
    return momentum;
  }
  return one_cycle(schedule, schedule.max_momentum, schedule.base_momentum, schedule.max_momentum,
                   std::max<std::int64_t>(step - schedule.warmup_steps, 0));
}

}  // namespace tinycnn
