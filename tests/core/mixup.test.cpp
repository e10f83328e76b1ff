// SPDX-License-Identifier: MIT
// Mixup: which images are mixed, and in what shares, follows from (seed, epoch, index) alone.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "kernels/mix_images.h"
#include "support/datasets.h"
#include "support/random_values.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"
#include "tinycnn/zoo.h"
#include "training/sampler.h"

namespace tinycnn::test {
namespace {

TrainerOptions with_mixup(double alpha) { return {.seed = 6, .augment = {.mixup = alpha}}; }

class Run {
 public:
  explicit Run(const TrainerOptions& options) : trainer_(small_model(), options, executor_) {
    trainer_.set_data(Split::kTrain, pattern_images(90, 8, 4));
  }
  Trainer* operator->() { return &trainer_; }

 private:
  SerialExecutor executor_;
  Trainer trainer_;
};

/// Mean and mean square of the distance of the shares from one half, over 4,000 draws.
std::pair<double, double> moments(double alpha) {
  const Dataset data = noise_images(40, 2, 3);
  double mean = 0.0;
  double square = 0.0;
  for (std::uint32_t epoch = 0; epoch < 100; ++epoch) {
    for (std::size_t index = 0; index < data.size(); ++index) {
      const int share = mixture_of(data, with_mixup(alpha), {6, epoch, index}).share;
      CHECK(share >= 0);
      CHECK(share <= kernels::kWholeShare / 2);
      const double distance = 0.5 - share / 256.0;
      mean += distance / 4000.0;
      square += distance * distance / 4000.0;
    }
  }
  return {mean, square};
}

}  // namespace

TEST_CASE("images are mixed pixel by pixel as integers, rounded to nearest") {
  const std::vector<std::uint8_t> own = RandomValues(1).bytes(1001);
  const std::vector<std::uint8_t> other = RandomValues(2).bytes(1001);
  for (const int share : {0, 1, 100, 127, 128, 255, 256}) {
    std::vector<std::uint8_t> image = own;
    kernels::mix_images(share, other, image);
    for (std::size_t i = 0; i < image.size(); ++i) {
      const int sum = (256 - share) * own[i] + share * other[i];
      REQUIRE(int{image[i]} == (sum + 128) / 256);
    }
  }
}

TEST_CASE("shares have the moments of a beta distribution, folded at one half") {
  // The variance of Beta(a, a) is 1 / (8a + 4).
  for (const double alpha : {1e-300, 0.01, 0.2, 0.4, 1.0, 2.0}) {
    CAPTURE(alpha);
    CHECK(std::abs(moments(alpha).second - 1.0 / (8.0 * alpha + 4.0)) < 0.006);
  }
  CHECK(std::abs(moments(1.0).first - 0.25) < 0.015);  // uniform
}

TEST_CASE("the other image is any of the data set, with the label that it has there") {
  const Dataset data = pattern_images(20, 8, 4);
  std::array<int, 20> drawn{};
  for (std::uint32_t epoch = 0; epoch < 100; ++epoch) {
    for (std::size_t index = 0; index < data.size(); ++index) {
      const Sample other = mixture_of(data, with_mixup(1.0), {6, epoch, index}).other;
      ++drawn.at(other.index);
      CHECK(other.label == data.label(other.index));
      CHECK(other.pixels == data.pixels(other.index));
    }
  }
  for (const int count : drawn) {
    CHECK(count > 60);  // 100 on average
    CHECK(count < 140);
  }
}

TEST_CASE("where a generated digit replaces the other image, that is mixed in") {
  const Dataset data = noise_images(30, 28, 10);
  TrainerOptions options = with_mixup(1.0);
  options.augment.generated = 1.0;
  const Sample other = mixture_of(data, options, {6, 2, 3}).other;
  CHECK(other.generated);
  CHECK(other.label == generated_label({6, 2, other.index}));
}

TEST_CASE("a mini-batch has a mixture for each sample, and none without mixup") {
  const Dataset data = noise_images(21, 8, 3);
  TrainerOptions options = with_mixup(0.3);
  options.batch_size = 8;
  Sampler sampler;
  for (const std::int64_t step : {0, 2, 7}) {
    const auto batch = sampler.draw(data, options, step);
    REQUIRE(sampler.mixtures().size() == batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const DigitKey key{options.seed, static_cast<std::uint32_t>(step / 3), batch[i].index};
      const Mixture expected = mixture_of(data, options, key);
      CHECK(sampler.mixtures()[i].share == expected.share);
      CHECK(sampler.mixtures()[i].other.index == expected.other.index);
    }
  }
  options.augment.mixup = 0.0;
  sampler.draw(data, options, 1);
  CHECK(sampler.mixtures().empty());
}

TEST_CASE("an image is shown mixed as it is trained on, after distortion and cutout") {
  TrainerOptions options = with_mixup(1.0);
  Run mixed(options);
  const Dataset data = pattern_images(90, 8, 4);
  for (const std::size_t index : {std::size_t{0}, std::size_t{7}, std::size_t{89}}) {
    const Mixture mixture = mixture_of(data, options, {6, 3, index});
    std::vector<std::uint8_t> expected(data.pixels(index), data.pixels(index) + 64);
    kernels::mix_images(mixture.share, {mixture.other.pixels, 64}, expected);
    CHECK(mixed->augmented(index, 3) == expected);
  }
  options.augment.degrees = 20.0;
  options.augment.cutout = 3;
  TrainerOptions unmixed = options;
  unmixed.augment.mixup = 0.0;
  Run both(options);
  Run distorted(unmixed);
  const Mixture mixture = mixture_of(data, options, {6, 3, 5});
  std::vector<std::uint8_t> expected = distorted->augmented(5, 3);
  kernels::mix_images(mixture.share, distorted->augmented(mixture.other.index, 3), expected);
  CHECK(both->augmented(5, 3) == expected);
}

TEST_CASE("the loss of a mini-batch is that of the mixed images with both labels") {
  // At a rate of nothing, the losses of one epoch are those of the images alone.
  TrainerOptions options = with_mixup(1.0);
  options.batch_size = 90;
  options.optimizer = {.type = OptimizerType::kSgd, .learning_rate = 1e-30};
  Run run(options);
  const Dataset data = pattern_images(90, 8, 4);
  double expected = 0.0;
  for (std::size_t index = 0; index < data.size(); ++index) {
    const Mixture mixture = mixture_of(data, options, {6, 0, index});
    const std::vector<std::uint8_t> image = run->augmented(index, 0);
    const std::vector<float> shares = run->predict(std::vector<float>(image.begin(), image.end()));
    const double share = mixture.share / 256.0;
    expected -= (1.0 - share) * std::log(static_cast<double>(shares.at(data.label(index))));
    expected -= share * std::log(static_cast<double>(shares.at(mixture.other.label)));
  }
  CHECK(run->train_steps(1).loss == doctest::Approx(expected / 90.0).epsilon(1e-5));
}

TEST_CASE("what was loaded goes on mixing as what was saved, whatever was mixed before") {
  TrainerOptions options = with_mixup(0.4);
  options.augment.cutout = 3;
  Run straight(options);
  straight->train_steps(17);
  const std::vector<std::uint8_t> saved = straight->save();
  straight->train_steps(20);
  for (const double before : {0.0, 1.0}) {
    Run resumed(with_mixup(before));
    resumed->train_steps(3);
    resumed->load(saved);
    CHECK(resumed->options() == options);
    resumed->train_steps(20);
    CHECK(resumed->save() == straight->save());
  }
}

TEST_CASE("a network learns from mixed images with squares cut out, of several channels too") {
  TrainerOptions options = with_mixup(0.4);
  options.augment.cutout = 3;
  options.optimizer.learning_rate = 0.01;
  Run run(options);
  run->set_data(Split::kTest, pattern_images(90, 8, 4, 1));
  run->train_steps(200);
  CHECK(run->evaluate(Split::kTest, 0, 90).correct > 80);
}

}  // namespace tinycnn::test
