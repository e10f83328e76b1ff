// SPDX-License-Identifier: MIT
// When dropout drops, and that a training with it is a pure function of its seed.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "support/bits.h"
#include "support/datasets.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"

namespace tinycnn::test {
namespace {

ModelSpec dropping(double p) {
  return model({1, 6, 6}, {flatten("flatten"), dropout("drop", p), linear("fc", 4)});
}

/// A rate of 0 leaves the weights alone, so that only the masks differ from step to step.
constexpr TrainerOptions kStill{
    .seed = 6, .batch_size = 40, .optimizer = {.type = OptimizerType::kSgd, .learning_rate = 0.0}};

}  // namespace

TEST_CASE("dropout drops in training alone") {
  SerialExecutor executor;
  Trainer with(dropping(0.5), kStill, executor);
  Trainer without(dropping(0.0), kStill, executor);
  const Dataset data = noise_images(40, 6, 4);
  for (Trainer* trainer : {&with, &without}) {
    trainer->set_data(Split::kTrain, data);
    trainer->set_data(Split::kTest, data);
  }
  REQUIRE(with.model().parameter_hash() == without.model().parameter_hash());
  CHECK(with.train_steps(1).loss != without.train_steps(1).loss);
  CHECK(with.evaluate(Split::kTest, 0, 40).loss_sum ==
        without.evaluate(Split::kTest, 0, 40).loss_sum);
  CHECK(difference(with.gradients(data)[0].data, without.gradients(data)[0].data) == "");
  const std::vector<float> pixels(36, 100.0F);
  CHECK(difference(with.predict(pixels), without.predict(pixels)) == "");
}

TEST_CASE("masks change from step to step and with the seed, and come again after a rewind") {
  SerialExecutor executor;
  Trainer trainer(dropping(0.5), kStill, executor);
  trainer.set_data(Split::kTrain, noise_images(40, 6, 4));
  const std::vector<NamedTensor> weights = trainer.parameters();
  const double first = trainer.train_steps(1).loss;
  const double second = trainer.train_steps(1).loss;
  CHECK(first != second);
  trainer.rewind(6);
  CHECK(trainer.train_steps(1).loss == first);
  CHECK(trainer.train_steps(1).loss == second);
  trainer.rewind(7);
  trainer.set_parameters(weights);
  CHECK(trainer.train_steps(1).loss != first);
}

TEST_CASE("dropout layers of one model have masks of their own") {
  // The same layer in another place of the model: only its mask differs.
  const auto loss_of = [](std::vector<LayerSpec> layers) {
    SerialExecutor executor;
    Trainer trainer(model({1, 6, 6}, std::move(layers)), kStill, executor);
    trainer.set_data(Split::kTrain, noise_images(40, 6, 4));
    return trainer.train_steps(1).loss;
  };
  CHECK(loss_of({flatten("f"), linear("fc", 4), dropout("a", 0.5)}) !=
        loss_of({flatten("f"), linear("fc", 4), dropout("off", 0.0), dropout("a", 0.5)}));
}

}  // namespace tinycnn::test
