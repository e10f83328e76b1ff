// SPDX-License-Identifier: MIT
// What a trainer does: it learns, counts steps and epochs, evaluates, predicts and shows layers.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "support/bits.h"
#include "support/datasets.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"

namespace tinycnn::test {
namespace {

/// A trainer of small_model on 8x8 patterns of 4 classes.
struct SmallRun {
  explicit SmallRun(const TrainerOptions& options = {}, int samples = 100)
      : trainer(small_model(), options, executor) {
    trainer.set_data(Split::kTrain, pattern_images(samples, 8, 4, 1));
    trainer.set_data(Split::kTest, pattern_images(60, 8, 4, 2));
  }
  [[nodiscard]] double test_accuracy() {
    const Evaluation e = trainer.evaluate(Split::kTest, 0, 60);
    return static_cast<double>(e.correct) / static_cast<double>(e.count);
  }

  SerialExecutor executor;
  Trainer trainer;
};

std::vector<float> pixels_of(const Dataset& data, std::size_t index) {
  const std::uint8_t* pixels = data.pixels(index);
  return {pixels, pixels + static_cast<std::ptrdiff_t>(data.height()) * data.width()};
}

}  // namespace

TEST_CASE(
    "training learns patterns it has not seen to more than 95 percent, with Adam and with SGD") {
  for (const OptimizerOptions& optimizer :
       {OptimizerOptions{.learning_rate = 0.01},
        OptimizerOptions{.type = OptimizerType::kSgd, .learning_rate = 0.05, .momentum = 0.9}}) {
    SmallRun run({.optimizer = optimizer}, 400);
    const double before = run.trainer.evaluate(Split::kTest, 0, 60).loss_sum / 60.0;
    CHECK(before == doctest::Approx(std::log(4.0)).epsilon(0.3));  // an untrained guess
    run.trainer.train_steps(200);
    CHECK(run.test_accuracy() > 0.95);
    CHECK(run.trainer.evaluate(Split::kTest, 0, 60).loss_sum / 60.0 < 0.2);
  }
}

TEST_CASE("steps, epochs and samples are counted, the ragged last batch included") {
  SmallRun run({.batch_size = 16}, 100);
  CHECK(run.trainer.steps_per_epoch() == 7);
  const TrainResult six = run.trainer.train_steps(6);
  CHECK(six.step == 6);
  CHECK(six.epoch == 0);
  CHECK(six.samples == 96);
  const TrainResult seventh = run.trainer.train_steps(1);
  CHECK(seventh.step == 7);
  CHECK(seventh.epoch == 1);
  CHECK(seventh.samples == 4);
  CHECK(run.trainer.train_steps(14).epoch == 3);
  CHECK(run.trainer.step() == 21);
}

TEST_CASE("a batch larger than the data set is the whole data set") {
  SmallRun run({.batch_size = 4096}, 37);
  CHECK(run.trainer.steps_per_epoch() == 1);
  const TrainResult result = run.trainer.train_steps(2);
  CHECK(result.samples == 74);
  CHECK(result.epoch == 2);
  CHECK(std::isfinite(result.loss));
}

TEST_CASE("an epoch visits every image once, in whatever order") {
  // With a rate of 0 nothing changes, so the mean over an epoch is that of an evaluation.
  for (const int batch : {1, 7, 16, 100}) {
    SmallRun run({.batch_size = batch, .optimizer = {.learning_rate = 0.0}}, 50);
    const auto steps = static_cast<int>(run.trainer.steps_per_epoch());
    const Evaluation all = run.trainer.evaluate(Split::kTrain, 0, 50);
    for (int epoch = 0; epoch < 2; ++epoch) {
      const TrainResult result = run.trainer.train_steps(steps);
      CHECK(result.samples == 50);
      CHECK(result.loss == doctest::Approx(all.loss_sum / 50.0).epsilon(1e-9));
      CHECK(result.accuracy == doctest::Approx(static_cast<double>(all.correct) / 50.0));
    }
  }
}

TEST_CASE("steps taken one at a time are the steps taken at once") {
  SmallRun at_once;
  SmallRun one_by_one;
  const TrainResult expected = at_once.trainer.train_steps(15);
  double loss_sum = 0.0;
  std::size_t samples = 0;
  for (int i = 0; i < 15; ++i) {
    const TrainResult result = one_by_one.trainer.train_steps(1);
    loss_sum += result.loss * static_cast<double>(result.samples);
    samples += result.samples;
  }
  CHECK(samples == expected.samples);
  CHECK(loss_sum / static_cast<double>(samples) == doctest::Approx(expected.loss).epsilon(1e-12));
  CHECK(one_by_one.trainer.save() == at_once.trainer.save());
}

TEST_CASE("the schedule sets the rate of each step") {
  SmallRun run({.optimizer = {.learning_rate = 0.01},
                .schedule = {.type = ScheduleType::kOneCycle, .total_steps = 10}});
  CHECK(run.trainer.train_steps(1).learning_rate == doctest::Approx(0.0004));
  CHECK(run.trainer.train_steps(2).learning_rate == doctest::Approx(0.01));
  CHECK(run.trainer.train_steps(7).learning_rate == doctest::Approx(0.01 / 250'000.0));
}

TEST_CASE("evaluating in slices adds up to evaluating at once, and trains nothing") {
  SmallRun run;
  run.trainer.train_steps(5);
  const std::uint64_t before = run.trainer.model().parameter_hash();
  const Evaluation all = run.trainer.evaluate(Split::kTest, 0, 60);
  Evaluation sum{.confusion = std::vector<std::uint32_t>(16), .predicted = {}};
  for (std::size_t first = 0; first < 60; first += 13) {
    const Evaluation slice = run.trainer.evaluate(Split::kTest, first, 13);
    sum.count += slice.count;
    sum.correct += slice.correct;
    sum.loss_sum += slice.loss_sum;
    std::ranges::transform(sum.confusion, slice.confusion, sum.confusion.begin(), std::plus());
    sum.predicted.insert(sum.predicted.end(), slice.predicted.begin(), slice.predicted.end());
  }
  CHECK(sum.count == 60);
  CHECK(sum.correct == all.correct);
  CHECK(sum.loss_sum == doctest::Approx(all.loss_sum).epsilon(1e-12));
  CHECK(sum.confusion == all.confusion);
  CHECK(sum.predicted == all.predicted);
  CHECK(run.trainer.model().parameter_hash() == before);
  CHECK(run.trainer.step() == 5);
}

TEST_CASE("a slice is cut at the end of its split") {
  SmallRun run;
  CHECK(run.trainer.evaluate(Split::kTest, 50, 1000).count == 10);
  CHECK(run.trainer.evaluate(Split::kTest, 60, 1).count == 0);
  CHECK(run.trainer.evaluate(Split::kTest, 1'000'000, 1).count == 0);
  CHECK(run.trainer.evaluate(Split::kTest, 1, std::numeric_limits<std::size_t>::max()).count == 59);
}

TEST_CASE("the confusion matrix has the labels in its rows and the hits on its diagonal") {
  SmallRun run;
  run.trainer.train_steps(30);
  const Dataset test = pattern_images(60, 8, 4, 2);
  const Evaluation e = run.trainer.evaluate(Split::kTest, 0, 60);
  std::size_t hits = 0;
  for (std::size_t label = 0; label < 4; ++label) {
    std::uint32_t expected = 0;
    for (std::size_t i = 0; i < test.size(); ++i) {
      expected += test.label(i) == label ? 1 : 0;
    }
    const auto row = e.confusion.begin() + static_cast<std::ptrdiff_t>(label * 4);
    CHECK(std::accumulate(row, row + 4, 0U) == expected);
    hits += e.confusion[label * 5];
  }
  CHECK(hits == e.correct);
}

TEST_CASE("predictions are probabilities and agree with the evaluation") {
  SmallRun run;
  run.trainer.train_steps(60);
  const Dataset test = pattern_images(60, 8, 4, 2);
  std::size_t correct = 0;
  double loss = 0.0;
  for (std::size_t i = 0; i < test.size(); ++i) {
    const std::vector<float> p = run.trainer.predict(pixels_of(test, i));
    REQUIRE(p.size() == 4);
    CHECK(std::accumulate(p.begin(), p.end(), 0.0) == doctest::Approx(1.0).epsilon(1e-6));
    correct += std::ranges::max_element(p) - p.begin() == test.label(i) ? 1 : 0;
    loss -= std::log(static_cast<double>(p[test.label(i)]));
  }
  const Evaluation e = run.trainer.evaluate(Split::kTest, 0, 60);
  CHECK(correct == e.correct);
  CHECK(loss == doctest::Approx(e.loss_sum).epsilon(1e-5));
}

TEST_CASE("activations run from the normalised input over every layer to softmax") {
  SmallRun run;
  const std::vector<float> pixels = pixels_of(pattern_images(1, 8, 4, 2), 0);
  const std::vector<ActivationMap> maps = run.trainer.activations(pixels);
  std::vector<std::string> names;
  for (const ActivationMap& map : maps) {
    names.push_back(map.name);
    CHECK(map.data.size() == map.shape.size());
  }
  CHECK(names == std::vector<std::string>{"input", "conv", "relu1", "pool", "flatten", "fc1",
                                          "relu2", "fc2", "softmax"});
  CHECK(maps[0].data[5] == doctest::Approx((pixels[5] / 255.0 - 0.1307) / 0.3081).epsilon(1e-6));
  CHECK(difference(maps[3].data, maps[4].data) == "");
  CHECK(difference(maps.back().data, run.trainer.predict(pixels)) == "");
  CHECK(maps[1].type == "conv2d");
  CHECK(maps[1].shape == Shape{3, 4, 8});
}

TEST_CASE("looking at predictions, layers and gradients leaves the training as it was") {
  SmallRun looked_at;
  SmallRun left_alone;
  const Dataset other = pattern_images(20, 8, 4, 3);
  for (int i = 0; i < 5; ++i) {
    looked_at.trainer.train_steps(3);
    left_alone.trainer.train_steps(3);
    const std::vector<float> image = pixels_of(other, 0);
    (void)looked_at.trainer.predict(image);
    (void)looked_at.trainer.predict_batch(image);
    (void)looked_at.trainer.logits(image);
    (void)looked_at.trainer.activations(image);
    (void)looked_at.trainer.parameters();
    (void)looked_at.trainer.evaluated_parameters();
    (void)looked_at.trainer.gradients(other);
    (void)looked_at.trainer.evaluate(Split::kTest, 0, 60);
  }
  CHECK(looked_at.trainer.save() == left_alone.trainer.save());
}

TEST_CASE("a data set can be swapped, with another size, while weights and step stay") {
  SmallRun run;
  run.trainer.train_steps(10);
  const std::vector<std::uint8_t> before = run.trainer.save();
  run.trainer.set_data(Split::kTrain, pattern_images(33, 8, 4, 9));
  CHECK(run.trainer.save() == before);
  CHECK(run.trainer.steps_per_epoch() == 3);
  const TrainResult result = run.trainer.train_steps(2);
  CHECK(result.step == 12);
  CHECK(result.epoch == 4);
  CHECK(result.samples == 17);  // steps 10 and 11 of 3 an epoch: a full batch and the last one
}

TEST_CASE("a data set swapped within an epoch is visited as if it had been there from the start") {
  for (const int size : {33, 90}) {
    const Dataset data = pattern_images(size, 8, 4, 9);
    const TrainerOptions options{.optimizer = {.learning_rate = 0.0}};
    SmallRun swapped(options, 60);
    SmallRun from_start(options, 60);
    from_start.trainer.set_data(Split::kTrain, data);
    swapped.trainer.train_steps(1);
    from_start.trainer.train_steps(1);
    swapped.trainer.set_data(Split::kTrain, data);
    CHECK(swapped.trainer.train_steps(2).loss == from_start.trainer.train_steps(2).loss);
  }
}

TEST_CASE("a diverged run shows as a NaN loss, not as an exception or a number") {
  SmallRun run;
  std::vector<NamedTensor> parameters = run.trainer.parameters();
  parameters[0].data[0] = std::numeric_limits<float>::quiet_NaN();
  run.trainer.set_parameters(parameters);
  CHECK(std::isnan(run.trainer.train_steps(1).loss));
  CHECK(std::isnan(run.trainer.evaluate(Split::kTest, 0, 60).loss_sum));
  CHECK(std::isnan(run.trainer.predict(std::vector<float>(64, 100.0F))[0]));
  run.trainer.rewind(1);
  CHECK(std::isfinite(run.trainer.train_steps(1).loss));
}

}  // namespace tinycnn::test
