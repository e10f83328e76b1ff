// SPDX-License-Identifier: MIT
// Weights that are pruned: which ones, when, and that they stay zero whatever happens to the
// others.
#include "tinycnn/pruning.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/datasets.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/executor.h"
#include "tinycnn/learning_rate_finder.h"
#include "tinycnn/trainer.h"

namespace tinycnn::test {
namespace {

class Run {
 public:
  explicit Run(const TrainerOptions& options = {}, const ModelSpec& spec = branched_model())
      : trainer_(spec, options, executor_) {
    trainer_.set_data(Split::kTrain, pattern_images(90, 8, 4));
  }
  Trainer* operator->() { return &trainer_; }
  Trainer& operator*() { return trainer_; }

 private:
  SerialExecutor executor_;
  Trainer trainer_;
};

/// Whether a tensor is the weight of a convolution or linear layer.
bool is_weight(const NamedTensor& tensor) { return tensor.shape.size() > 1; }

/// The values of all weights that can be pruned where no layer is frozen.
std::vector<float> weights_of(const std::vector<NamedTensor>& tensors) {
  std::vector<float> weights;
  for (const NamedTensor& tensor : tensors) {
    if (is_weight(tensor)) {
      weights.insert(weights.end(), tensor.data.begin(), tensor.data.end());
    }
  }
  return weights;
}

std::vector<float> weights_of(Run& run) { return weights_of(run->parameters()); }

std::size_t zeros_in(const std::vector<float>& weights) {
  return static_cast<std::size_t>(std::ranges::count(weights, 0.0F));
}

std::vector<std::size_t> zero_places(const std::vector<float>& weights) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0.0F) {
      places.push_back(i);
    }
  }
  return places;
}

/// Positive zeros alone: a sum of bits.
bool are_plain_zeros(const std::vector<float>& weights, const std::vector<std::size_t>& places) {
  return std::ranges::all_of(
      places, [&](std::size_t i) { return weights[i] == 0.0F && !std::signbit(weights[i]); });
}

std::size_t share_of(double share, std::size_t count) {
  return static_cast<std::size_t>(std::llround(share * static_cast<double>(count)));
}

}  // namespace

/// The score of each weight of a layer: the share of its square in the sum of the squares that are
/// no smaller, for weights that are all different.
std::vector<double> scores_of(const std::vector<float>& weights) {
  std::vector<double> scores;
  for (const float weight : weights) {
    const double square = static_cast<double>(weight) * static_cast<double>(weight);
    double sum = 0.0;
    for (const float other : weights) {
      sum += std::abs(other) >= std::abs(weight)
                 ? static_cast<double>(other) * static_cast<double>(other)
                 : 0.0;
    }
    scores.push_back(square / sum);
  }
  return scores;
}

TEST_CASE(
    "weights are pruned that are the smallest share of their layer, and nothing else is changed") {
  Run run;
  run->train_steps(5);
  const std::vector<NamedTensor> before = run->parameters();
  run->prune({.sparsity = 0.4});
  const std::vector<NamedTensor> after = run->parameters();
  double largest_pruned = 0.0;
  double smallest_kept = 1.0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!is_weight(before[i])) {
      CHECK(after[i].data == before[i].data);
      continue;
    }
    const std::vector<double> scores = scores_of(before[i].data);
    for (std::size_t k = 0; k < scores.size(); ++k) {
      if (after[i].data[k] == 0.0F) {
        largest_pruned = std::max(largest_pruned, scores[k]);
      } else {
        CHECK(after[i].data[k] == before[i].data[k]);
        smallest_kept = std::min(smallest_kept, scores[k]);
      }
    }
  }
  CHECK(largest_pruned <= smallest_kept * (1.0 + 1e-6));
  const std::vector<float> weights = weights_of(after);
  CHECK(zeros_in(weights) == share_of(0.4, weights.size()));
}

TEST_CASE("of equally small weights the first are pruned") {
  Run run({}, model({1, 8, 8}, {flatten("flatten"), linear("fc", 4, false)}));
  std::vector<NamedTensor> tensors = run->parameters();
  for (std::size_t i = 0; i < 256; ++i) {
    tensors[0].data[i] = i % 2 == 0 ? 0.5F : -0.5F;
  }
  run->set_parameters(tensors);
  run->prune({.sparsity = 5.0 / 256.0});
  CHECK(zero_places(weights_of(run)) == std::vector<std::size_t>{0, 1, 2, 3, 4});
}

