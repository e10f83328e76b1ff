// SPDX-License-Identifier: MIT
#include "support/golden_runs.h"

#include <array>
#include <cstddef>
#include <utility>

#include "support/datasets.h"
#include "support/specs.h"
#include "tinycnn/trainer.h"
#include "tinycnn/zoo.h"

namespace tinycnn::test {
namespace {

constexpr int kSteps = 300;
constexpr int kZooSteps = 20;
constexpr std::int64_t kQuickMacs = 200'000;
constexpr int kWideBatch = 5;  // of wide-593k, for the sanitizers' sake

GoldenRun train(std::string name, const ModelSpec& spec, const TrainerOptions& options,
                Dataset data, Executor& executor, int steps = kSteps) {
  Trainer trainer(spec, options, executor);
  trainer.set_data(Split::kTrain, std::move(data));
  trainer.train_steps(steps);
  return {std::move(name), trainer.model().parameter_hash()};
}

/// Every optimizer and schedule in turn, with all distortions, over ragged mini-batches.
TrainerOptions zoo_options(std::size_t index, const ZooEntry& entry) {
  const std::array<OptimizerOptions, 4> optimizers{
      {{.learning_rate = 2e-3, .clip_norm = 1.0},
       {.type = OptimizerType::kSgd, .learning_rate = 0.02, .momentum = 0.9, .nesterov = true},
       {.type = OptimizerType::kRmsprop, .learning_rate = 5e-4, .momentum = 0.5},
       {.type = OptimizerType::kAdamW, .learning_rate = 2e-3, .weight_decay = 0.01}}};
  const std::array<Schedule, 3> schedules{
      {{.type = ScheduleType::kOneCycle, .total_steps = kZooSteps},
       {.type = ScheduleType::kCosine, .total_steps = 15, .warmup_steps = 5},
       {.type = ScheduleType::kStep, .gamma = 0.5, .step_size = 8}}};
  return {.seed = 100 + index,
          .batch_size = 19,
          .optimizer = optimizers[index % optimizers.size()],
          .schedule = schedules[index % schedules.size()],
          .loss = entry.recipe.options.loss,
          .augment = {.degrees = 10.0,
                      .translate_x = 0.1,
                      .translate_y = 0.1,
                      .scale_min = 0.9,
                      .scale_max = 1.1,
                      .shear = 5.0,
                      .elastic_alpha = 2.0,
                      .thickness_min = -0.5,
                      .thickness_max = 0.5}};
}

void train_zoo(std::vector<GoldenRun>& runs, Executor& executor, Golden which) {
  for (std::size_t index = 0; index < zoo().size(); ++index) {
    const ZooEntry& entry = zoo()[index];
    if (which == Golden::kQuick && summarize(entry.spec).macs > kQuickMacs) {
      continue;
    }
    TrainerOptions options = zoo_options(index, entry);
    options.batch_size = entry.id == "wide-593k" ? kWideBatch : options.batch_size;
    runs.push_back(train(std::string(entry.id) + ", dropout and augmentation on", entry.spec,
                         options, pattern_images(100, 28, 10), executor, kZooSteps));
  }
}

}  // namespace

std::vector<GoldenRun> train_golden_runs(Executor& executor, Golden which) {
  const ZooEntry& tinycnn = find_in_zoo("tinycnn");
  const auto train_small = [&](std::string name, const TrainerOptions& options) {
    return train(std::move(name), small_model(), options, pattern_images(200, 8, 4), executor);
  };
  std::vector<GoldenRun> runs;
  if (which == Golden::kAll) {
    // 1,000 is no multiple of 16: each epoch ends with half a batch.
    runs.push_back(train("TinyCNN, published recipe", tinycnn.spec, tinycnn.recipe.options,
                         pattern_images(1000, 28, 10), executor));
  }
  runs.push_back(
      train_small("a small model, SGD, one cycle", {.seed = 0x123456789ABCDEF,
                                                    .batch_size = 21,
                                                    .optimizer = {.type = OptimizerType::kSgd,
                                                                  .learning_rate = 0.05,
                                                                  .weight_decay = 1e-4,
                                                                  .momentum = 0.9},
                                                    .schedule = {.type = ScheduleType::kOneCycle,
                                                                 .total_steps = kSteps,
                                                                 .anneal = Anneal::kLinear,
                                                                 .cycle_momentum = false}}));
  if (which == Golden::kAll) {
    // 13 blocks: more than there are slots for gradients.
    runs.push_back(train_small("a small model, Adam, batches of 100",
                               {.batch_size = 100, .optimizer = {.learning_rate = 0.003}}));
  }
  train_zoo(runs, executor, which);
  runs.push_back(train("a branched model, Muon, cutout and mixup", branched_model(),
                       {.seed = 5,
                        .batch_size = 21,
                        .optimizer = default_options(OptimizerType::kMuon),
                        .loss = {.label_smoothing = 0.1},
                        .augment = {.degrees = 10.0, .cutout = 3, .mixup = 0.4}},
                       pattern_images(200, 8, 4), executor));
  return runs;
}

}  // namespace tinycnn::test
