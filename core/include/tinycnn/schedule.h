// SPDX-License-Identifier: MIT
// Learning rate and momentum as pure functions of the step. Names and meaning are those of
// torch.optim.lr_scheduler, with a scheduler step after every mini-batch.
#pragma once

#include <cstdint>

#include "tinycnn/optimizer.h"

namespace tinycnn {

/// Which of torch.optim.lr_scheduler's schedules.
enum class ScheduleType : std::uint8_t {
  kConstant = 0,     ///< always the optimizer's learning rate
  kOneCycle = 1,     ///< OneCycleLR; the optimizer's rate is max_lr
  kExponential = 2,  ///< ExponentialLR
  kStep = 3,         ///< StepLR
  kCosine = 4,       ///< CosineAnnealingLR, staying at eta_min beyond total_steps
};

/// The form of oneCycle's ramps: half a cosine, or a straight line.
enum class Anneal : std::uint8_t { kCosine = 0, kLinear = 1 };

/// A schedule and its parameters, counted in mini-batches; those that it does not use are ignored.
struct Schedule {
  ScheduleType type = ScheduleType::kConstant;
  std::int64_t total_steps = 0;      ///< oneCycle; cosine: T_max
  double pct_start = 0.3;            ///< oneCycle: fraction of the steps in which the rate rises
  double div_factor = 25.0;          ///< oneCycle: max_lr / first rate
  double final_div_factor = 1e4;     ///< oneCycle: first rate / last rate
  Anneal anneal = Anneal::kCosine;   ///< oneCycle: anneal_strategy
  bool cycle_momentum = true;        ///< oneCycle: momentum (Adam: beta1) falls while the rate
                                     ///< rises; replaces the optimizer's momentum
  double base_momentum = 0.85;       ///< oneCycle
  double max_momentum = 0.95;        ///< oneCycle
  double gamma = 0.1;                ///< exponential, step: factor
  std::int64_t step_size = 1;        ///< step: mini-batches between two factors
  double eta_min = 0.0;              ///< cosine: the last rate
  std::int64_t warmup_steps = 0;     ///< LinearLR before the schedule, which then starts
  double warmup_start_factor = 0.1;  ///< first rate of the warm-up / first rate after it

  friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// Throws Error for values outside their range.
void require_valid(const Schedule& schedule);

/// The learning rate of step `step`, counted from 0.
double learning_rate_at(const Schedule& schedule, double learning_rate, std::int64_t step) noexcept;

/// The momentum of that step: `momentum` unless the schedule cycles it.
double momentum_at(const Schedule& schedule, double momentum, std::int64_t step) noexcept;

}  // namespace tinycnn