TEST_CASE("pruned weights stay zero with every optimizer, averaged and clipped, also without eps") {
  const std::vector<OptimizerOptions> optimizers{
      {.learning_rate = 0.01, .weight_decay = 1e-2, .eps = 0.0},
      {.type = OptimizerType::kAdamW, .learning_rate = 0.01, .weight_decay = 0.1},
      {.type = OptimizerType::kSgd, .learning_rate = 0.05},
      {.type = OptimizerType::kSgd, .learning_rate = 0.05, .momentum = 0.9, .nesterov = true},
      {.type = OptimizerType::kRmsprop, .learning_rate = 0.002, .eps = 0.0, .momentum = 0.9},
      {.type = OptimizerType::kMuon, .learning_rate = 0.01, .momentum = 0.9}};
  for (const OptimizerOptions& optimizer : optimizers) {
    for (const double clip_norm : {0.0, 0.1}) {
      OptimizerOptions clipped = optimizer;
      clipped.clip_norm = clip_norm;
      Run run({.optimizer = clipped, .ema_decay = 0.9});
      run->train_steps(4);  // moments and averages are no longer zero
      run->prune({.sparsity = 0.7});
      const std::vector<float> weights = weights_of(run);
      const std::vector<std::size_t> places = zero_places(weights);
      CHECK(places.size() == share_of(0.7, weights.size()));
      run->train_steps(9);
      CHECK(zero_places(weights_of(run)) == places);
      CHECK(are_plain_zeros(weights_of(run), places));
      const std::vector<float> averages = weights_of(run->evaluated_parameters());
      CHECK(zero_places(averages) == places);
      CHECK(are_plain_zeros(averages, places));
      CHECK(std::ranges::none_of(weights_of(run), [](float weight) { return std::isnan(weight); }));
    }
  }
}

TEST_CASE("the gradient of pruned weights does not count when gradients are clipped") {
  constexpr double kNorm = 1e-3;
  const ModelSpec spec = model({1, 8, 8}, {flatten("flatten"), linear("fc", 4, false)});
  Run run({.optimizer = {.type = OptimizerType::kSgd, .learning_rate = 1.0, .clip_norm = kNorm}},
          spec);
  run->prune({.sparsity = 0.9});
  const std::vector<float> before = weights_of(run);
  run->train_steps(1);
  const std::vector<float> after = weights_of(run);
  double sum = 0.0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const double change = double{after[i]} - double{before[i]};
    sum += change * change;
  }
  CHECK(std::sqrt(sum) == doctest::Approx(kNorm).epsilon(1e-3));
}

TEST_CASE("a schedule prunes the shares that its cubic function says, at its steps alone") {
  Run run;
  run->train_steps(3);
  run->prune({.sparsity = 0.8, .schedule = {.start = 4, .steps = 10, .frequency = 3}});
  const std::size_t count = weights_of(run).size();
  std::size_t expected = 0;
  for (int step = 3; step <= 20; ++step) {
    const int t = step - 7;
    if (t >= 0 && t <= 10 && (t % 3 == 0 || t == 10)) {
      expected = share_of(0.8 * (1.0 - std::pow(1.0 - t / 10.0, 3.0)), count);
    }
    CAPTURE(step);
    CHECK(zeros_in(weights_of(run)) == expected);
    CHECK(run->pruning().sparsity ==
          doctest::Approx(static_cast<double>(expected) / static_cast<double>(count)));
    CHECK(run->pruning().target == 0.8);
    run->train_steps(1);
  }
}

TEST_CASE("a later schedule starts from what is pruned already") {
  Run run;
  run->prune({.sparsity = 0.5});
  const std::vector<std::size_t> first = zero_places(weights_of(run));
  run->prune({.sparsity = 0.75, .schedule = {.steps = 8, .frequency = 1}});
  CHECK(zero_places(weights_of(run)) == first);
  run->train_steps(4);
  const std::size_t count = weights_of(run).size();
  CHECK(zeros_in(weights_of(run)) == share_of(0.75 - 0.25 * 0.125, count));
  run->train_steps(4);
  const std::vector<std::size_t> all = zero_places(weights_of(run));
  CHECK(all.size() == share_of(0.75, count));
  CHECK(std::ranges::includes(all, first));
}

