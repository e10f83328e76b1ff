// SPDX-License-Identifier: MIT
#include "support/golden_runs.h"

#include <utility>

#include "support/datasets.h"
#include "support/specs.h"
#include "tinycnn/trainer.h"
#include "zoo.h"

namespace tinycnn::test {
namespace {

constexpr int kSteps = 300;

GoldenRun train(std::string name, const ModelSpec& spec, const TrainerOptions& options,
                Dataset data, Executor& executor) {
  Trainer trainer(spec, options, executor);
  trainer.set_data(Split::kTrain, std::move(data));
  trainer.train_steps(kSteps);
  return {std::move(name), trainer.model().parameter_hash()};
}

}  // namespace

std::vector<GoldenRun> train_golden_runs(Executor& executor) {
  const ZooEntry& tinycnn = find_in_zoo("tinycnn");
  // 1,000 is no multiple of 16: each epoch ends with half a batch.
  return {train("TinyCNN, published recipe", tinycnn.spec, tinycnn.recipe.options,
                pattern_images(1000, 28, 10), executor),
          train("every layer type, SGD, one cycle", small_model(),
                {.seed = 0x123456789ABCDEF,
                 .batch_size = 21,
                 .optimizer = {.type = OptimizerType::kSgd,
                               .learning_rate = 0.05,
                               .weight_decay = 1e-4,
                               .momentum = 0.9},
                 .schedule = {.type = ScheduleType::kOneCycle,
                              .total_steps = kSteps,
                              .anneal = Anneal::kLinear}},
                pattern_images(200, 8, 4), executor),
          // 13 blocks: more than there are slots for gradients.
          train("every layer type, Adam, batches of 100", small_model(),
                {.batch_size = 100, .optimizer = {.learning_rate = 0.003}},
                pattern_images(200, 8, 4), executor)};
}

}  // namespace tinycnn::test
