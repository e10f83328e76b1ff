// SPDX-License-Identifier: MIT
// The state of a training is (weights, optimizer, step, seed, options): rewound, saved and loaded
// it goes on bit-exact.
#include <doctest/doctest.h>

#include <bit>
#include <cstdint>
#include <vector>

#include "support/bits.h"
#include "support/datasets.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"

namespace tinycnn::test {
namespace {

constexpr OptimizerOptions kAdam{.learning_rate = 0.01, .weight_decay = 1e-4};
constexpr OptimizerOptions kSgd{
    .type = OptimizerType::kSgd, .learning_rate = 0.05, .momentum = 0.9};

constexpr OptimizerOptions kAdamW{
    .type = OptimizerType::kAdamW, .learning_rate = 0.01, .weight_decay = 0.01};
constexpr OptimizerOptions kRmsprop{
    .type = OptimizerType::kRmsprop, .learning_rate = 0.002, .momentum = 0.5};
constexpr OptimizerOptions kMuon{.type = OptimizerType::kMuon,
                                 .learning_rate = 0.01,
                                 .weight_decay = 0.1,
                                 .momentum = 0.95,
                                 .nesterov = true};

class Run {
 public:
  explicit Run(const TrainerOptions& options, const ModelSpec& spec = small_model())
      : trainer_(spec, options, executor_) {
    trainer_.set_data(Split::kTrain, pattern_images(90, 8, 4));
  }
  Trainer* operator->() { return &trainer_; }

