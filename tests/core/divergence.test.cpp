// SPDX-License-Identifier: MIT
// A run that diverges is stopped where it happens, with cause and cure, and nothing is spoilt.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/datasets.h"
#include "support/portable_math.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"
#include "tinycnn/zoo.h"
#include "training/divergence.h"

namespace tinycnn::test {
namespace {

/// What must be there.
Divergence found(const std::optional<Divergence>& divergence) {
  REQUIRE(divergence.has_value());
  return divergence.value_or(Divergence{});
}

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

OptimizerOptions sgd(double learning_rate) {
  return {.type = OptimizerType::kSgd, .learning_rate = learning_rate};
}

}  // namespace

TEST_CASE("a loss is a divergence when it is NaN, infinite or 100 times that of guessing") {
  const TrainerOptions options{.optimizer = sgd(0.5)};
  const double limit = 100.0 * std::log(10.0);
  CHECK(!find_divergence(options, 10, 7, 0.0));
  CHECK(!find_divergence(options, 10, 7, limit * 0.999));
  CHECK(find_divergence(options, 10, 7, limit * 1.001));
  CHECK(find_divergence(options, 10, 7, std::numeric_limits<double>::infinity()));
  CHECK(find_divergence(options, 10, 7, std::numeric_limits<double>::quiet_NaN()));
  const TrainerOptions squared{.loss = {.type = LossType::kMeanSquaredError}};
  CHECK(!find_divergence(squared, 10, 7, 99.0));
  CHECK(find_divergence(squared, 10, 7, 101.0));
}

TEST_CASE("a divergence names its step, the rate that led to it and what to do") {
  TrainerOptions options{.optimizer = sgd(0.5)};
  options.schedule = {.type = ScheduleType::kStep, .gamma = 0.5, .step_size = 4};
  // The rate of the update before: the schedule's next factor has done nothing yet.
  const Divergence exploded = found(find_divergence(options, 10, 8, 1e6));
  CHECK(exploded.step == 8);
  CHECK(exploded.loss == 1e6);
  CHECK(says(exploded.cause, "exploded to 1e+06 at step 8"));
  CHECK(says(exploded.cause, "learning rate 0.25"));
  CHECK(says(exploded.cure, "lower learning rate, 0.025"));
  CHECK(says(exploded.cure, "clip"));
  options.optimizer = sgd(0.0498732);
  options.schedule = {};
  const Divergence odd = found(find_divergence(options, 10, 8, 1e6));
  CHECK(says(odd.cause, "learning rate 0.05 overshoot"));
  CHECK(says(odd.cure, "lower learning rate, 0.005 or less"));
  options.optimizer = sgd(0.5);
  options.optimizer.clip_norm = 1.0;
  CHECK(!says(found(find_divergence(options, 10, 7, 1e6)).cure, "clip"));
  CHECK(says(found(find_divergence(options, 10, 7, std::nan(""))).cause, "is not a number"));
  CHECK(
      says(found(find_divergence(options, 10, 0, std::nan(""))).cause, "before the first update"));
}

TEST_CASE("training stops at the mini-batch that diverges and leaves everything as it was") {
  for (const ModelSpec& spec : {small_model(), branched_model()}) {
    SerialExecutor executor;
    Trainer trainer(spec, {.batch_size = 20, .optimizer = sgd(1e6), .ema_decay = 0.5}, executor);
    trainer.set_data(Split::kTrain, pattern_images(60, 8, 4));
    const TrainResult result = trainer.train_steps(100);
    REQUIRE(result.divergence);
    CHECK(result.step < 100);
    CHECK(result.step > 0);
    CHECK(found(result.divergence).step == result.step);
    CHECK(trainer.step() == result.step);
    CHECK(says(found(result.divergence).cause, "overshoot"));
    // The same mini-batch again: the same answer, and not a byte moves.
    const std::vector<std::uint8_t> before = trainer.save();
    const TrainResult again = trainer.train_steps(5);
    REQUIRE(again.divergence);
    CHECK(again.step == result.step);
    CHECK(trainer.save() == before);
  }
}

TEST_CASE("after a rewind a diverged training learns with a sane rate") {
  SerialExecutor executor;
  Trainer trainer(small_model(), {.batch_size = 20, .optimizer = sgd(1e6)}, executor);
  trainer.set_data(Split::kTrain, pattern_images(60, 8, 4));
  REQUIRE(trainer.train_steps(50).divergence);
  trainer.rewind(1);
  trainer.set_learning_rate(0.1);
  const TrainResult first = trainer.train_steps(3);
  const TrainResult last = trainer.train_steps(60);
  CHECK(!last.divergence);
  CHECK(last.loss < first.loss);
}

TEST_CASE("NaN among the weights is noticed before the first update") {
  SerialExecutor executor;
  Trainer trainer(small_model(), {}, executor);
  trainer.set_data(Split::kTrain, pattern_images(60, 8, 4));
  std::vector<NamedTensor> tensors = trainer.parameters();
  tensors.back().data[0] = std::numeric_limits<float>::quiet_NaN();
  trainer.set_parameters(tensors);
  const TrainResult result = trainer.train_steps(3);
  REQUIRE(result.divergence);
  CHECK(found(result.divergence).step == 0);
  CHECK(std::isnan(found(result.divergence).loss));
  CHECK(says(found(result.divergence).cure, "Rewind"));
}

TEST_CASE("the wide model of the zoo diverges with its published rate, and trains with ours") {
  const ZooEntry& entry = find_in_zoo("wide-593k");
  SerialExecutor executor;
  TrainerOptions options = entry.recipe.options;
  options.batch_size = 8;  // for speed
  Trainer published(entry.spec, options, executor);
  published.set_data(Split::kTrain, pattern_images(32, 28, 10));
  const TrainResult result = published.train_steps(6);
  REQUIRE(result.divergence);
  CHECK(says(found(result.divergence).cause, "learning rate 10 overshoot"));

  options = entry.best_recipe.options;
  options.batch_size = 8;
  Trainer ours(entry.spec, options, executor);
  ours.set_data(Split::kTrain, pattern_images(32, 28, 10));
  CHECK(!ours.train_steps(4).divergence);
}

TEST_CASE("the natural logarithm is that of the C library to 15 digits") {
  CHECK(natural_log(1) == 0.0);
  for (int number = 2; number <= 4096; ++number) {
    REQUIRE(std::abs(natural_log(number) / std::log(number) - 1.0) < 1e-15);
  }
}

}  // namespace tinycnn::test
