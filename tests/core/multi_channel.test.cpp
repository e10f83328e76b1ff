// SPDX-License-Identifier: MIT
// Images of several channels: [N][C][H][W] bytes train, evaluate and are distorted as grey ones.
#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "support/datasets.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/augment.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"

namespace tinycnn::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

ModelSpec colour_model() {
  return model({3, 8, 8}, {conv2d("conv", 6, {3, 3}, {.padding = {1, 1}}), relu("relu"),
                           max_pool2d("pool", {2, 2}), flatten("flatten"), linear("fc", 4)});
}

/// Images whose class is told by one channel's pattern alone; the others are noise.
Dataset pattern_in_channel(int channel, int count) {
  const Dataset patterns = pattern_images(count, 8, 4);
  const Dataset noise = noise_images(count, 8, 4, 3);
  Images images{.count = count, .channels = 3, .height = 8, .width = 8, .pixels = {}};
  Bytes labels;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    for (int c = 0; c < 3; ++c) {
      const std::uint8_t* from = c == channel ? patterns.pixels(i) : noise.pixels(i) + 64 * c;
      images.pixels.insert(images.pixels.end(), from, from + 64);
    }
    labels.push_back(patterns.label(i));
  }
  return {std::move(images), std::move(labels)};
}

}  // namespace

TEST_CASE("a data set of several channels has a byte for each, and says its shape") {
  const Dataset data({.count = 2,
                      .channels = 3,
                      .height = 1,
                      .width = 2,
                      .pixels = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}},
                     {0, 1});
  CHECK(data.shape() == Shape{3, 1, 2});
  CHECK(data.pixels(1)[0] == 7);
  CHECK(wrong_refusal(
            [] {
              const Dataset refused(
                  {.count = 2, .channels = 3, .height = 1, .width = 2, .pixels = Bytes(4)}, {0, 1});
            },
            {"[data]", "2 images of 1x2 in 3 channels", "got 4 bytes"}) == "");
  CHECK(wrong_refusal(
            [] {
              const Dataset refused(
                  {.count = 2, .channels = 0, .height = 1, .width = 2, .pixels = {}}, {0, 1});
            },
            {"[data]", "at least one pixel", "1x2 in 0 channels"}) == "");
}

TEST_CASE(
    "the network sees each channel's pixels in their place, in training and prediction alike") {
  SerialExecutor executor;
  Trainer trainer(colour_model(), {}, executor);
  const Dataset data = noise_images(20, 8, 4, 3);
  trainer.set_data(Split::kTest, data);
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::vector<float> pixels(data.pixels(i), data.pixels(i) + 192);
    const std::vector<float> input = trainer.activations(pixels).front().data;
    for (std::size_t p = 0; p < pixels.size(); ++p) {
      REQUIRE(input[p] == (pixels[p] / 255.0F - 0.1307F) / 0.3081F);
    }
    const double loss = -std::log(trainer.predict(pixels)[data.label(i)]);
    CHECK(trainer.evaluate(Split::kTest, i, 1).loss_sum == doctest::Approx(loss).epsilon(1e-4));
  }
}

TEST_CASE("a network learns from whichever channel tells the classes") {
  for (const int channel : {0, 1, 2}) {
    SerialExecutor executor;
    Trainer trainer(colour_model(), {.optimizer = {.learning_rate = 0.01}}, executor);
    trainer.set_data(Split::kTrain, pattern_in_channel(channel, 200));
    trainer.train_steps(150);
    CHECK(trainer.evaluate(Split::kTrain, 0, 200).correct > 190);
  }
}

TEST_CASE("all channels of an image are distorted alike") {
  constexpr int kSide = 20;
  const AugmentOptions options{.degrees = 30.0,
                               .translate_x = 0.2,
                               .elastic_alpha = 2.0,
                               .thickness_min = -1.0,
                               .thickness_max = 1.0};
  const Dataset data = noise_images(1, kSide, 4, 3);
  const Augmenter colour(options, kSide, kSide);
  const Augmenter grey(options, kSide, kSide);
  AugmentScratch scratch = colour.make_scratch();
  AugmentScratch grey_scratch = grey.make_scratch();
  constexpr std::size_t kArea = std::size_t{kSide} * kSide;
  const Bytes image(data.pixels(0), data.pixels(0) + 3 * kArea);
  Bytes out(image.size());
  colour.augment({7, 1, 2}, image, out, scratch);
  for (std::size_t c = 0; c < 3; ++c) {
    Bytes expected(kArea);
    grey.augment({7, 1, 2}, std::span(image).subspan(c * kArea, kArea), expected, grey_scratch);
    CHECK(Bytes(out.begin() + static_cast<std::ptrdiff_t>(c * kArea),
                out.begin() + static_cast<std::ptrdiff_t>((c + 1) * kArea)) == expected);
  }
  Bytes in_place = image;
  colour.augment({7, 1, 2}, in_place, in_place, scratch);
  CHECK(in_place == out);
}

TEST_CASE("training on distorted images of several channels sees what augmented gives") {
  SerialExecutor executor;
  const TrainerOptions options{.augment = {.degrees = 20.0}};
  Trainer trainer(colour_model(), options, executor);
  const Dataset data = noise_images(8, 8, 4, 3);
  trainer.set_data(Split::kTrain, data);
  double expected = 0.0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const Bytes image = trainer.augmented(i, 0);
    REQUIRE(image.size() == 192);
    expected -=
        std::log(trainer.predict(std::vector<float>(image.begin(), image.end()))[data.label(i)]);
  }
  CHECK(trainer.train_steps(1).loss == doctest::Approx(expected / 8).epsilon(1e-4));
}

}  // namespace tinycnn::test
