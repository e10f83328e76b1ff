// SPDX-License-Identifier: MIT
// Clipping, averages of the weights and losses, as a training uses them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "support/bits.h"
#include "support/datasets.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"

namespace tinycnn::test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

class Run {
 public:
  explicit Run(const TrainerOptions& options, const ModelSpec& spec = small_model())
      : trainer_(spec, options, executor_) {
    trainer_.set_data(Split::kTrain, pattern_images(60, 8, 4));
    trainer_.set_data(Split::kTest, pattern_images(30, 8, 4, 1));
  }
  Trainer* operator->() { return &trainer_; }

 private:
  SerialExecutor executor_;
  Trainer trainer_;
};

/// Of what is trained, in the order of the state_dict.
std::vector<float> trained_values(const std::vector<NamedTensor>& tensors) {
  std::vector<float> values;
  for (const NamedTensor& tensor : tensors) {
    if (tensor.name.find(".running_") == std::string::npos) {
      values.insert(values.end(), tensor.data.begin(), tensor.data.end());
    }
  }
  return values;
}

double norm(const std::vector<float>& values) {
  double sum = 0.0;
  for (const float value : values) {
    sum += static_cast<double>(value) * value;
  }
  return std::sqrt(sum);
}

std::vector<float> average_of(Run& run) { return decode_checkpoint(run->save()).average; }

std::vector<float> image() {
  const Dataset one = pattern_images(1, 8, 4);
  return {one.pixels(0), one.pixels(0) + 64};
}

/// Plain SGD with a rate of 1: a step is the gradient.
TrainerOptions clipped(double clip_norm) {
  return {.batch_size = 60,
          .optimizer = {.type = OptimizerType::kSgd, .learning_rate = 1.0, .clip_norm = clip_norm}};
}

}  // namespace

TEST_CASE("clipping bounds the gradient's norm over all parameters and keeps its direction") {
  for (const double clip_norm : {0.01, 0.1}) {
    Run run(clipped(clip_norm));
    const std::vector<float> gradient = trained_values(run->gradients(pattern_images(60, 8, 4)));
    REQUIRE(norm(gradient) > clip_norm);
    const std::vector<float> before = trained_values(run->parameters());
    run->train_steps(1);
    const std::vector<float> after = trained_values(run->parameters());
    std::vector<float> step;
    for (std::size_t i = 0; i < before.size(); ++i) {
      step.push_back(before[i] - after[i]);
      const double expected = gradient[i] * clip_norm / (norm(gradient) + 1e-6);
      REQUIRE(std::abs(step[i] - expected) < 1e-6);
    }
    CHECK(norm(step) == doctest::Approx(clip_norm).epsilon(1e-3));
  }
}

TEST_CASE("a gradient within the bound is left alone, bit for bit") {
  Run clipping(clipped(1e6));
  Run plain(clipped(0.0));
  clipping->train_steps(5);
  plain->train_steps(5);
  CHECK(clipping->model().parameter_hash() == plain->model().parameter_hash());
}

TEST_CASE("the average of the weights equals a recomputation in double precision") {
  for (const double decay : {0.1, 0.5, 0.999}) {
    Run run({.batch_size = 20, .optimizer = {.learning_rate = 0.01}, .ema_decay = decay},
            branched_model());
    std::vector<double> expected;
    for (int step = 0; step < 12; ++step) {
      run->train_steps(1);
      const std::vector<float> now = trained_values(run->parameters());
      if (step == 0) {
        expected.assign(now.begin(), now.end());
      }
      const double warm = std::min(decay, step / (step + 9.0));
      for (std::size_t i = 0; i < now.size(); ++i) {
        expected[i] = warm * expected[i] + (1.0 - warm) * now[i];
      }
    }
    const std::vector<float> average = average_of(run);
    REQUIRE(average.size() == expected.size());
    for (std::size_t i = 0; i < average.size(); ++i) {
      REQUIRE(std::abs(average[i] - expected[i]) < 1e-6);
    }
  }
}

