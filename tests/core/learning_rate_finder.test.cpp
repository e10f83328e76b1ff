// SPDX-License-Identifier: MIT
// The range test: which rates it tries, where it stops, what it suggests, and that it leaves no
// trace.
#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string_view>
#include <vector>

#include "support/datasets.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/learning_rate_finder.h"
#include "tinycnn/trainer.h"

namespace tinycnn::test {
namespace {

class Run {
 public:
  explicit Run(const TrainerOptions& options = {})
      : trainer_(branched_model(), options, executor_) {
    trainer_.set_data(Split::kTrain, pattern_images(100, 8, 4));
  }
  Trainer& operator*() { return trainer_; }
  Trainer* operator->() { return &trainer_; }

 private:
  SerialExecutor executor_;
  Trainer trainer_;
};

}  // namespace

TEST_CASE("rates rise geometrically from the minimum to the maximum") {
  Run run;
  const RangeTest test = find_learning_rate(*run, {.min = 1e-6, .max = 1e-4, .steps = 21});
  REQUIRE(test.points.size() == 21);
  for (std::size_t i = 0; i < test.points.size(); ++i) {
    const double expected = 1e-6 * std::pow(100.0, static_cast<double>(i) / 20.0);
    CHECK(test.points[i].learning_rate == doctest::Approx(expected).epsilon(1e-9));
    CHECK(std::isfinite(test.points[i].loss));
  }
  CHECK(test.points[0].smoothed == doctest::Approx(test.points[0].loss));
}

TEST_CASE("the test ends where the loss leaves for good, and suggests a rate that trains") {
  const TrainerOptions options{.optimizer = {.type = OptimizerType::kSgd}};
  Run run(options);
  const RangeTest test = find_learning_rate(*run, {.min = 1e-5, .max = 1e5, .steps = 120});
  CHECK(test.points.size() < 120);
  CHECK(test.points.size() > 10);
  CHECK(test.suggested > 1e-6);
  CHECK(test.suggested < test.points.back().learning_rate);
  const double before = run->train_steps(1).loss;
  run->rewind(1);
  run->set_learning_rate(test.suggested);
  const TrainResult result = run->train_steps(100);
  CHECK(!result.divergence);
  CHECK(result.loss < before);
}

TEST_CASE("the test puts everything back, and the training goes on as if there had been none") {
  const TrainerOptions options{.batch_size = 20,
                               .schedule = {.type = ScheduleType::kOneCycle, .total_steps = 60},
                               .ema_decay = 0.9};
  Run tested(options);
  Run left_alone(options);
  tested->train_steps(7);
  left_alone->train_steps(7);
  const std::vector<std::uint8_t> before = tested->save();
  (void)find_learning_rate(*tested, {.steps = 40});
  CHECK(tested->save() == before);
  CHECK(tested->options() == options);
  CHECK(tested->train_steps(7).loss == left_alone->train_steps(7).loss);
  CHECK(tested->save() == left_alone->save());
}

TEST_CASE("invalid range tests are refused and change nothing") {
  Run run;
  const std::vector<std::uint8_t> before = run->save();
  const auto wrong = [&](const RangeTestOptions& options,
                         std::initializer_list<std::string_view> parts) {
    return wrong_refusal([&] { (void)find_learning_rate(*run, options); }, parts);
  };
  CHECK(wrong({.min = 0.0}, {"[findLearningRate]", "rates above 0", "got from 0"}) == "");
  CHECK(wrong({.min = 1.0, .max = 1.0}, {"rates above 0 that rise", "from 1 to 1"}) == "");
  CHECK(wrong({.max = std::numeric_limits<double>::infinity()}, {"to inf"}) == "");
  CHECK(wrong({.min = std::numeric_limits<double>::quiet_NaN()}, {"nan"}) == "");
  CHECK(wrong({.steps = 9}, {"from 10 to 10000 steps", "got 9"}) == "");
  CHECK(wrong({.steps = 10'001}, {"steps", "got 10001"}) == "");
  SerialExecutor executor;
  Trainer empty(small_model(), {}, executor);
  CHECK(wrong_refusal([&] { (void)find_learning_rate(empty, {}); }, {"[trainer]", "train data"}) ==
        "");
  CHECK(empty.options() == TrainerOptions{});
  CHECK(run->save() == before);
}

TEST_CASE("a rate and a schedule set between steps rule from the next step on") {
  Run run({.batch_size = 20, .optimizer = {.learning_rate = 0.01}});
  CHECK(run->train_steps(2).learning_rate == 0.01);
  run->set_learning_rate(0.004);
  CHECK(run->train_steps(1).learning_rate == 0.004);
  run->set_schedule({.type = ScheduleType::kStep, .gamma = 0.5, .step_size = 2});
  CHECK(run->train_steps(1).learning_rate == 0.002);  // step 3 of a schedule counted from 0
  const std::vector<std::uint8_t> before = run->save();
  CHECK(wrong_refusal([&] { run->set_learning_rate(-1.0); }, {"[optimizer]", "got -1"}) == "");
  CHECK(wrong_refusal([&] { run->set_schedule({.type = ScheduleType::kCosine}); },
                      {"[cosine]", "totalSteps"}) == "");
  CHECK(run->save() == before);
}

}  // namespace tinycnn::test
