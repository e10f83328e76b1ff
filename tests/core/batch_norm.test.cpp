// SPDX-License-Identifier: MIT
// What batch norm does to a training: running statistics, evaluation, mini-batches whose last block
// is ragged. Its gradients are held elsewhere.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "support/bits.h"
#include "support/datasets.h"
#include "support/double_network.h"
#include "support/random.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"

namespace tinycnn::test {
namespace {

constexpr int kImages = 50;
constexpr int kBatch = 19;  // three blocks, the last with three lanes in use

LayerSpec with_momentum(LayerSpec layer, double momentum) {
  layer.momentum = momentum;
  return layer;
}

/// One batch norm sees the images themselves, the other what a convolution makes of them.
ModelSpec two_norms(double momentum) {
  return model({1, 6, 6},
               {with_momentum(batch_norm2d("bn0"), momentum), conv2d("conv", 3, {3, 3}),
                with_momentum(batch_norm2d("bn1"), momentum), flatten("flatten"), linear("fc", 4)});
}

std::vector<double> values_of(const Trainer& trainer) {
  std::vector<double> values;
  for (const NamedTensor& tensor : trainer.parameters()) {
    values.insert(values.end(), tensor.data.begin(), tensor.data.end());
  }
  return values;
}

NamedTensor tensor(const Trainer& trainer, const std::string& name) {
  const std::vector<NamedTensor> all = trainer.parameters();
  return *std::ranges::find(all, name, &NamedTensor::name);
}

struct Moments {
  double mean = 0.0;
  double unbiased = 0.0;
};

/// Of one channel over a mini-batch, as PyTorch lets them into the running statistics.
Moments moments_of(const Samples& samples, std::size_t channel, std::size_t pixels) {
  const double count = static_cast<double>(samples.size() * pixels);
  Moments moments;
  for (const Values& sample : samples) {
    for (std::size_t p = 0; p < pixels; ++p) {
      moments.mean += sample[channel * pixels + p] / count;
    }
  }
  for (const Values& sample : samples) {
    for (std::size_t p = 0; p < pixels; ++p) {
      const double distance = sample[channel * pixels + p] - moments.mean;
      moments.unbiased += distance * distance / (count - 1.0);
    }
  }
  return moments;
}

Samples inputs_of(const Dataset& data, std::vector<std::uint32_t> order, std::size_t first) {
  const Normalization normalization;
  Samples samples;
  for (std::size_t i = first; i < std::min<std::size_t>(first + kBatch, order.size()); ++i) {
    Values& values = samples.emplace_back();
    for (std::size_t p = 0; p < 36; ++p) {
      values.push_back((data.pixels(order[i])[p] / 255.0 - normalization.mean) / normalization.std);
    }
  }
  return samples;
}

}  // namespace

TEST_CASE("running statistics start at 0 and 1 and are the last of a batch norm's parameters") {
  SerialExecutor executor;
  const Trainer trainer(two_norms(0.1), {}, executor);
  const std::vector<NamedTensor> tensors = trainer.parameters();
  std::vector<std::string> names;
  for (const NamedTensor& each : tensors) {
    names.push_back(each.name);
  }
  CHECK(names == std::vector<std::string>{"bn0.weight", "bn0.bias", "bn0.running_mean",
                                          "bn0.running_var", "conv.weight", "conv.bias",
                                          "bn1.weight", "bn1.bias", "bn1.running_mean",
                                          "bn1.running_var", "fc.weight", "fc.bias"});
  CHECK(tensor(trainer, "bn1.weight").data == std::vector{1.0F, 1.0F, 1.0F});
  CHECK(tensor(trainer, "bn1.bias").data == std::vector{0.0F, 0.0F, 0.0F});
  CHECK(tensor(trainer, "bn1.running_mean").data == std::vector{0.0F, 0.0F, 0.0F});
  CHECK(tensor(trainer, "bn1.running_var").data == std::vector{1.0F, 1.0F, 1.0F});
  // Buffers are no parameters.
  CHECK(trainer.model().summary().parameter_count == 2 + (27 + 3) + 6 + (48 * 4 + 4));
}

TEST_CASE("after some steps the running statistics equal a recomputation in double precision") {
  for (const double momentum : {0.1, 0.7, 1.0, 0.0}) {
    CAPTURE(momentum);
    const Dataset data = noise_images(kImages, 6, 4);
    SerialExecutor executor;
    Trainer trainer(two_norms(momentum),
                    {.seed = 9,
                     .batch_size = kBatch,
                     .optimizer = {.type = OptimizerType::kSgd, .learning_rate = 0.3}},
                    executor);
    trainer.set_data(Split::kTrain, data);
    const std::vector<LayerSummary>& layers = trainer.model().summary().layers;
    DoubleNetwork reference(layers);
    std::vector<double> mean(4);
    std::vector<double> variance(4, 1.0);
    for (int step = 0; step < 5; ++step) {  // into the second epoch, over a batch of 12
      const auto order = shuffled_order(9, static_cast<std::uint32_t>(step / 3), kImages);
      const Samples inputs =
          inputs_of(data, order, static_cast<std::size_t>(step % 3) * std::size_t{kBatch});
      reference.set_parameters(values_of(trainer));
      const NetworkPass pass = reference.forward(inputs, {.on_batch = true});
      trainer.train_steps(1);
      for (std::size_t c = 0; c < 4; ++c) {
        const Moments now =
            c == 0 ? moments_of(inputs, 0, 36) : moments_of(pass.outputs[1], c - 1, 16);
        mean[c] += momentum * (now.mean - mean[c]);
        variance[c] += momentum * (now.unbiased - variance[c]);
      }
    }
    CHECK(tensor(trainer, "bn0.running_mean").data[0] == doctest::Approx(mean[0]).epsilon(1e-5));
    CHECK(tensor(trainer, "bn0.running_var").data[0] == doctest::Approx(variance[0]).epsilon(1e-5));
    for (std::size_t c = 0; c < 3; ++c) {
      CHECK(std::abs(tensor(trainer, "bn1.running_mean").data[c] - mean[c + 1]) < 1e-5);
      CHECK(tensor(trainer, "bn1.running_var").data[c] ==
            doctest::Approx(variance[c + 1]).epsilon(1e-5));
    }
  }
}

TEST_CASE("evaluation and prediction use the running statistics, whatever else is evaluated") {
  SerialExecutor executor;
  Trainer trainer(two_norms(0.1), {.batch_size = kBatch}, executor);
  const Dataset data = pattern_images(kImages, 6, 4);
  trainer.set_data(Split::kTrain, data);
  trainer.set_data(Split::kTest, data);
  trainer.train_steps(10);
  const std::uint64_t before = trainer.model().parameter_hash();
  const double all = trainer.evaluate(Split::kTest, 0, kImages).loss_sum;
  double sum = 0.0;
  for (std::size_t i = 0; i < kImages; ++i) {
    sum += trainer.evaluate(Split::kTest, i, 1).loss_sum;
  }
  CHECK(sum == all);
  CHECK(trainer.model().parameter_hash() == before);

  // Other statistics, other predictions.
  const std::vector<float> pixels(data.pixels(0), data.pixels(0) + 36);
  const std::vector<float> prediction = trainer.predict(pixels);
  std::vector<NamedTensor> tensors = trainer.parameters();
  tensors[9].data[0] *= 4.0F;
  trainer.set_parameters(tensors);
  CHECK(difference(trainer.predict(pixels), prediction) != "");
}

TEST_CASE("asking for gradients leaves the running statistics as they are") {
  SerialExecutor executor;
  Trainer trainer(branched_model(), {.batch_size = kBatch}, executor);
  trainer.set_data(Split::kTrain, pattern_images(kImages, 8, 4));
  trainer.train_steps(3);
  const std::vector<std::uint8_t> before = trainer.save();
  (void)trainer.gradients(noise_images(21, 8, 4));
  CHECK(trainer.save() == before);
}

TEST_CASE("one value a channel becomes the bias and leaves the running statistics as they are") {
  SerialExecutor executor;
  const ModelSpec spec{.name = "vector",
                       .input = {1, 4, 4},
                       .layers = {flatten("flatten"), linear("fc1", 3),
                                  plain("bn", LayerType::kBatchNorm1d), linear("fc2", 4)}};
  // 5 images in mini-batches of 4: the second one has one sample.
  Trainer trainer(spec, {.batch_size = 4, .optimizer = {.type = OptimizerType::kSgd}}, executor);
  trainer.set_data(Split::kTrain, noise_images(5, 4, 4));
  trainer.train_steps(1);
  const std::vector<float> mean = tensor(trainer, "bn.running_mean").data;
  const std::vector<float> variance = tensor(trainer, "bn.running_var").data;
  CHECK(mean[0] != 0.0F);
  CHECK(!trainer.train_steps(1).divergence);
  CHECK(tensor(trainer, "bn.running_mean").data == mean);
  CHECK(tensor(trainer, "bn.running_var").data == variance);
  // Nothing of what comes before the norm reaches the loss.
  for (const NamedTensor& gradient : trainer.gradients(noise_images(1, 4, 4))) {
    const bool before = gradient.name == "fc1.weight" || gradient.name == "bn.weight";
    for (const float d : gradient.data) {
      CHECK((!before || std::abs(d) < 1e-4F));
    }
  }
  trainer.train_steps(1);
  CHECK(tensor(trainer, "bn.running_mean").data != mean);
}

TEST_CASE("what earlier mini-batches left in unused lanes changes nothing") {
  for (const ModelSpec& spec : {branched_model(), small_model()}) {
    SerialExecutor executor;
    Trainer used(spec, {.seed = 4}, executor);
    Trainer fresh(spec, {.seed = 4}, executor);
    (void)used.gradients(pattern_images(24, 8, 4));
    const Dataset eleven = noise_images(11, 8, 4);
    const std::vector<NamedTensor> actual = used.gradients(eleven);
    const std::vector<NamedTensor> expected = fresh.gradients(eleven);
    REQUIRE(actual.size() == expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
      CHECK(difference(actual[i].data, expected[i].data) == "");
    }
    used.set_data(Split::kTest, eleven);
    fresh.set_data(Split::kTest, eleven);
    CHECK(used.evaluate(Split::kTest, 0, 11).loss_sum ==
          fresh.evaluate(Split::kTest, 0, 11).loss_sum);
  }
}

TEST_CASE("the same samples in another order have the same gradients but for rounding") {
  SerialExecutor executor;
  Trainer trainer(branched_model(), {.seed = 4}, executor);
  const Dataset data = noise_images(11, 8, 4);
  Images images{.count = 11, .height = 8, .width = 8, .pixels = {}};
  std::vector<std::uint8_t> labels;
  for (std::size_t i = 0; i < 11; ++i) {
    const std::size_t from = (i * 7 + 3) % 11;  // changes lanes and blocks
    images.pixels.insert(images.pixels.end(), data.pixels(from), data.pixels(from) + 64);
    labels.push_back(data.label(from));
  }
  const std::vector<NamedTensor> expected = trainer.gradients(data);
  const std::vector<NamedTensor> actual = trainer.gradients({std::move(images), std::move(labels)});
  for (std::size_t t = 0; t < expected.size(); ++t) {
    for (std::size_t i = 0; i < expected[t].data.size(); ++i) {
      REQUIRE(std::abs(actual[t].data[i] - expected[t].data[i]) < 1e-5F);
    }
  }
}
}  // namespace tinycnn::test
