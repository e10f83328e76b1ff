// SPDX-License-Identifier: MIT
// Every refused call says why and leaves weights, step, optimizer and data as they were.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "support/datasets.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"

namespace tinycnn::test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Two trainings alike; one is refused calls, the other is not. Both must go on the same.
class Pair {
 public:
  Pair() {
    for (Trainer* trainer : {&refused_, &left_alone_}) {
      trainer->set_data(Split::kTrain, pattern_images(50, 8, 4));
      trainer->set_data(Split::kTest, pattern_images(20, 8, 4, 1));
      trainer->train_steps(5);
    }
  }

  template <class Call>
  std::string wrong(const Call& call, std::initializer_list<std::string_view> parts) {
    return wrong_refusal([&] { call(refused_); }, parts);
  }

  /// Trains both on: the same state, the same data.
  [[nodiscard]] bool is_unharmed() {
    const bool same_state = refused_.save() == left_alone_.save();
    const double loss = refused_.train_steps(3).loss;
    const double test_loss = refused_.evaluate(Split::kTest, 0, 20).loss_sum;
    return same_state && loss == left_alone_.train_steps(3).loss &&
           test_loss == left_alone_.evaluate(Split::kTest, 0, 20).loss_sum &&
           refused_.save() == left_alone_.save();
  }

 private:
  SerialExecutor executor_;
  Trainer refused_{small_model(), {}, executor_};
  Trainer left_alone_{small_model(), {}, executor_};
};

std::string wrong_options(const TrainerOptions& options,
                          std::initializer_list<std::string_view> parts) {
  SerialExecutor executor;
  return wrong_refusal([&] { const Trainer refused(small_model(), options, executor); }, parts);
}

}  // namespace

TEST_CASE("invalid options are refused before anything is allocated") {
  CHECK(wrong_options({.batch_size = 0}, {"[trainer]", "batch size from 1 to 4096", "got 0"}) ==
        "");
  CHECK(wrong_options({.batch_size = -16}, {"batch size", "got -16"}) == "");
  CHECK(wrong_options({.batch_size = 4097}, {"batch size", "got 4097"}) == "");
  CHECK(wrong_options({.optimizer = {.learning_rate = -1.0}}, {"[optimizer]", "got -1"}) == "");
  CHECK(wrong_options({.schedule = {.type = ScheduleType::kOneCycle}}, {"[oneCycle]"}) == "");
  CHECK(wrong_options({.normalization = {.mean = 0.0, .std = 0.0}},
                      {"[trainer]", "a std above 0", "got 0"}) == "");
  CHECK(wrong_options({.normalization = {.mean = kNaN, .std = 1.0}}, {"a finite mean"}) == "");
  CHECK(wrong_options({.normalization = {.mean = 0.0, .std = kNaN}}, {"a std above 0"}) == "");
}

TEST_CASE("a spec that does not fit together is refused") {
  SerialExecutor executor;
  CHECK(wrong_refusal([&] { const Trainer refused(model({1, 8, 8}, {}), {}, executor); },
                      {"[model]", "at least one layer"}) == "");
}

TEST_CASE("training and evaluating without data is refused, by the name of the split") {
  SerialExecutor executor;
  Trainer trainer(small_model(), {}, executor);
  CHECK(trainer.steps_per_epoch() == 0);
  CHECK(wrong_refusal([&] { trainer.train_steps(1); }, {"[trainer]", "train data"}) == "");
  CHECK(wrong_refusal([&] { (void)trainer.evaluate(Split::kTest, 0, 1); },
                      {"[trainer]", "test data"}) == "");
  trainer.set_data(Split::kTrain, pattern_images(8, 8, 4));
  CHECK(trainer.train_steps(1).samples == 8);
}

