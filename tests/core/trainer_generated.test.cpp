// SPDX-License-Identifier: MIT
// Generated digits among the training images: a pure function of (seed, epoch, index), so that
// threads and resuming change no bit.
#include <doctest/doctest.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "support/datasets.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/digit_generator.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"
#include "tinycnn/zoo.h"

namespace tinycnn::test {
namespace {

TrainerOptions with_share(double share) {
  return {.seed = 6,
          .optimizer = {.learning_rate = 5e-3},
          .augment = {.generated = share, .degrees = 5.0}};
}

class Run {
 public:
  explicit Run(const TrainerOptions& options)
      : trainer_(find_in_zoo("tinycnn").spec, options, executor_) {
    trainer_.set_data(Split::kTrain, pattern_images(150, 28, 10));
  }
  Trainer* operator->() { return &trainer_; }

 private:
  SerialExecutor executor_;
  Trainer trainer_;
};

}  // namespace

TEST_CASE("with a share of 1 a network learns digits that it has never been given") {
  Run run(with_share(1.0));
  run->set_data(Split::kTest, generate_digits(99, 0, 500));
  run->train_steps(400);
  CHECK(run->evaluate(Split::kTest, 0, 500).correct > 400);
}

TEST_CASE("what was loaded goes on as what was saved") {
  Run straight(with_share(0.4));
  straight->train_steps(17);  // in the middle of the second epoch
  const std::vector<std::uint8_t> saved = straight->save();
  straight->train_steps(20);
  Run resumed({.seed = 1});
  resumed->load(saved);
  CHECK(resumed->options().augment.generated == 0.4);
  resumed->train_steps(20);
  CHECK(resumed->save() == straight->save());
}

TEST_CASE("generated digits are drawn anew every epoch, and every share trains otherwise") {
  // One batch an epoch at a rate of nothing: the loss is that of the images alone.
  const auto losses = [](double share) {
    TrainerOptions options = with_share(share);
    options.batch_size = 150;
    options.optimizer = {.type = OptimizerType::kSgd, .learning_rate = 1e-30};
    options.augment.degrees = 0.0;
    Run run(options);
    const double first = run->train_steps(1).loss;
    return std::pair{first, run->train_steps(1).loss};
  };
  const auto [none_first, none_second] = losses(0.0);
  CHECK(none_first == doctest::Approx(none_second).epsilon(1e-6));
  const auto [half_first, half_second] = losses(0.5);
  CHECK(half_first != doctest::Approx(half_second).epsilon(1e-6));
  CHECK(half_first != doctest::Approx(none_first).epsilon(1e-6));
}

TEST_CASE("an augmented image is the generated digit that training sees in its place") {
  Run run(with_share(0.5));
  const Dataset given = pattern_images(150, 28, 10);
  for (const std::uint32_t epoch : {0U, 3U}) {
    int generated = 0;
    for (std::size_t index = 0; index < given.size(); ++index) {
      const DigitKey key{.seed = 6, .epoch = epoch, .index = index};
      std::vector<std::uint8_t> digit(784);
      generate_image(key, digit);
      const bool is_digit = run->augmented(index, epoch) == digit;
      CHECK(is_digit == is_generated(key, 0.5));
      generated += is_digit ? 1 : 0;
    }
    CHECK(generated > 50);
    CHECK(generated < 100);
  }
}

TEST_CASE("models that cannot take digits refuse them") {
  SerialExecutor executor;
  const auto wrong = [&](const ModelSpec& spec, double share) {
    return wrong_refusal([&] { Trainer(spec, with_share(share), executor); },
                         {"[augment]", "[1,28,28] in 10 classes", "got one for [1,8,8] in 4"});
  };
  CHECK(wrong(small_model(), 0.1) == "");
  CHECK_NOTHROW(Trainer(small_model(), with_share(0.0), executor));
  CHECK(wrong_refusal([&] { Run(with_share(1.1)); },
                      {"[augment]", "share of generated digits from 0 to 1", "got 1.1"}) == "");
}

}  // namespace tinycnn::test
