// SPDX-License-Identifier: MIT
// A call that runs out of memory, at whichever of its allocations, leaves the training as it was.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <vector>

#include "support/datasets.h"
#include "support/scarce_memory.h"
#include "support/specs.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/executor.h"
#include "tinycnn/learning_rate_finder.h"
#include "tinycnn/trainer.h"

namespace tinycnn::test {
namespace {

TrainerOptions options() {
  return {.batch_size = 20, .ema_decay = 0.9, .augment = {.degrees = 5.0}};
}

/// Fails `call` at its first, second, … allocation until it succeeds; returns how often it failed.
/// check() runs after each failure.
template <class Call, class Check>
int fail_everywhere(const Call& call, const Check& check) {
  for (std::size_t allocations = 0;; ++allocations) {
    bool failed = false;
    {
      const ScarceMemory scarce(allocations);
      try {
        call();
      } catch (const std::bad_alloc&) {
        failed = true;
      }
    }
    if (!failed) {
      return static_cast<int>(allocations);
    }
    check();
  }
}

/// Runs what it is asked to, until memory is gone after so many runs.
class RunsOutOfMemory final : public Executor {
 public:
  [[nodiscard]] int threads() const noexcept override { return 1; }
  void run(Task task, void* context) noexcept override {
    task(context, 0);
    if (runs_left > 0 && --runs_left == 0) {
      scarce.emplace(0);
    }
  }
  int runs_left = 0;
  std::optional<ScarceMemory> scarce;
};

}  // namespace

TEST_CASE("a load that runs out of memory takes nothing over") {
  SerialExecutor executor;
  Trainer trainer(small_model(), options(), executor);
  trainer.set_data(Split::kTrain, pattern_images(50, 8, 4));
  trainer.train_steps(4);
  const std::vector<std::uint8_t> before = trainer.save();
  Trainer other(small_model(), {.seed = 2, .optimizer = {.type = OptimizerType::kSgd}}, executor);
  other.set_data(Split::kTrain, pattern_images(50, 8, 4));
  other.train_steps(3);
  const std::vector<std::uint8_t> saved = other.save();
  const int failures =
      fail_everywhere([&] { trainer.load(saved); }, [&] { REQUIRE(trainer.save() == before); });
  CHECK(failures > 3);
  CHECK(trainer.save() == saved);
}

TEST_CASE("a training step, an evaluation and gradients that run out of memory change nothing") {
  SerialExecutor executor;
  const Dataset data = pattern_images(50, 8, 4);
  Trainer trainer(branched_model(), options(), executor);
  Trainer left_alone(branched_model(), options(), executor);
  for (Trainer* each : {&trainer, &left_alone}) {
    each->set_data(Split::kTrain, data);
  }
  const std::vector<std::uint8_t> before = trainer.save();
  const auto unchanged = [&] { REQUIRE(trainer.save() == before); };
  CHECK(fail_everywhere([&] { trainer.evaluate(Split::kTrain, 0, 50); }, unchanged) > 0);
  CHECK(fail_everywhere([&] { (void)trainer.gradients(data); }, unchanged) > 0);
  CHECK(fail_everywhere([&] { trainer.train_steps(1); }, unchanged) > 0);
  left_alone.train_steps(1);
  CHECK(trainer.save() == left_alone.save());
}

TEST_CASE("a learning-rate test whose memory runs out on the way leaves the run as it was") {
  for (const int steps : {1, 5, 11}) {
    RunsOutOfMemory executor;
    Trainer trainer(small_model(), options(), executor);
    trainer.set_data(Split::kTrain, pattern_images(50, 8, 4));
    trainer.train_steps(4);
    const std::vector<std::uint8_t> before = trainer.save();
    const TrainerOptions options_before = trainer.options();
    executor.runs_left = steps;
    bool ran_out = false;
    try {
      (void)find_learning_rate(trainer, {.steps = 40});
    } catch (const std::bad_alloc&) {
      ran_out = true;
    }
    executor.scarce.reset();
    CHECK(ran_out);
    CHECK(trainer.save() == before);
    CHECK(trainer.options() == options_before);
  }
}

}  // namespace tinycnn::test