 private:
  SerialExecutor executor_;
  Trainer trainer_;
};

TrainerOptions options_with(const OptimizerOptions& optimizer) {
  return {.seed = 11,
          .optimizer = optimizer,
          .schedule = {.type = ScheduleType::kOneCycle, .total_steps = 40}};
}

std::vector<float> image() {
  const Dataset one = pattern_images(1, 8, 4);
  return {one.pixels(0), one.pixels(0) + 64};
}

}  // namespace

TEST_CASE("two trainings with the same seed and options are bit-exact") {
  Run a(options_with(kAdam));
  Run b(options_with(kAdam));
  CHECK(a->train_steps(20).loss == b->train_steps(20).loss);
  CHECK(a->save() == b->save());
  Run other({.seed = 12});
  other->train_steps(20);
  CHECK(other->save() != a->save());
}

TEST_CASE("what was loaded goes on as what was saved, with every optimizer") {
  for (const OptimizerOptions& optimizer : {kAdam, kSgd, kAdamW, kRmsprop, kMuon}) {
    for (const int steps : {2, 17}) {  // in the middle of the first epoch and of the third
      Run straight(options_with(optimizer));
      straight->train_steps(steps);
      const std::vector<std::uint8_t> saved = straight->save();
      const TrainResult expected = straight->train_steps(20);

      Run resumed({.seed = 99, .batch_size = 3});  // options come from the bytes
      resumed->train_steps(4);
      resumed->load(saved);
      CHECK(resumed->step() == steps);
      CHECK(resumed->options() == options_with(optimizer));
      CHECK(resumed->save() == saved);
      const TrainResult result = resumed->train_steps(20);
      CHECK(result.loss == expected.loss);
      CHECK(result.accuracy == expected.accuracy);
      CHECK(result.learning_rate == expected.learning_rate);
      CHECK(resumed->save() == straight->save());
    }
  }
}

TEST_CASE("2k steps equal k, saved and loaded, and k, for every optimizer and every schedule") {
  const std::vector<OptimizerOptions> optimizers{
      {.learning_rate = 0.01, .weight_decay = 1e-4},
      {.type = OptimizerType::kAdamW, .learning_rate = 0.01, .weight_decay = 0.01},
      {.type = OptimizerType::kSgd, .learning_rate = 0.05},
      {.type = OptimizerType::kSgd, .learning_rate = 0.05, .momentum = 0.9, .nesterov = true},
      {.type = OptimizerType::kRmsprop, .learning_rate = 0.002},
      {.type = OptimizerType::kRmsprop, .learning_rate = 0.002, .momentum = 0.9}};
  const std::vector<Schedule> schedules{
      {},
      {.type = ScheduleType::kOneCycle, .total_steps = 20},
      {.type = ScheduleType::kOneCycle,
       .total_steps = 20,
       .anneal = Anneal::kLinear,
       .cycle_momentum = false},
      {.type = ScheduleType::kExponential, .gamma = 0.9},
      {.type = ScheduleType::kStep, .gamma = 0.5, .step_size = 3},
      {.type = ScheduleType::kCosine, .total_steps = 9, .warmup_steps = 8}};
  constexpr int kSteps = 7;  // into the second epoch
  for (const OptimizerOptions& optimizer : optimizers) {
    for (const Schedule& schedule : schedules) {
      TrainerOptions options{.seed = 21,
                             .batch_size = 19,
                             .optimizer = optimizer,
                             .schedule = schedule,
                             .loss = {.label_smoothing = 0.1},
                             .ema_decay = 0.8,
                             .augment = {.degrees = 10.0, .translate_y = 0.1}};
      options.optimizer.clip_norm = 0.5;
      const auto optimizer_number = static_cast<int>(optimizer.type);
      const auto schedule_number = static_cast<int>(schedule.type);
      CAPTURE(optimizer_number);
      CAPTURE(schedule_number);
      Run straight(options, branched_model());
      straight->train_steps(kSteps);
      const std::vector<std::uint8_t> saved = straight->save();
      const TrainResult expected = straight->train_steps(kSteps);

      Run resumed({}, branched_model());
      resumed->load(saved);
      CHECK(resumed->options() == options);
      CHECK(resumed->save() == saved);
      const TrainResult result = resumed->train_steps(kSteps);
      CHECK(result.loss == expected.loss);
      CHECK(result.learning_rate == expected.learning_rate);
      CHECK(resumed->save() == straight->save());
      CHECK(difference(resumed->predict(image()), straight->predict(image())) == "");
    }
  }
}

TEST_CASE("loading takes over how inputs are normalised") {
  Run saved({.normalization = {.mean = 0.5, .std = 0.25}});
  Run loaded({});
  const std::vector<float> pixels = image();
  CHECK(difference(loaded->predict(pixels), saved->predict(pixels)) != "");
  loaded->load(saved->save());
  CHECK(difference(loaded->predict(pixels), saved->predict(pixels)) == "");
  CHECK(loaded->train_steps(5).loss == saved->train_steps(5).loss);
}

TEST_CASE("loading takes over how images are distorted, also where that needs more memory") {
  Run coarse({.augment = {.elastic_alpha = 2.0, .elastic_grid = 1}});
  Run fine({.augment = {.elastic_alpha = 2.0, .elastic_grid = 8}});
  coarse->train_steps(1);
  fine->train_steps(1);
  coarse->load(fine->save());
  coarse->train_steps(3);
  fine->train_steps(3);
  CHECK(coarse->save() == fine->save());
}

TEST_CASE("rewinding gives the same run again, with every optimizer") {
  for (const OptimizerOptions& optimizer : {kAdam, kSgd, kAdamW, kRmsprop, kMuon}) {
    Run run(options_with(optimizer));
    const std::uint64_t start = run->model().parameter_hash();
    run->train_steps(20);
    const std::vector<std::uint8_t> end = run->save();
    run->rewind(11);
    CHECK(run->step() == 0);
    CHECK(run->model().parameter_hash() == start);
    run->train_steps(20);
    CHECK(run->save() == end);
  }
}

TEST_CASE("rewinding to another seed is a start with that seed") {
  for (const int steps : {2, 7}) {  // rewound within the first epoch, and after it
    Run rewound({.seed = 1});
    rewound->train_steps(steps);
    rewound->rewind(2);
    Run fresh({.seed = 2});
    CHECK(rewound->save() == fresh->save());
    rewound->train_steps(7);
    fresh->train_steps(7);
    CHECK(rewound->save() == fresh->save());
  }
}

TEST_CASE("parameters go out and in again unchanged, by name and shape") {
  Run run({.seed = 5});
  run->train_steps(3);
  const std::vector<NamedTensor> parameters = run->parameters();
  REQUIRE(parameters.size() == 5);
  CHECK(parameters[0].name == "conv.weight");
  CHECK(parameters[0].shape == std::vector{3, 1, 3, 3});
  CHECK(parameters[4].name == "fc2.bias");
  CHECK(parameters[4].shape == std::vector{4});
  Run other({.seed = 6});
  const std::vector<float> pixels = image();
  CHECK(difference(other->predict(pixels), run->predict(pixels)) != "");
  other->set_parameters(parameters);
  CHECK(other->model().parameter_hash() == run->model().parameter_hash());
  CHECK(difference(other->predict(pixels), run->predict(pixels)) == "");
}

TEST_CASE("one changed bit of one weight changes the hash") {
  Run run({});
  const std::uint64_t before = run->model().parameter_hash();
  std::vector<NamedTensor> parameters = run->parameters();
  float& last = parameters.back().data.back();
  last = std::bit_cast<float>(std::bit_cast<std::uint32_t>(last) ^ 1U);
  run->set_parameters(parameters);
  CHECK(run->model().parameter_hash() != before);
}

}  // namespace tinycnn::test
