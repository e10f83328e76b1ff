// SPDX-License-Identifier: MIT
// The learning rate as a pure function of the step.
#pragma once

#include <cstdint>

namespace tinycnn {

enum class ScheduleType : std::uint8_t {
  kConstant = 0,     ///< the optimizer's learning rate throughout
  kOneCycle = 1,     ///< torch.optim.lr_scheduler.OneCycleLR, anneal_strategy='linear'
  kExponential = 2,  ///< torch.optim.lr_scheduler.ExponentialLR, stepped after every mini-batch
};

/// The optimizer's learning rate is OneCycleLR's max_lr; momentum is not cycled. Beyond
/// total_steps the rate stays at its last value.
struct Schedule {
  ScheduleType type = ScheduleType::kConstant;
  std::int64_t total_steps = 0;   ///< oneCycle
  double pct_start = 0.3;         ///< oneCycle: share of the steps spent rising
  double div_factor = 25.0;       ///< oneCycle: max_lr / first rate
  double final_div_factor = 1e4;  ///< oneCycle: first rate / last rate

  double gamma = 1.0;  ///< exponential: factor from one step to the next

  friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// Throws Error for a schedule whose numbers make no sense.
void require_valid(const Schedule& schedule);

/// The rate of step number `step`, counted from 0.
double learning_rate_at(const Schedule& schedule, double learning_rate, std::int64_t step) noexcept;

}  // namespace tinycnn