TEST_CASE("fewer than one step are refused and nothing moves") {
  Pair pair;
  CHECK(pair.wrong([](Trainer& t) { t.train_steps(0); }, {"at least 1 step", "got 0"}) == "");
  CHECK(pair.wrong([](Trainer& t) { t.train_steps(-3); }, {"at least 1 step", "got -3"}) == "");
  CHECK(pair.is_unharmed());
}

TEST_CASE("data that do not fit the model are refused and the old data stay") {
  Pair pair;
  for (const Split split : {Split::kTrain, Split::kTest}) {
    const auto set = [split](int side, int classes) {
      return [=](Trainer& t) { t.set_data(split, noise_images(10, side, classes)); };
    };
    CHECK(pair.wrong(set(9, 4), {"[data]", "[1,8,8]", "got images of [1,9,9]"}) == "");
    CHECK(pair.wrong(set(8, 10), {"[data]", "labels from 0 to 3", "got"}) == "");
  }
  CHECK(pair.is_unharmed());
}

TEST_CASE("images of another number of channels than the model's input are refused") {
  SerialExecutor executor;
  Trainer trainer(model({3, 8, 8}, {flatten("flatten"), linear("fc", 4)}), {}, executor);
  CHECK(wrong_refusal([&] { trainer.set_data(Split::kTrain, noise_images(4, 8, 4)); },
                      {"[data]", "[3,8,8]", "[1,8,8]"}) == "");
  CHECK(wrong_refusal([&] { trainer.set_data(Split::kTrain, noise_images(4, 8, 4, 2)); },
                      {"[data]", "[3,8,8]", "[2,8,8]"}) == "");
}

TEST_CASE(
    "a checkpoint whose augmentation the model cannot take is refused and nothing is taken over") {
  SerialExecutor executor;
  const ModelSpec wide = model({1, 1, 1100}, {flatten("flatten"), linear("fc", 2)});
  Trainer trainer(wide, {}, executor);
  const std::vector<std::uint8_t> before = trainer.save();
  Checkpoint checkpoint = decode_checkpoint(before);
  checkpoint.step = 5;
  checkpoint.options.seed = 77;
  checkpoint.options.ema_decay = 0.5;
  checkpoint.average.assign(2 * 1100 + 2, 1.0F);
  checkpoint.parameters.assign(checkpoint.parameters.size(), 0.25F);
  checkpoint.options.augment.degrees = 5.0;  // images of at most 1,024 a side
  CHECK(wrong_refusal([&] { trainer.load(encode(checkpoint)); }, {"1024", "1100"}) == "");
  CHECK(trainer.save() == before);
}

TEST_CASE("class names that are not one for each class are refused") {
  SerialExecutor executor;
  const ModelSpec two = model({1, 2, 2}, {flatten("flatten"), linear("fc", 2)});
  const auto wrong = [&](std::vector<std::string> names, std::string_view part) {
    return wrong_refusal([&] { Trainer(two, {.class_names = std::move(names)}, executor); },
                         {part});
  };
  CHECK(wrong({"a"}, "a name for each of 2 classes, got 1") == "");
  CHECK(wrong({"a", "b", "c"}, "got 3") == "");
  CHECK(wrong({"a", "a"}, "got 'a' again") == "");
  CHECK(wrong({"a", ""}, "got '' again") == "");
}

TEST_CASE("gradients of data that do not fit are refused and nothing moves") {
  Pair pair;
  CHECK(pair.wrong([](Trainer& t) { (void)t.gradients(noise_images(3, 7, 4)); },
                   {"[data]", "[1,8,8]", "[1,7,7]"}) == "");
  CHECK(pair.wrong([](Trainer& t) { (void)t.gradients(noise_images(30, 8, 9)); },
                   {"[data]", "labels from 0 to 3"}) == "");
  CHECK(pair.is_unharmed());
}

