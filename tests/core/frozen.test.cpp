// SPDX-License-Identifier: MIT
// Frozen layers: training leaves them as they are, bit for bit, and everything else learns as if
// they were fixed numbers.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "support/bits.h"
#include "support/datasets.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"

namespace tinycnn::test {
namespace {

constexpr int kSide = 8;
constexpr int kClasses = 4;

/// Three threads as far as a trainer can tell, one after another.
class InTurn final : public Executor {
 public:
  [[nodiscard]] int threads() const noexcept override { return 3; }
  void run(Task task, void* context) noexcept override {
    for (int thread = 0; thread < threads(); ++thread) {
      task(context, thread);
    }
  }
};

LayerSpec frozen(LayerSpec layer) {
  layer.frozen = true;
  return layer;
}

/// conv - batch norm - conv - linear; `freeze` says which layers are frozen.
ModelSpec network(const std::vector<std::string>& freeze) {
  ModelSpec spec =
      model({1, kSide, kSide}, {conv2d("conv1", 4, {3, 3}), batch_norm2d("norm"), relu("relu"),
                                conv2d("conv2", 6, {2, 2}), relu("relu2"), flatten("flatten"),
                                linear("hidden", 8), relu("relu3"), linear("fc", kClasses)});
  for (LayerSpec& layer : spec.layers) {
    layer.frozen = std::ranges::find(freeze, layer.name) != freeze.end();
  }
  return spec;
}

bool belongs_to(const NamedTensor& tensor, const std::vector<std::string>& layers) {
  return std::ranges::any_of(
      layers, [&](const std::string& layer) { return tensor.name.starts_with(layer + "."); });
}

const TrainerOptions kOptions{.seed = 3, .batch_size = 10, .ema_decay = 0.9};

}  // namespace

TEST_CASE(
    "a frozen layer's weights and running statistics stay, bit for bit, and the others learn") {
  const std::vector<std::vector<std::string>> choices{
      {"conv1"}, {"norm"}, {"conv2"}, {"hidden"}, {"conv1", "norm", "conv2"}, {"conv2", "fc"}};
  for (const auto& freeze : choices) {
    CAPTURE(freeze.front());
    SerialExecutor executor;
    Trainer trainer(network(freeze), kOptions, executor);
    trainer.set_data(Split::kTrain, noise_images(50, kSide, kClasses));
    const std::vector<NamedTensor> before = trainer.parameters();
    trainer.train_steps(7);
    const std::vector<NamedTensor> after = trainer.parameters();
    for (std::size_t i = 0; i < before.size(); ++i) {
      CAPTURE(before[i].name);
      CHECK((difference(before[i].data, after[i].data) == "") == belongs_to(before[i], freeze));
    }
  }
}

TEST_CASE("freezing changes neither names nor initial weights nor the number of parameters") {
  SerialExecutor executor;
  Trainer plain(network({}), kOptions, executor);
  Trainer part(network({"conv1", "norm", "hidden"}), kOptions, executor);
  CHECK(part.model().parameter_hash() == plain.model().parameter_hash());
  CHECK(part.model().summary().parameter_count == plain.model().summary().parameter_count);
}

TEST_CASE(
    "gradients of the layers that are not frozen are those of the network without frozen ones") {
  SerialExecutor executor;
  const std::vector<std::string> freeze{"conv1", "conv2", "hidden"};
  Trainer plain(network({}), kOptions, executor);
  Trainer part(network(freeze), kOptions, executor);
  const Dataset data = noise_images(20, kSide, kClasses);
  const std::vector<NamedTensor> all = plain.gradients(data);
  std::size_t next = 0;
  for (const NamedTensor& gradient : part.gradients(data)) {
    while (belongs_to(all[next], freeze)) {
      ++next;
    }
    CHECK(gradient.name == all[next].name);
    CHECK(difference(gradient.data, all[next].data) == "");
    ++next;
  }
  CHECK(next == all.size());
}

TEST_CASE("a frozen batch norm is the affine map of its running statistics, forward and backward") {
  SerialExecutor executor;
  const std::vector<LayerSpec> tail{flatten("flatten"), linear("fc", kClasses)};
  std::vector<LayerSpec> normed{conv2d("conv1", 4, {3, 3}), frozen(batch_norm2d("norm"))};
  std::vector<LayerSpec> scaled{conv2d("conv1", 4, {3, 3}),
                                frozen(conv2d("norm", 4, {1, 1}, {.groups = 4}))};
  normed.insert(normed.end(), tail.begin(), tail.end());
  scaled.insert(scaled.end(), tail.begin(), tail.end());
  Trainer norm(model({1, kSide, kSide}, normed), kOptions, executor);
  Trainer scale(model({1, kSide, kSide}, scaled), kOptions, executor);
  std::vector<NamedTensor> numbers = norm.parameters();
  std::vector<NamedTensor> others = scale.parameters();
  for (NamedTensor& each : others) {
    for (const NamedTensor& same : numbers) {
      each.data = each.name == same.name && each.shape == same.shape ? same.data : each.data;
    }
  }
  NamedTensor& weight = *std::ranges::find(numbers, "norm.weight", &NamedTensor::name);
  NamedTensor& bias = *std::ranges::find(numbers, "norm.bias", &NamedTensor::name);
  NamedTensor& mean = *std::ranges::find(numbers, "norm.running_mean", &NamedTensor::name);
  NamedTensor& variance = *std::ranges::find(numbers, "norm.running_var", &NamedTensor::name);
  weight.data = {1.5F, -0.5F, 2.0F, 0.75F};
  bias.data = {0.1F, 0.2F, -0.3F, 0.0F};
  mean.data = {0.5F, -0.25F, 0.125F, 1.0F};
  variance.data = {2.0F, 0.5F, 1.0F, 4.0F};
  NamedTensor& factor = *std::ranges::find(others, "norm.weight", &NamedTensor::name);
  NamedTensor& shift = *std::ranges::find(others, "norm.bias", &NamedTensor::name);
  for (std::size_t c = 0; c < 4; ++c) {
    factor.data[c] = weight.data[c] / std::sqrt(variance.data[c] + 1e-5F);
    shift.data[c] = bias.data[c] - mean.data[c] * factor.data[c];
  }
  norm.set_parameters(numbers);
  scale.set_parameters(others);
  const Dataset data = noise_images(20, kSide, kClasses);
  const std::vector<NamedTensor> got = norm.gradients(data);
  const std::vector<NamedTensor> expected = scale.gradients(data);
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    REQUIRE(got[i].name == expected[i].name);
    for (std::size_t k = 0; k < got[i].data.size(); ++k) {
      CHECK(got[i].data[k] == doctest::Approx(expected[i].data[k]).epsilon(1e-4).scale(1e-3));
    }
  }
}