TEST_CASE("an average evaluates and predicts, and does not touch the training") {
  const OptimizerOptions optimizer{.learning_rate = 0.02};
  Run averaging({.optimizer = optimizer, .ema_decay = 0.95}, branched_model());
  Run plain({.optimizer = optimizer}, branched_model());
  CHECK(difference(averaging->predict(image()), plain->predict(image())) == "");
  CHECK(averaging->train_steps(10).loss == plain->train_steps(10).loss);
  CHECK(averaging->model().parameter_hash() == plain->model().parameter_hash());
  CHECK(difference(averaging->predict(image()), plain->predict(image())) != "");

  // The same predictions from a model whose weights are the average.
  const std::vector<float> average = average_of(averaging);
  auto next = average.begin();
  std::vector<NamedTensor> tensors = plain->parameters();
  for (NamedTensor& tensor : tensors) {
    if (tensor.name.find(".running_") == std::string::npos) {
      const auto end = next + static_cast<std::ptrdiff_t>(tensor.data.size());
      tensor.data.assign(next, end);
      next = end;
    }
  }
  plain->set_parameters(tensors);
  CHECK(difference(averaging->predict(image()), plain->predict(image())) == "");
  CHECK(averaging->evaluate(Split::kTest, 0, 30).loss_sum ==
        plain->evaluate(Split::kTest, 0, 30).loss_sum);
}

TEST_CASE("weights that are set are the weights that predict, also where there is an average") {
  Run averaging({.ema_decay = 0.99});
  Run plain({.seed = 5});
  averaging->train_steps(5);
  averaging->set_parameters(plain->parameters());
  CHECK(difference(averaging->predict(image()), plain->predict(image())) == "");
  averaging->rewind(5);
  CHECK(difference(averaging->predict(image()), plain->predict(image())) == "");
}

TEST_CASE(
    "a training with squared error or log probabilities learns, and predicts a distribution") {
  for (const LossOptions& loss : {LossOptions{.type = LossType::kMeanSquaredError},
                                  LossOptions{.type = LossType::kNegativeLogLikelihood},
                                  LossOptions{.label_smoothing = 0.1}}) {
    std::vector<LayerSpec> layers{flatten("flatten"), linear("fc", 4)};
    if (loss.type == LossType::kMeanSquaredError) {
      layers.push_back(plain("sigmoid", LayerType::kSigmoid));
    } else if (loss.type == LossType::kNegativeLogLikelihood) {
      layers.push_back(plain("log_softmax", LayerType::kLogSoftmax));
    }
    Run run({.optimizer = {.learning_rate = 0.01}, .loss = loss}, model({1, 8, 8}, layers));
    const double before = run->evaluate(Split::kTest, 0, 30).loss_sum;
    run->train_steps(60);
    const Evaluation after = run->evaluate(Split::kTest, 0, 30);
    CHECK(after.loss_sum < before);
    CHECK(after.correct >= 25);
    double sum = 0.0;
    for (const float probability : run->predict(image())) {
      CHECK(probability >= 0.0F);
      sum += probability;
    }
    CHECK(sum == doctest::Approx(1.0).epsilon(1e-5));
  }
}

TEST_CASE("invalid losses and averages are refused") {
  const auto wrong = [](const TrainerOptions& options,
                        std::initializer_list<std::string_view> parts) {
    return wrong_refusal([&] { const Run refused(options); }, parts);
  };
  for (const double smoothing : {-0.1, 1.0, kNaN}) {
    CHECK(wrong({.loss = {.label_smoothing = smoothing}},
                {"[loss]", "label smoothing from 0 to below 1", "got"}) == "");
  }
  CHECK(wrong({.loss = {.type = static_cast<LossType>(9)}},
              {"[loss]", "a known type", "got number 9"}) == "");
  for (const double decay : {-0.1, 1.0, kNaN}) {
    CHECK(wrong({.ema_decay = decay}, {"[trainer]", "emaDecay from 0 to below 1", "got"}) == "");
  }
  CHECK(wrong({.augment = {.degrees = -5.0}}, {"[augment]", "got -5"}) == "");
}

}  // namespace tinycnn::test