TEST_CASE("a prediction for another number of pixels is refused and nothing moves") {
  Pair pair;
  for (const std::size_t count : {std::size_t{0}, std::size_t{63}, std::size_t{65}}) {
    const std::vector<float> pixels(count);
    const std::string got = concat("got ", count);
    CHECK(pair.wrong([&](Trainer& t) { (void)t.predict(pixels); },
                     {"[predict]", "64 pixels", got}) == "");
    CHECK(pair.wrong([&](Trainer& t) { (void)t.activations(pixels); },
                     {"[predict]", "64 pixels", got}) == "");
  }
  CHECK(pair.is_unharmed());
}

TEST_CASE("parameters of other names, shapes, sizes or number are refused and none is taken over") {
  Pair pair;
  const auto wrong_after = [&pair](auto change, std::initializer_list<std::string_view> parts) {
    return pair.wrong(
        [&](Trainer& t) {
          std::vector<NamedTensor> tensors = t.parameters();
          tensors[0].data[0] += 1.0F;  // would be seen, if the first were taken over
          change(tensors);
          t.set_parameters(tensors);
        },
        parts);
  };
  using Tensors = std::vector<NamedTensor>;
  CHECK(wrong_after([](Tensors& t) { t.pop_back(); }, {"[setParameters]", "5 tensors", "got 4"}) ==
        "");
  CHECK(wrong_after([](Tensors& t) { t.push_back(t[0]); }, {"5 tensors", "got 6"}) == "");
  CHECK(wrong_after([](Tensors& t) { t.clear(); }, {"5 tensors", "got 0"}) == "");
  CHECK(wrong_after([](Tensors& t) { t[4].name = "other"; },
                    {"[setParameters]", "tensor 4", "'fc2.bias'", "got 'other'"}) == "");
  CHECK(wrong_after([](Tensors& t) { std::swap(t[3], t[4]); }, {"tensor 3", "'fc2.weight'"}) == "");
  CHECK(wrong_after([](Tensors& t) { t[4].data.push_back(0.0F); },
                    {"tensor 4", "4 values", "with 5"}) == "");
  CHECK(wrong_after([](Tensors& t) { t[4].data.pop_back(); }, {"tensor 4", "with 3"}) == "");
  CHECK(wrong_after([](Tensors& t) { t[3].shape = {9, 4}; }, {"tensor 3", "in its shape"}) == "");
  CHECK(pair.is_unharmed());
}

TEST_CASE("a checkpoint of another model, or damaged, is refused and nothing is taken over") {
  Pair pair;
  SerialExecutor executor;
  ModelSpec spec = small_model();
  spec.name = "another";
  spec.layers[4].out_features = 8;
  const Trainer other(spec, {}, executor);
  CHECK(pair.wrong([&](Trainer& t) { t.load(other.save()); },
                   {"[checkpoint]", "'test'", "'another'", "other layers"}) == "");
  CHECK(pair.wrong(
            [](Trainer& t) {
              std::vector<std::uint8_t> bytes = t.save();
              bytes[bytes.size() / 2] ^= 1;
              t.load(bytes);
            },
            {"[checkpoint]", "damaged"}) == "");
  CHECK(pair.is_unharmed());
}

TEST_CASE("a checkpoint whose options do not fit the model is refused, and nothing is taken over") {
  SerialExecutor executor;
  const ModelSpec wide = model({1, 1, 1025}, {pool2d("pool", LayerType::kMaxPool2d, {1, 41}),
                                              flatten("flatten"), linear("fc", 3)});
  Trainer trainer(wide, {.seed = 5}, executor);
  const std::vector<std::uint8_t> before = trainer.save();
  Checkpoint checkpoint = decode_checkpoint(before);
  checkpoint.options.seed = 6;
  checkpoint.step = 7;
  checkpoint.options.augment.degrees = 1.0;  // of images with sides up to 1,024
  CHECK(wrong_refusal([&] { trainer.load(encode(checkpoint)); },
                      {"[augment]", "sides from 1 to 1024", "got 1x1025"}) == "");
  CHECK(trainer.save() == before);
}

}  // namespace tinycnn::test
