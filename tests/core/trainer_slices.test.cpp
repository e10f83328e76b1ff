// SPDX-License-Identifier: MIT
// A mini-batch trained in slices ends with the bits of one trained at once, and until it is through
// nothing of it shows.
#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <optional>
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

// 7 blocks, the last one ragged; 90 images are two mini-batches.
const TrainerOptions kOptions{.seed = 3,
                              .batch_size = 53,
                              .ema_decay = 0.9,
                              .augment = {.degrees = 10.0, .elastic_alpha = 1.0}};

class Run {
 public:
  explicit Run(const ModelSpec& spec, const TrainerOptions& options = kOptions)
      : trainer_(spec, options, executor_) {
    trainer_.set_data(Split::kTrain, pattern_images(90, 8, 4));
    trainer_.set_data(Split::kTest, pattern_images(20, 8, 4, 1));
  }
  Trainer* operator->() { return &trainer_; }
  TrainResult finish(int rounds) {
    for (;;) {
      if (const std::optional<TrainResult> result = trainer_.train_slice(rounds)) {
        return *result;
      }
    }
  }

 private:
  SerialExecutor executor_;
  Trainer trainer_;
};

std::vector<float> image() {
  const Dataset one = pattern_images(1, 8, 4);
  return {one.pixels(0), one.pixels(0) + 64};
}

}  // namespace

TEST_CASE("mini-batches in slices of any size end with the bits of whole ones") {
  for (const ModelSpec& spec : {small_model(), branched_model()}) {
    for (const int rounds : {1, 2, 3, 7, 8, 1000}) {
      Run whole(spec);
      Run sliced(spec);
      for (int step = 0; step < 5; ++step) {
        const TrainResult expected = whole->train_steps(1);
        const TrainResult result = sliced.finish(rounds);
        CHECK(result.step == expected.step);
        CHECK(result.epoch == expected.epoch);
        CHECK(result.samples == expected.samples);
        CHECK(result.loss == expected.loss);
        CHECK(result.accuracy == expected.accuracy);
        CHECK(result.learning_rate == expected.learning_rate);
        CHECK(sliced->save() == whole->save());
      }
    }
  }
}

TEST_CASE(
    "a slice is a part: a mini-batch of 7 blocks takes 7 of one block, and more with batch norm") {
  const auto slices = [](const ModelSpec& spec) {
    Run run(spec);
    int count = 1;
    while (!run->train_slice(1)) {
      ++count;
    }
    return count;
  };
  CHECK(slices(small_model()) == 7);
  CHECK(slices(branched_model()) > 7);
}

TEST_CASE("within a mini-batch all that can be seen is as before it") {
  for (const ModelSpec& spec : {small_model(), branched_model()}) {
    Run run(spec);
    run->train_steps(3);
    const std::vector<std::uint8_t> before = run->save();
    const std::vector<float> probabilities = run->predict(image());
    for (int slices = 1; !run->train_slice(1); ++slices) {
      CAPTURE(slices);
      CHECK(run->step() == 3);
      CHECK(run->save() == before);
      CHECK(difference(run->predict(image()), probabilities) == "");
      CHECK(difference(run->predict_batch(image()), probabilities) == "");
      CHECK(difference(run->activations(image()).back().data, probabilities) == "");
    }
    CHECK(run->step() == 4);
    CHECK(run->save() != before);
  }
}

TEST_CASE("train_steps goes on with what a slice has begun") {
  Run whole(branched_model());
  whole->train_steps(3);
  Run mixed(branched_model());
  mixed->train_slice(4);
  mixed->train_steps(2);
  mixed->train_slice(9);
  mixed->train_steps(1);
  CHECK(mixed->save() == whole->save());
}

TEST_CASE("predictions in the middle of a mini-batch change no bit of it") {
  Run whole(branched_model());
  whole->train_steps(2);
  Run interrupted(branched_model());
  std::vector<float> images = image();
  for (int doubling = 0; doubling < 5; ++doubling) {
    const std::vector<float> again = images;
    images.insert(images.end(), again.begin(), again.end());
  }
  while (interrupted->step() < 2) {
    interrupted->train_slice(1);
    CHECK(interrupted->predict_batch(images).size() == 32 * 4);
    CHECK(interrupted->logits(image()).size() == 4);
  }
  CHECK(interrupted->save() == whole->save());
}

TEST_CASE("what changes the start of a mini-batch, or needs its memory, begins it anew") {
  const Dataset noise = noise_images(30, 8, 4);
  Run other(branched_model(), {.seed = 77, .augment = {.elastic_alpha = 1.0, .elastic_grid = 8}});
  other->train_steps(2);
  const std::vector<std::uint8_t> saved = other->save();
  const std::vector<NamedTensor> parameters = other->parameters();
  const std::vector<std::function<void(Trainer&)>> interruptions{
      [](Trainer& trainer) { trainer.evaluate(Split::kTest, 0, 20); },
      [&](Trainer& trainer) { static_cast<void>(trainer.gradients(noise)); },
      [&](Trainer& trainer) { trainer.set_data(Split::kTrain, noise); },
      [&](Trainer& trainer) { trainer.set_parameters(parameters); },
      [](Trainer& trainer) { trainer.rewind(5); },
      [&](Trainer& trainer) { trainer.load(saved); }};
  for (const auto& interrupt : interruptions) {
    Run interrupted(branched_model());
    interrupted->train_steps(1);
    for (int i = 0; i < 9; ++i) {
      REQUIRE(!interrupted->train_slice(1));
    }
    interrupt(*interrupted.operator->());
    interrupted.finish(2);
    Run straight(branched_model());
    straight->train_steps(1);
    interrupt(*straight.operator->());
    straight->train_steps(1);
    CHECK(interrupted->save() == straight->save());
  }
}

TEST_CASE("a divergence within slices leaves weights and running statistics as they were") {
  Run run(branched_model(),
          {.batch_size = 53, .optimizer = {.type = OptimizerType::kSgd, .learning_rate = 1e12}});
  std::optional<Divergence> divergence;
  std::vector<std::uint8_t> before;
  for (int step = 0; step < 20 && !divergence; ++step) {
    before = run->save();
    divergence = run.finish(3).divergence;
  }
  REQUIRE(divergence);
  CHECK(run->save() == before);
}

TEST_CASE("a slice of nothing, and a slice without data, are refused") {
  Run run(small_model());
  CHECK(wrong_refusal([&] { run->train_slice(0); }, {"[trainer]", "at least 1 round", "got 0"}) ==
        "");
  SerialExecutor executor;
  Trainer empty(small_model(), {}, executor);
  CHECK(wrong_refusal([&] { empty.train_slice(1); }, {"[trainer]", "train data"}) == "");
}

}  // namespace tinycnn::test