TEST_CASE("a pruned training goes on bit-exact after save and load, at any point of its schedule") {
  for (const int steps : {2, 9, 20}) {
    const TrainerOptions options{.seed = 5, .batch_size = 19, .ema_decay = 0.8};
    Run straight(options);
    straight->prune({.sparsity = 0.85, .schedule = {.start = 4, .steps = 10, .frequency = 2}});
    straight->train_steps(steps);
    const std::vector<std::uint8_t> saved = straight->save();
    straight->train_steps(15);

    Run resumed;
    resumed->load(saved);
    CHECK(resumed->save() == saved);
    resumed->train_steps(15);
    CHECK(resumed->save() == straight->save());

    SerialExecutor executor;
    Trainer restored(decode_checkpoint(saved), executor);
    restored.set_data(Split::kTrain, pattern_images(90, 8, 4));
    restored.train_steps(15);
    CHECK(restored.save() == straight->save());
  }
}

TEST_CASE("slices of a mini-batch and a test of learning rates leave pruning as it is") {
  const auto pruned = [] {
    Run run({.batch_size = 40});
    run->prune({.sparsity = 0.6, .schedule = {.steps = 6, .frequency = 1}});
    run->train_steps(2);
    return run->save();
  };
  Run straight;
  straight->load(pruned());
  straight->train_steps(5);
  Run sliced;
  sliced->load(pruned());
  while (sliced->step() < 7) {
    sliced->train_slice(1);
  }
  CHECK(sliced->save() == straight->save());
  Run tested;
  tested->load(pruned());
  find_learning_rate(*tested, {.steps = 10});
  CHECK(tested->save() == pruned());
}

TEST_CASE("parameters that are set lose what is pruned") {
  Run run({.ema_decay = 0.5});
  run->train_steps(2);
  run->prune({.sparsity = 0.6});
  const std::vector<std::size_t> places = zero_places(weights_of(run));
  std::vector<NamedTensor> ones = run->parameters();
  for (NamedTensor& tensor : ones) {
    std::ranges::fill(tensor.data, 1.0F);
  }
  run->set_parameters(ones);
  CHECK(zero_places(weights_of(run)) == places);
  CHECK(zero_places(weights_of(run->evaluated_parameters())) == places);
}

TEST_CASE("with sparsity 0, and after rewind, all weights train again") {
  Run run;
  run->prune({.sparsity = 0.6});
  run->prune({.sparsity = 0.0});
  CHECK(run->pruning().target == 0.0);
  CHECK(zeros_in(weights_of(run)) > 0);
  run->train_steps(3);
  CHECK(zeros_in(weights_of(run)) == 0);

  Run rewound({.seed = 3});
  rewound->prune({.sparsity = 0.6, .schedule = {.start = 1}});
  rewound->train_steps(4);
  CHECK(zeros_in(weights_of(rewound)) > 0);
  rewound->rewind(3);
  Run fresh({.seed = 3});
  CHECK(rewound->save() == fresh->save());
  rewound->train_steps(4);
  fresh->train_steps(4);
  CHECK(rewound->save() == fresh->save());
}

TEST_CASE("frozen layers keep their weights and do not count") {
  ModelSpec spec = small_model();
  spec.layers[0].frozen = true;
  Run run({}, spec);
  const std::vector<NamedTensor> before = run->parameters();
  run->prune({.sparsity = 0.9});
  const std::vector<NamedTensor> after = run->parameters();
  CHECK(after[0].data == before[0].data);
  const std::size_t count = after[1].data.size() + after[3].data.size();
  CHECK(zeros_in(weights_of(after)) == share_of(0.9, count));
}

TEST_CASE("layers without their zeros have fewer multiply-adds") {
  Run run({}, small_model());
  CHECK(run->pruning().target == 0.0);
  CHECK(run->pruning().sparsity == 0.0);
  std::vector<PrunedLayer> layers = pruned_layers(run->model());
  REQUIRE(layers.size() == 3);
  CHECK(layers[0].name == "conv");
  CHECK(layers[0].parameters == 27);
  CHECK(layers[0].macs == layers[0].macs_before);
  run->prune({.sparsity = 0.5});
  layers = pruned_layers(run->model());
  const std::vector<NamedTensor> tensors = run->parameters();
  const auto zeros = static_cast<std::int64_t>(zeros_in(tensors[0].data));
  const std::int64_t pixels = layers[0].macs_before / 27;
  CHECK(layers[0].zeros == zeros);
  CHECK(layers[0].macs == (27 - zeros) * pixels);
  CHECK(layers[1].parameters_before ==
        static_cast<std::int64_t>(tensors[1].data.size() + tensors[2].data.size()));
  CHECK(layers[1].zeros == static_cast<std::int64_t>(zeros_in(tensors[1].data)));
}