TEST_CASE("with frozen layers any number of threads and a resumed training give the same bits") {
  const ModelSpec spec = network({"norm", "conv2"});
  const auto train = [&](Executor& executor, int steps, const std::vector<std::uint8_t>& from) {
    Trainer trainer(spec, kOptions, executor);
    trainer.set_data(Split::kTrain, noise_images(50, kSide, kClasses));
    if (!from.empty()) {
      trainer.load(from);
    }
    trainer.train_steps(steps);
    return trainer.save();
  };
  SerialExecutor one;
  InTurn three;
  const std::vector<std::uint8_t> straight = train(one, 8, {});
  CHECK(train(three, 8, {}) == straight);
  CHECK(train(three, 5, train(one, 3, {})) == straight);
}

TEST_CASE(
    "a network whose layers are all frozen evaluates and predicts, and refuses to be trained") {
  SerialExecutor executor;
  Trainer trainer(network({"conv1", "norm", "conv2", "hidden", "fc"}), kOptions, executor);
  const Dataset data = noise_images(20, kSide, kClasses);
  trainer.set_data(Split::kTrain, data);
  const std::string_view expected = "expected a layer that is not frozen";
  CHECK(wrong_refusal([&] { trainer.train_steps(1); }, {expected}) == "");
  CHECK(wrong_refusal([&] { trainer.train_slice(1); }, {expected}) == "");
  CHECK(wrong_refusal([&] { (void)trainer.gradients(data); }, {expected}) == "");
  CHECK(trainer.evaluate(Split::kTrain, 0, 20).count == 20);
  CHECK(trainer.predict(std::vector<float>(kSide * kSide, 9.0F)).size() == kClasses);
}

}  // namespace tinycnn::test
