// SPDX-License-Identifier: MIT
// Learning rates by step, against torch.optim.lr_scheduler's formulas.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <numbers>
#include <string>
#include <string_view>

#include "support/refusal.h"
#include "tinycnn/schedule.h"

namespace tinycnn::test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Schedule one_cycle(std::int64_t total_steps) {
  return {.type = ScheduleType::kOneCycle, .total_steps = total_steps};
}

/// OneCycleLR._annealing_linear and _annealing_cos, as their source states them.
double pytorch_anneal(Anneal anneal, double start, double end, double pct) {
  if (anneal == Anneal::kLinear) {
    return (end - start) * pct + start;
  }
  return end + (start - end) / 2.0 * (std::cos(std::numbers::pi * pct) + 1.0);
}

/// OneCycleLR.get_lr with three_phase=False, as its source states it.
double pytorch_one_cycle(const Schedule& schedule, double first, double peak, double last,
                         std::int64_t step) {
  const auto total = static_cast<double>(schedule.total_steps);
  const double top = schedule.pct_start * total - 1.0;
  const auto now = static_cast<double>(step);
  if (now <= top) {
    return pytorch_anneal(schedule.anneal, first, peak, now / top);
  }
  return pytorch_anneal(schedule.anneal, peak, last, (now - top) / (total - 1.0 - top));
}

std::string wrong(const Schedule& schedule, std::initializer_list<std::string_view> parts) {
  return wrong_refusal([&] { require_valid(schedule); }, parts);
}

}  // namespace

TEST_CASE("a constant schedule keeps the optimizer's rate") {
  for (const std::int64_t step : {std::int64_t{0}, std::int64_t{1}, std::int64_t{1} << 40}) {
    CHECK(learning_rate_at({}, 0.003, step) == 0.003);
  }
}

