// SPDX-License-Identifier: MIT
// The number of threads changes no bit of anything a trainer gives.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/bits.h"
#include "support/datasets.h"
#include "support/specs.h"
#include "tinycnn/thread_pool.h"
#include "tinycnn/trainer.h"
#include "tinycnn/zoo.h"

namespace tinycnn::test {
namespace {

constexpr int kMaxThreads = 4;

/// Everything that a short training gives.
struct Outcome {
  std::vector<std::uint8_t> saved;
  double loss = 0.0;
  double accuracy = 0.0;
  Evaluation evaluation;
  std::vector<NamedTensor> gradients;
};

Outcome train(const ModelSpec& spec, const TrainerOptions& options, int steps, int threads,
              const PruneOptions& pruning = {}) {
  const int side = spec.input.height;
  ThreadPool pool(threads);
  Trainer trainer(spec, options, pool);
  const int classes = trainer.model().classes();
  trainer.set_data(Split::kTrain, pattern_images(150, side, classes));
  trainer.set_data(Split::kTest, pattern_images(45, side, classes, 1));
  trainer.prune(pruning);
  const TrainResult result = trainer.train_steps(steps);
  return {.saved = trainer.save(),
          .loss = result.loss,
          .accuracy = result.accuracy,
          .evaluation = trainer.evaluate(Split::kTest, 0, 45),
          .gradients = trainer.gradients(noise_images(75, side, classes))};
}

void check_threads(const ModelSpec& spec, const TrainerOptions& options, int steps,
                   const PruneOptions& pruning = {}) {
  const Outcome one = train(spec, options, steps, 1, pruning);
  for (int threads = 2; threads <= kMaxThreads; ++threads) {
    CAPTURE(options.batch_size);
    CAPTURE(threads);
    const Outcome many = train(spec, options, steps, threads, pruning);
    CHECK(many.saved == one.saved);
    CHECK(many.loss == one.loss);
    CHECK(many.accuracy == one.accuracy);
    CHECK(many.evaluation.loss_sum == one.evaluation.loss_sum);
    CHECK(many.evaluation.confusion == one.evaluation.confusion);
    REQUIRE(many.gradients.size() == one.gradients.size());
    for (std::size_t i = 0; i < one.gradients.size(); ++i) {
      CHECK(difference(many.gradients[i].data, one.gradients[i].data) == "");
    }
  }
}

}  // namespace

TEST_CASE("1 to 4 threads train to the same bits, for batches of any number of blocks") {
  // Less than a block, one block, a ragged third one, all eight slots, slots with several blocks.
  for (const int batch_size : {1, 7, 8, 20, 64, 100, 150}) {
    check_threads(small_model(), {.batch_size = batch_size}, 12);
  }
}

TEST_CASE("1 to 4 threads train to the same bits with SGD and a schedule") {
  check_threads(small_model(),
                {.batch_size = 30,
                 .optimizer = {.type = OptimizerType::kSgd, .learning_rate = 0.05, .momentum = 0.9},
                 .schedule = {.type = ScheduleType::kOneCycle, .total_steps = 20}},
                20);
}

TEST_CASE("1 to 4 threads train to the same bits with Muon, clipped, averaged and pruned") {
  for (const int batch_size : {7, 30}) {
    check_threads(branched_model(),
                  {.batch_size = batch_size,
                   .optimizer = {.type = OptimizerType::kMuon,
                                 .learning_rate = 0.01,
                                 .weight_decay = 0.1,
                                 .momentum = 0.95,
                                 .nesterov = true,
                                 .clip_norm = 0.1},
                   .ema_decay = 0.9},
                  12, {.sparsity = 0.5, .schedule = {.steps = 8, .frequency = 2}});
  }
}

TEST_CASE("1 to 4 threads train batch norm, dropout and branches to the same bits") {
  for (const int batch_size : {1, 7, 20, 64, 100, 150}) {
    check_threads(branched_model(), {.batch_size = batch_size}, 6);
  }
}

TEST_CASE("1 to 4 threads clip, average and distort to the same bits") {
  check_threads(branched_model(),
                {.batch_size = 30,
                 .optimizer = {.type = OptimizerType::kAdamW, .clip_norm = 0.1},
                 .ema_decay = 0.9,
                 .augment = {.degrees = 20.0, .translate_x = 0.2, .elastic_alpha = 2.0}},
                12);
}

TEST_CASE("1 to 4 threads cut out and mix to the same bits") {
  check_threads(branched_model(),
                {.batch_size = 30,
                 .loss = {.label_smoothing = 0.1},
                 .augment = {.degrees = 20.0, .cutout = 3, .mixup = 0.4}},
                12);
  check_threads(small_model(), {.batch_size = 30, .augment = {.mixup = 1.0}}, 12);
}

TEST_CASE("1 to 4 threads prune to the same bits") {
  for (const int batch_size : {7, 30}) {
    check_threads(branched_model(),
                  {.batch_size = batch_size, .optimizer = {.clip_norm = 0.1}, .ema_decay = 0.9}, 12,
                  {.sparsity = 0.8, .schedule = {.steps = 8, .frequency = 2}});
  }
}

TEST_CASE("1 to 4 threads train a model of the zoo with batch norm and dropout to the same bits") {
  const ZooEntry& entry = find_in_zoo("residual-8k");
  check_threads(entry.spec, entry.recipe.options, 3);
}

TEST_CASE("a training whose number of active threads changes mid-way gives the same bits") {
  const TrainerOptions options = {.batch_size = 75,
                                  .augment = {.degrees = 10.0, .elastic_alpha = 2.0}};
  constexpr int kSteps = 12;
  const Outcome one = train(branched_model(), options, kSteps, 1);
  ThreadPool pool(kMaxThreads);
  pool.set_active(1);  // memory is planned for all threads, whatever is active at first
  Trainer trainer(branched_model(), options, pool);
  const int side = branched_model().input.height;
  const int classes = trainer.model().classes();
  trainer.set_data(Split::kTrain, pattern_images(150, side, classes));
  trainer.set_data(Split::kTest, pattern_images(45, side, classes, 1));
  for (int slice = 0; trainer.step() < kSteps; ++slice) {
    pool.set_active(1 + slice % kMaxThreads);  // also in the middle of a mini-batch
    trainer.train_slice(1);
    if (trainer.step() < kSteps && slice % 11 == 10) {
      trainer.train_steps(1);
    }
  }
  CHECK(trainer.save() == one.saved);
  CHECK(trainer.evaluate(Split::kTest, 0, 45).loss_sum == one.evaluation.loss_sum);
}

TEST_CASE("1 to 4 threads train TinyCNN to the same bits, also with generated digits") {
  const ZooEntry& entry = find_in_zoo("tinycnn");
  check_threads(entry.spec, entry.recipe.options, 10);
  check_threads(entry.spec, {.augment = {.generated = 0.5, .degrees = 5.0}}, 10);
}

}  // namespace tinycnn::test
