// SPDX-License-Identifier: MIT
// Frozen layers keep their parameters bit for bit; the others train as if nothing were frozen
// behind them, and no gradient is computed that nobody needs.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plan/compiled_model.h"
#include "support/bits.h"
#include "support/datasets.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"

namespace tinycnn::test {
namespace {

ModelSpec freeze(ModelSpec spec, const std::vector<std::string>& names) {
  for (LayerSpec& layer : spec.layers) {
    layer.frozen = std::ranges::find(names, layer.name) != names.end();
  }
  return spec;
}

bool belongs_to(const NamedTensor& tensor, const std::vector<std::string>& layers) {
  return std::ranges::any_of(
      layers, [&](const std::string& layer) { return tensor.name.starts_with(layer + "."); });
}

/// Everything that could move a weight: decay, clipping, an average, momentum.
TrainerOptions all_options() {
  return {.optimizer = {.type = OptimizerType::kAdamW, .weight_decay = 0.1, .clip_norm = 1.0},
          .ema_decay = 0.5};
}

/// Names of the parameters (and running statistics) that ten steps change.
std::vector<std::string> changed_by_training(const ModelSpec& spec) {
  SerialExecutor executor;
  Trainer trainer(spec, all_options(), executor);
  trainer.set_data(Split::kTrain, pattern_images(50, 8, 4));
  const std::vector<NamedTensor> before = trainer.parameters();
  trainer.train_steps(10);
  const std::vector<NamedTensor> after = trainer.parameters();
  const std::vector<NamedTensor> evaluated = trainer.evaluated_parameters();
  std::vector<std::string> changed;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!difference(before[i].data, after[i].data).empty() ||
        !difference(before[i].data, evaluated[i].data).empty()) {
      changed.push_back(before[i].name);
    }
  }
  return changed;
}

/// What all threads would do, by a serial executor that claims to be three.
class ThreeInTurn final : public Executor {
 public:
  [[nodiscard]] int threads() const noexcept override { return 3; }
  void run(Task task, void* context) noexcept override {
    for (int thread = 0; thread < threads(); ++thread) {
      task(context, thread);
    }
  }
};

}  // namespace

TEST_CASE("training changes every parameter and running statistic but those of frozen layers") {
  for (const ModelSpec& whole : {small_model(), branched_model()}) {
    for (const LayerSpec& frozen : whole.layers) {
      const std::vector<std::string> names{frozen.name};
      SerialExecutor executor;
      const Trainer trainer(freeze(whole, names), {}, executor);
      std::vector<std::string> expected;
      for (const NamedTensor& tensor : trainer.parameters()) {
        if (!belongs_to(tensor, names)) {
          expected.push_back(tensor.name);
        }
      }
      CAPTURE(frozen.name);
      CHECK(changed_by_training(freeze(whole, names)) == expected);
    }
  }
}

TEST_CASE(
    "gradients of what is not frozen are bit for bit those of the model without frozen layers") {
  const Dataset data = pattern_images(30, 8, 4);
  ThreeInTurn executor;
  for (const ModelSpec& whole : {small_model(), branched_model()}) {
    Trainer plain(whole, {}, executor);
    const std::vector<NamedTensor> expected = plain.gradients(data);
    for (std::size_t frozen = 1; frozen < whole.layers.size() - 1; ++frozen) {
      // All layers up to here, and this one alone.
      for (const std::size_t first : {std::size_t{0}, frozen}) {
        std::vector<std::string> names;
        for (std::size_t i = first; i <= frozen; ++i) {
          if (whole.layers[i].type != LayerType::kBatchNorm2d &&
              whole.layers[i].type != LayerType::kBatchNorm1d) {  // frozen, they compute otherwise
            names.push_back(whole.layers[i].name);
          }
        }
        Trainer trainer(freeze(whole, names), {}, executor);
        std::vector<NamedTensor> left = trainer.gradients(data);
        std::ranges::reverse(left);
        for (const NamedTensor& gradient : expected) {
          if (belongs_to(gradient, names)) {
            continue;
          }
          CAPTURE(gradient.name);
          REQUIRE(!left.empty());
          CHECK(left.back().name == gradient.name);
          CHECK(difference(left.back().data, gradient.data) == "");
          left.pop_back();
        }
        CHECK(left.empty());
      }
    }
  }
}

TEST_CASE("a model whose first layers are frozen needs no memory for their gradients") {
  const ModelSpec whole = small_model();
  const CompiledModel plain(whole, 1);
  const CompiledModel frozen(freeze(whole, {"conv", "fc1"}), 1);
  const CompiledModel behind(freeze(whole, {"fc1", "fc2"}), 1);
  CHECK(frozen.plan().workspace_size() < plain.plan().workspace_size());
  CHECK(behind.plan().workspace_size() == plain.plan().workspace_size());
  CHECK(frozen.trainable_size() < plain.trainable_size());
  CHECK(frozen.parameter_hash() == plain.parameter_hash());
  CHECK(frozen.summary().parameter_count == plain.summary().parameter_count);
}

TEST_CASE("a run with frozen layers goes on from a checkpoint with the same bits") {
  const ModelSpec spec = freeze(branched_model(), {"conv1", "bn2", "fc1"});
  SerialExecutor executor;
  Trainer straight(spec, all_options(), executor);
  straight.set_data(Split::kTrain, pattern_images(50, 8, 4));
  straight.train_steps(5);
  Trainer resumed(spec, {}, executor);
  resumed.set_data(Split::kTrain, pattern_images(50, 8, 4));
  resumed.load(straight.save());
  straight.train_steps(5);
  resumed.train_steps(5);
  CHECK(resumed.save() == straight.save());
}

TEST_CASE("a checkpoint of a model with other layers frozen is refused") {
  SerialExecutor executor;
  Trainer trainer(small_model(), {}, executor);
  const Trainer frozen(freeze(small_model(), {"conv"}), {}, executor);
  CHECK(wrong_refusal([&] { trainer.load(frozen.save()); }, {"[checkpoint]", "other layers"}) ==
        "");
}

TEST_CASE("a model whose parameters are all frozen is refused") {
  const ModelSpec spec = freeze(small_model(), {"conv", "fc1", "fc2"});
  CHECK(wrong_refusal([&] { summarize(spec); },
                      {"[model]", "at least one layer", "not frozen", "got none"}) == "");
}

}  // namespace tinycnn::test