TEST_CASE("one cycle starts at max/25, peaks at max, ends at max/250,000 and stays there") {
  const Schedule schedule = one_cycle(100);
  CHECK(learning_rate_at(schedule, 0.01, 0) == doctest::Approx(0.0004));
  CHECK(learning_rate_at(schedule, 0.01, 29) == doctest::Approx(0.01));
  CHECK(learning_rate_at(schedule, 0.01, 99) == doctest::Approx(0.01 / 250'000.0));
  CHECK(learning_rate_at(schedule, 0.01, 100) == learning_rate_at(schedule, 0.01, 99));
  CHECK(learning_rate_at(schedule, 0.01, 1'000'000) == learning_rate_at(schedule, 0.01, 99));
}

TEST_CASE("one cycle rises to its peak and falls from there, step by step") {
  const Schedule schedule = one_cycle(100);
  for (std::int64_t step = 1; step < 100; ++step) {
    CAPTURE(step);
    const double before = learning_rate_at(schedule, 0.01, step - 1);
    const double now = learning_rate_at(schedule, 0.01, step);
    CHECK((step <= 29 ? now > before : now < before));
    CHECK(now > 0.0);
  }
}

TEST_CASE("one cycle follows PyTorch's formula for any length, peak, factors and annealing") {
  for (const Anneal anneal : {Anneal::kCosine, Anneal::kLinear}) {
    for (const std::int64_t total : {7, 10, 99, 1875, 18'750}) {
      for (const double pct_start : {0.2, 0.3, 0.55}) {
        const Schedule schedule{.type = ScheduleType::kOneCycle,
                                .total_steps = total,
                                .pct_start = pct_start,
                                .div_factor = 10.0,
                                .final_div_factor = 100.0,
                                .anneal = anneal,
                                .cycle_momentum = true};
        for (std::int64_t step = 0; step < total; step += 1 + total / 50) {
          const double rate = pytorch_one_cycle(schedule, 0.002, 0.02, 0.00002, step);
          CHECK(learning_rate_at(schedule, 0.02, step) == doctest::Approx(rate).epsilon(1e-12));
          const double momentum = pytorch_one_cycle(schedule, 0.95, 0.85, 0.95, step);
          CHECK(momentum_at(schedule, 0.5, step) == doctest::Approx(momentum).epsilon(1e-12));
        }
      }
    }
  }
}

TEST_CASE("one cycle gives finite rates however short it is") {
  for (const std::int64_t total : {1, 2, 3, 4, 10}) {
    for (const double pct_start : {0.1, 0.5, 0.999}) {
      Schedule schedule = one_cycle(total);
      schedule.pct_start = pct_start;
      for (std::int64_t step = 0; step <= total; ++step) {
        const double rate = learning_rate_at(schedule, 0.01, step);
        CHECK(rate > 0.0);
        CHECK(rate <= 0.01 * (1.0 + 1e-12));
      }
    }
  }
}

TEST_CASE("an invalid one-cycle schedule is refused") {
  CHECK(wrong(one_cycle(0), {"[oneCycle]", "totalSteps of at least 1", "got 0"}) == "");
  CHECK(wrong(one_cycle(-5), {"[oneCycle]", "totalSteps", "got -5"}) == "");
  for (const double pct_start : {0.0, 1.0, -0.3, kNaN}) {
    Schedule schedule = one_cycle(10);
    schedule.pct_start = pct_start;
    CHECK(wrong(schedule, {"[oneCycle]", "pctStart between 0 and 1"}) == "");
  }
  for (const double factor : {0.0, 0.5, -2.0, kNaN}) {
    Schedule schedule = one_cycle(10);
    schedule.div_factor = factor;
    CHECK(wrong(schedule, {"[oneCycle]", "divFactor"}) == "");
    schedule = one_cycle(10);
    schedule.final_div_factor = factor;
    CHECK(wrong(schedule, {"[oneCycle]", "finalDivFactor"}) == "");
  }
  CHECK(wrong({.type = static_cast<ScheduleType>(9)},
              {"[schedule]", "a known type", "got number 9"}) == "");
}

TEST_CASE("an exponential schedule multiplies the rate by gamma from one step to the next") {
  const Schedule schedule{.type = ScheduleType::kExponential, .gamma = 0.99};
  CHECK(learning_rate_at(schedule, 0.01, 0) == 0.01);
  for (const std::int64_t step : {1, 2, 7, 100, 1875}) {
    CHECK(learning_rate_at(schedule, 0.01, step) ==
          doctest::Approx(0.01 * std::pow(0.99, static_cast<double>(step))).epsilon(1e-12));
  }
  CHECK(learning_rate_at(schedule, 0.01, std::int64_t{1} << 60) == 0.0);
}

TEST_CASE("an exponential schedule that would rise, vanish or turn is refused") {
  for (const double gamma : {0.0, -0.5, 1.01, kNaN}) {
    CHECK(wrong({.type = ScheduleType::kExponential, .gamma = gamma},
                {"[exponential]", "gamma above 0 and up to 1", "got"}) == "");
  }
  CHECK_NOTHROW(require_valid(Schedule{.type = ScheduleType::kExponential, .gamma = 1.0}));
}

TEST_CASE("a step schedule follows StepLR's closed form") {
  const Schedule schedule{.type = ScheduleType::kStep, .gamma = 0.3, .step_size = 7};
  for (std::int64_t step = 0; step < 60; ++step) {
    const double factor = std::pow(0.3, std::floor(static_cast<double>(step) / 7.0));
    CHECK(learning_rate_at(schedule, 0.02, step) == doctest::Approx(0.02 * factor).epsilon(1e-12));
  }
  CHECK(learning_rate_at(schedule, 0.02, 6) == 0.02);
  CHECK(learning_rate_at(schedule, 0.02, 7) < 0.02);
}

TEST_CASE("a cosine schedule follows CosineAnnealingLR's closed form and stays at its end") {
  for (const std::int64_t total : {1, 2, 7, 100, 18'750}) {
    const Schedule schedule{.type = ScheduleType::kCosine, .total_steps = total, .eta_min = 0.0003};
    for (std::int64_t step = 0; step <= total; step += 1 + total / 50) {
      const double turn = static_cast<double>(step) / static_cast<double>(total);
      const double expected =
          0.0003 + (0.02 - 0.0003) * (1.0 + std::cos(std::numbers::pi * turn)) / 2.0;
      CHECK(learning_rate_at(schedule, 0.02, step) == doctest::Approx(expected).epsilon(1e-12));
    }
    CHECK(learning_rate_at(schedule, 0.02, 0) == doctest::Approx(0.02).epsilon(1e-12));
    CHECK(learning_rate_at(schedule, 0.02, total) == doctest::Approx(0.0003).epsilon(1e-12));
    CHECK(learning_rate_at(schedule, 0.02, total + 1000) ==
          learning_rate_at(schedule, 0.02, total));
  }
}

TEST_CASE("a cosine schedule falls from its first step to its last") {
  const Schedule schedule{.type = ScheduleType::kCosine, .total_steps = 200};
  for (std::int64_t step = 1; step <= 200; ++step) {
    CHECK(learning_rate_at(schedule, 0.02, step) < learning_rate_at(schedule, 0.02, step - 1));
    CHECK(learning_rate_at(schedule, 0.02, step) >= 0.0);
  }
}

TEST_CASE("a warm-up rises as LinearLR does, then the schedule starts as if there had been none") {
  for (const Schedule& plain :
       {Schedule{}, one_cycle(50), Schedule{.type = ScheduleType::kExponential, .gamma = 0.9},
        Schedule{.type = ScheduleType::kStep, .gamma = 0.5, .step_size = 4},
        Schedule{.type = ScheduleType::kCosine, .total_steps = 40}}) {
    Schedule schedule = plain;
    schedule.warmup_steps = 10;
    schedule.warmup_start_factor = 0.2;
    const double first = learning_rate_at(plain, 0.02, 0);
    for (std::int64_t step = 0; step < 10; ++step) {
      const double factor = 0.2 + 0.8 * static_cast<double>(step) / 10.0;
      CHECK(learning_rate_at(schedule, 0.02, step) ==
            doctest::Approx(first * factor).epsilon(1e-12));
    }
    for (std::int64_t step = 0; step < 60; ++step) {
      CHECK(learning_rate_at(schedule, 0.02, step + 10) == learning_rate_at(plain, 0.02, step));
    }
  }
}

TEST_CASE("momentum falls while a cycled rate rises, and is constant without a cycle") {
  Schedule schedule = one_cycle(100);
  schedule.cycle_momentum = false;
  CHECK(momentum_at(schedule, 0.9, 50) == 0.9);
  schedule = one_cycle(100);  // PyTorch's default
  CHECK(momentum_at(schedule, 0.9, 0) == doctest::Approx(0.95).epsilon(1e-12));
  CHECK(momentum_at(schedule, 0.9, 29) == doctest::Approx(0.85).epsilon(1e-12));
  CHECK(momentum_at(schedule, 0.9, 99) == doctest::Approx(0.95).epsilon(1e-12));
  for (std::int64_t step = 1; step < 100; ++step) {
    const double before = momentum_at(schedule, 0.9, step - 1);
    const double now = momentum_at(schedule, 0.9, step);
    CHECK((step <= 29 ? now < before : now > before));
  }
  schedule.warmup_steps = 10;
  CHECK(momentum_at(schedule, 0.9, 3) == doctest::Approx(0.95).epsilon(1e-12));
  CHECK(momentum_at(schedule, 0.9, 39) == doctest::Approx(0.85).epsilon(1e-12));
  schedule.type = ScheduleType::kCosine;
  CHECK(momentum_at(schedule, 0.9, 29) == 0.9);
}

TEST_CASE("invalid step and cosine schedules, warm-ups and momenta are refused") {
  CHECK(wrong({.type = ScheduleType::kStep, .step_size = 0},
              {"[step]", "stepSize of at least 1", "got 0"}) == "");
  CHECK(wrong({.type = ScheduleType::kStep, .gamma = 1.5}, {"gamma above 0 and up to 1", "1.5"}) ==
        "");
  CHECK(wrong({.type = ScheduleType::kCosine}, {"[cosine]", "totalSteps of at least 1", "got 0"}) ==
        "");
  CHECK(wrong({.type = ScheduleType::kCosine, .total_steps = 5, .eta_min = -1.0},
              {"[cosine]", "etaMin of at least 0", "got -1"}) == "");
  CHECK(wrong({.warmup_steps = -1}, {"warmupSteps of at least 0", "got -1"}) == "");
  for (const double factor : {0.0, -0.1, 1.5, kNaN}) {
    CHECK(wrong({.warmup_steps = 3, .warmup_start_factor = factor},
                {"warmupStartFactor above 0 and up to 1", "got"}) == "");
  }
  for (const double momentum : {-0.1, 1.0, kNaN}) {
    Schedule schedule = one_cycle(10);
    schedule.base_momentum = momentum;
    CHECK(wrong(schedule, {"[oneCycle]", "momenta from 0 to below 1", "got"}) == "");
    schedule = one_cycle(10);
    schedule.max_momentum = momentum;
    CHECK(wrong(schedule, {"[oneCycle]", "momenta from 0 to below 1", "got"}) == "");
  }
  Schedule schedule = one_cycle(10);
  schedule.anneal = static_cast<Anneal>(7);
  CHECK(wrong(schedule, {"[oneCycle]", "annealStrategy", "got 7"}) == "");
}

TEST_CASE("numbers of a cycle do not matter where there is none") {
  CHECK_NOTHROW(require_valid(Schedule{.total_steps = -1, .pct_start = 7.0}));
  CHECK_NOTHROW(require_valid(one_cycle(1)));
}

}  // namespace tinycnn::test