TEST_CASE(
    "values out of range and a sparsity below the present one are refused, and change nothing") {
  Run run;
  run->prune({.sparsity = 0.5});
  const std::vector<std::uint8_t> saved = run->save();
  const auto refuses = [&](const PruneOptions& options, std::string_view text) {
    const std::string wrong = wrong_refusal([&] { run->prune(options); }, {text});
    return wrong.empty() && run->save() == saved ? "" : wrong + " or changed";
  };
  const std::string_view range = "[prune] expected a sparsity from 0 to below 1, got ";
  CHECK(refuses({.sparsity = std::numeric_limits<double>::quiet_NaN()}, range) == "");
  CHECK(refuses({.sparsity = 1.0}, range) == "");
  CHECK(refuses({.sparsity = -1.0}, range) == "");
  CHECK(refuses({.sparsity = 0.25}, "at least the present 0.5, or 0 to let all") == "");
  CHECK(refuses({.sparsity = 0.75, .schedule = {.start = -1}}, "[prune.schedule]") == "");
  CHECK(refuses({.sparsity = 0.75, .schedule = {.steps = kMaxStep + 1}}, "[prune.schedule]") == "");
  CHECK(refuses({.sparsity = 0.75, .schedule = {.frequency = 0}},
                "[prune.schedule] expected start and steps from 0 to 1000000000000000 and a "
                "frequency from 1, got 0, 0 and 0") == "");
  ModelSpec spec = branched_model();
  for (LayerSpec& layer : spec.layers) {
    layer.frozen = layer.type == LayerType::kConv2d || layer.type == LayerType::kLinear;
  }
  Run norms({}, spec);
  CHECK(wrong_refusal([&] { norms->prune({.sparsity = 0.5}); },
                      {"[prune] expected a convolution or linear layer that is not frozen"}) == "");
}

TEST_CASE("a checkpoint whose pruning does not fit is refused") {
  Run run({}, small_model());
  REQUIRE(weights_of(run).size() % 8 == 2);
  run->prune({.sparsity = 0.5});
  const Checkpoint good = decode_checkpoint(run->save());
  const std::vector<std::uint8_t> saved = run->save();
  const auto refuses = [&](const auto& change, std::string_view text) {
    Checkpoint changed = good;
    change(changed.pruning);
    const std::string wrong = wrong_refusal([&] { run->load(encode(changed)); }, {text});
    return wrong.empty() && run->save() == saved ? "" : wrong + " or changed";
  };
  const std::string_view other = "[checkpoint] expected pruning of this session's model";
  CHECK(refuses([](PruningState& state) { state.sparsity = 1.0; }, other) == "");
  CHECK(refuses([](PruningState& state) { state.start = -1; }, other) == "");
  CHECK(refuses([](PruningState& state) { state.steps = -1; }, other) == "");
  CHECK(refuses([](PruningState& state) { state.frequency = 0; }, other) == "");
  CHECK(refuses([](PruningState& state) { state.before = 1 << 20; }, other) == "");
  CHECK(refuses([](PruningState& state) { state.sparsity = 0.0; }, other) == "");
  CHECK(refuses([](PruningState& state) { state.pruned.pop_back(); }, other) == "");
  CHECK(refuses([](PruningState& state) { state.pruned.back() |= 4; }, other) == "");
}

TEST_CASE("weights that a checkpoint says are pruned are loaded as zeros, whatever they are") {
  Run run({.ema_decay = 0.5});
  run->train_steps(1);
  run->prune({.sparsity = 0.5});
  const std::vector<std::size_t> places = zero_places(weights_of(run));
  Checkpoint changed = decode_checkpoint(run->save());
  std::ranges::fill(changed.parameters, 1.0F);
  std::ranges::fill(changed.average, std::numeric_limits<float>::quiet_NaN());
  run->load(encode(changed));
  CHECK(zero_places(weights_of(run)) == places);
  CHECK(zero_places(weights_of(run->evaluated_parameters())) == places);
}

}  // namespace tinycnn::test
