// SPDX-License-Identifier: MIT
// Finite-difference checks of whole models: logits and the gradients of all parameters, as the
// trainer gives them, against a network in double precision.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "support/datasets.h"
#include "support/double_network.h"
#include "support/finite_differences.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"
#include "zoo.h"

namespace tinycnn::test {
namespace {

// Gradients of the mean loss are of size 1 and less; sums of some thousand terms in 24 bits.
constexpr double kTolerance = 1e-5;

std::vector<double> all_values(const std::vector<NamedTensor>& tensors) {
  std::vector<double> values;
  for (const NamedTensor& tensor : tensors) {
    values.insert(values.end(), tensor.data.begin(), tensor.data.end());
  }
  return values;
}

class ModelCheck {
 public:
  ModelCheck(const ModelSpec& spec, int samples)
      : trainer_(spec, {.seed = 3}, executor_),
        twin_(trainer_.model().summary().layers),
        data_(noise_images(samples, spec.input.height, trainer_.model().classes())) {
    twin_.set_parameters(all_values(trainer_.parameters()));
  }

  /// Every `every`-th parameter.
  [[nodiscard]] Comparison gradients(std::size_t every) {
    std::vector<double> variables = all_values(trainer_.parameters());
    return compare_with_differences(
        variables, all_values(trainer_.gradients(data_)),
        [&] {
          twin_.set_parameters(variables);
          return mean_loss({.on_batch = true});
        },
        every);
  }

  [[nodiscard]] double loss_error() {
    trainer_.set_data(Split::kTest, data_);
    const Evaluation evaluation = trainer_.evaluate(Split::kTest, 0, data_.size());
    return std::abs(evaluation.loss_sum / static_cast<double>(evaluation.count) -
                    mean_loss({}).value);
  }

 private:
  [[nodiscard]] Values input_of(std::size_t sample) const {
    const auto [mean, std] = trainer_.options().normalization;
    Values values;
    for (std::size_t p = 0; p < trainer_.model().summary().input.size(); ++p) {
      values.push_back((data_.pixels(sample)[p] / 255.0 - mean) / std);
    }
    return values;
  }

  [[nodiscard]] Evaluated mean_loss(const Behavior& behavior) const {
    Samples inputs;
    for (std::size_t i = 0; i < data_.size(); ++i) {
      inputs.push_back(input_of(i));
    }
    NetworkPass pass = twin_.forward(inputs, behavior);
    Evaluated result{0.0, std::move(pass.branches)};
    for (std::size_t i = 0; i < data_.size(); ++i) {
      result.value += loss_of(trainer_.options().loss, pass.outputs.back()[i], data_.label(i));
    }
    result.value /= static_cast<double>(data_.size());
    return result;
  }

  SerialExecutor executor_;
  Trainer trainer_;
  DoubleNetwork twin_;
  Dataset data_;
};

void check_model(const ModelSpec& spec, int samples, std::size_t every = 1) {
  ModelCheck check(spec, samples);
  CHECK(check.loss_error() < kTolerance);
  const Comparison c = check.gradients(every);
  CHECK(c.worst < kTolerance);
  CHECK(c.compared > 0);
  CHECK(c.at_kinks * 20 <= c.compared);
}

}  // namespace

TEST_CASE("a model of every layer type has the gradients of finite differences") {
  check_model(small_model(), 11);
}

TEST_CASE("a part of a block, a block and several blocks have the mean loss's gradients") {
  const ModelSpec spec = model(
      {1, 5, 5}, {conv2d("conv", 2, {3, 3}), relu("relu"), flatten("flatten"), linear("fc", 3)});
  for (const int samples : {1, 7, 8, 9, 70}) {
    CAPTURE(samples);
    check_model(spec, samples);
  }
}

TEST_CASE("TinyCNN has the gradients of finite differences") {
  check_model(find_in_zoo("tinycnn").spec, 2, 151);
}

TEST_CASE("gradients are right where ReLU and flatten stand where nothing can absorb them") {
  check_model(model({1, 5, 5}, {relu("relu0"), max_pool2d("pool", {2, 2}, {1, 1}), relu("relu1"),
                                conv2d("conv", 3, {2, 2}), flatten("flatten1"), relu("relu2"),
                                relu("relu3"), linear("fc", 4), flatten("flatten2")}),
              5);
}

TEST_CASE("gradients are right where a value has other readers beside the one that counts") {
  check_model(
      model({1, 6, 6}, {conv2d("conv1", 2, {3, 3}), relu("unread"),
                        from("conv1", max_pool2d("unread pool", {2, 2})),
                        from("conv1", conv2d("conv2", 3, {2, 2})), relu("relu"),
                        from("conv2", flatten("unread flat")), from("relu", flatten("flatten")),
                        linear("fc1", 5), from("flatten", linear("fc2", 3))}),
      6);
}

TEST_CASE("the last layer may be a ReLU, a convolution or a pool") {
  check_model(model({1, 4, 4}, {flatten("flatten"), linear("fc", 3), relu("relu")}), 4);
  check_model(model({1, 4, 4}, {conv2d("conv", 3, {4, 4})}), 4);
  check_model(model({1, 5, 5}, {conv2d("conv", 3, {2, 2}), max_pool2d("pool", {4, 4})}), 4);
}

}  // namespace tinycnn::test
