// SPDX-License-Identifier: MIT
// Images of several channels, and predictions of many images: they lie as [N][C][H][W] everywhere.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "support/bits.h"
#include "support/datasets.h"
#include "support/random_values.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/augment.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"
#include "tinycnn/zoo.h"

namespace tinycnn::test {
namespace {

constexpr int kCount = 21;
constexpr int kChannels = 3;
constexpr int kHeight = 5;
constexpr int kWidth = 4;
constexpr std::size_t kArea = std::size_t{kHeight} * kWidth;
constexpr std::size_t kSize = kChannels * kArea;

Images colours() {
  Images images{
      .count = kCount, .channels = kChannels, .height = kHeight, .width = kWidth, .pixels = {}};
  for (std::size_t i = 0; i < kCount * kSize; ++i) {
    images.pixels.push_back(static_cast<std::uint8_t>(i * i * 13 + i / 7));
  }
  return images;
}

Dataset coloured() {
  std::vector<std::uint8_t> labels;
  for (int i = 0; i < kCount; ++i) {
    labels.push_back(static_cast<std::uint8_t>(i % 3));
  }
  return {colours(), labels};
}

ModelSpec network() {
  return model({kChannels, kHeight, kWidth},
               {conv2d("conv", 4, {3, 3}), relu("relu"), flatten("flatten"), linear("fc", 3)});
}

std::vector<float> floats(const Dataset& data, std::size_t index) {
  return {data.pixels(index), data.pixels(index) + kSize};
}

}  // namespace

TEST_CASE("a network of three channels trains on images of three, evaluates and predicts alike") {
  SerialExecutor executor;
  Trainer trainer(network(), {.optimizer = {.learning_rate = 0.01}}, executor);
  const Dataset data = coloured();
  trainer.set_data(Split::kTrain, data);
  const double before = trainer.evaluate(Split::kTrain, 0, kCount).loss_sum;
  trainer.train_steps(60);
  const Evaluation after = trainer.evaluate(Split::kTrain, 0, kCount);
  CHECK(after.loss_sum < 0.7 * before);
  for (std::size_t i = 0; i < kCount; ++i) {
    const std::vector<float> probabilities = trainer.predict(floats(data, i));
    const auto best = std::ranges::max_element(probabilities) - probabilities.begin();
    CHECK(best == after.predicted[i]);
  }
}

TEST_CASE("each channel reaches the weights that read it") {
  SerialExecutor executor;
  Trainer trainer(model({kChannels, 1, 1}, {flatten("flatten"), linear("fc", 2)}),
                  {.normalization = {.mean = 0.0, .std = 1.0 / 255.0}}, executor);
  std::vector<NamedTensor> weights = trainer.parameters();
  weights[0].data = {1.0F, 10.0F, 100.0F, 0.0F, 0.0F, 0.0F};
  weights[1].data = {0.0F, 0.0F};
  trainer.set_parameters(weights);
  CHECK(trainer.logits(std::vector<float>{2.0F, 3.0F, 4.0F}).front() == doctest::Approx(432.0));
}

TEST_CASE("images of another number of channels are refused with both shapes") {
  SerialExecutor executor;
  Trainer trainer(network(), {}, executor);
  CHECK(wrong_refusal([&] { trainer.set_data(Split::kTrain, noise_images(4, 5, 3)); },
                      {"[data]", "[3,5,4]", "[1,5,5]"}) == "");
}

TEST_CASE("data of several channels are held to their number of bytes, whatever wraps around") {
  Images images = colours();
  images.pixels.pop_back();
  const std::vector<std::uint8_t> labels(kCount);
  CHECK(wrong_refusal([&] { Dataset(images, labels); }, {"[data]", "5x4 in 3 channels"}) == "");
  images.channels = 0;
  CHECK(wrong_refusal([&] { Dataset(images, labels); }, {"[data]", "in 0 channels"}) == "");
  constexpr int kMax = std::numeric_limits<int>::max();
  images.channels = images.height = images.width = images.count = kMax;
  CHECK(wrong_refusal([&] { Dataset(images, labels); }, {"[data]"}) == "");
}

TEST_CASE("augmentation distorts all channels of an image alike") {
  const Images images = colours();
  const Augmenter augmenter({.degrees = 30.0, .elastic_alpha = 1.0}, kHeight, kWidth);
  AugmentScratch scratch = augmenter.make_scratch();
  const AugmentKey key{.seed = 4, .epoch = 2, .index = 9};
  std::vector<std::uint8_t> whole(images.pixels.begin(), images.pixels.begin() + kSize);
  augmenter.augment(key, whole, whole, scratch);
  for (std::size_t c = 0; c < kChannels; ++c) {
    const auto* plane = images.pixels.data() + c * kArea;
    std::vector<std::uint8_t> alone(plane, plane + kArea);
    augmenter.augment(key, alone, alone, scratch);
    CHECK(std::ranges::equal(alone, std::span(whole).subspan(c * kArea, kArea)));
  }
}

TEST_CASE("a batch of predictions is each image's own prediction, bit for bit") {
  SerialExecutor executor;
  for (const LossType loss : {LossType::kCrossEntropy, LossType::kMeanSquaredError}) {
    Trainer trainer(network(), {.loss = {.type = loss}}, executor);
    const Dataset data = coloured();
    std::vector<float> all;
    std::vector<float> expected;
    for (std::size_t i = 0; i < kCount; ++i) {
      const std::vector<float> image = floats(data, i);
      const std::vector<float> probabilities = trainer.predict(image);
      all.insert(all.end(), image.begin(), image.end());
      expected.insert(expected.end(), probabilities.begin(), probabilities.end());
    }
    CHECK(difference(trainer.predict_batch(all), expected) == "");
    CHECK(trainer.predict_batch({}).empty());
    all.pop_back();
    CHECK(wrong_refusal([&] { (void)trainer.predict_batch(all); },
                        {"[predictBatch]", "images of 60 pixels", "1259"}) == "");
  }
}

TEST_CASE("every network of the zoo predicts an image alone as among others, bit for bit") {
  // A full block, and one of two images.
  constexpr std::size_t kImages = kLanes + 2;
  SerialExecutor executor;
  for (const ZooEntry& entry : zoo()) {
    CAPTURE(entry.id);
    Trainer trainer(entry.spec, {}, executor);
    const Buffer images = RandomValues().floats(kImages * entry.spec.input.size());
    std::vector<float> expected;
    for (std::size_t i = 0; i < kImages; ++i) {
      const auto image = std::span<const float>(images).subspan(i * entry.spec.input.size(),
                                                                entry.spec.input.size());
      const std::vector<float> probabilities = trainer.predict(image);
      expected.insert(expected.end(), probabilities.begin(), probabilities.end());
    }
    CHECK(difference(trainer.predict_batch(images), expected) == "");
  }
}

}  // namespace tinycnn::test
