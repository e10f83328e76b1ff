// SPDX-License-Identifier: MIT
// A frozen batch norm leaves its running statistics as they are and normalises by them in training.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/bits.h"
#include "support/datasets.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"

namespace tinycnn::test {
namespace {

constexpr int kSide = 8;
constexpr int kClasses = 4;
constexpr int kChannels = 4;

/// conv - `norm` - linear; norm is frozen.
ModelSpec network(LayerSpec norm) {
  norm.frozen = true;
  return model({1, kSide, kSide}, {conv2d("conv", kChannels, {3, 3}), std::move(norm),
                                   flatten("flatten"), linear("fc", kClasses)});
}

NamedTensor& find(std::vector<NamedTensor>& tensors, const char* name) {
  return *std::ranges::find(tensors, name, &NamedTensor::name);
}

}  // namespace

TEST_CASE("a frozen batch norm keeps weights and running statistics, bit for bit") {
  SerialExecutor executor;
  Trainer trainer(network(batch_norm2d("norm")), {.ema_decay = 0.9}, executor);
  trainer.set_data(Split::kTrain, noise_images(50, kSide, kClasses));
  const std::vector<NamedTensor> before = trainer.parameters();
  trainer.train_steps(7);
  const std::vector<NamedTensor> after = trainer.parameters();
  for (std::size_t i = 0; i < before.size(); ++i) {
    CAPTURE(before[i].name);
    const bool is_same = difference(before[i].data, after[i].data).empty();
    CHECK(is_same == before[i].name.starts_with("norm."));
  }
}

TEST_CASE("a frozen batch norm is the affine map of its running statistics, also backwards") {
  SerialExecutor executor;
  Trainer norm(network(batch_norm2d("norm")), {}, executor);
  Trainer scale(network(conv2d("norm", kChannels, {1, 1}, {.groups = kChannels})), {}, executor);
  std::vector<NamedTensor> numbers = norm.parameters();
  std::vector<NamedTensor> others = scale.parameters();
  for (NamedTensor& each : others) {
    for (const NamedTensor& same : numbers) {
      each.data = each.name == same.name && each.shape == same.shape ? same.data : each.data;
    }
  }
  const std::vector<float> weight = find(numbers, "norm.weight").data = {1.5F, -0.5F, 2.0F, 0.75F};
  const std::vector<float> bias = find(numbers, "norm.bias").data = {0.1F, 0.2F, -0.3F, 0.0F};
  const std::vector<float> mean =
      find(numbers, "norm.running_mean").data = {0.5F, -0.25F, 0.1F, 1.0F};
  const std::vector<float> variance =
      find(numbers, "norm.running_var").data = {2.0F, 0.5F, 1.0F, 4.0F};
  for (std::size_t c = 0; c < kChannels; ++c) {
    const float factor = weight[c] / std::sqrt(variance[c] + 1e-5F);
    find(others, "norm.weight").data[c] = factor;
    find(others, "norm.bias").data[c] = bias[c] - mean[c] * factor;
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

}  // namespace tinycnn::test
