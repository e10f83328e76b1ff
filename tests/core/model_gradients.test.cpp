// SPDX-License-Identifier: MIT
// Finite-difference checks of whole models: outputs and the gradients of all parameters, as the
// trainer gives them and as it trains with them, against a network in double precision.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "reference/reference.h"
#include "support/buffer.h"
#include "support/datasets.h"
#include "support/double_network.h"
#include "support/finite_differences.h"
#include "support/random.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"
#include "tinycnn/zoo.h"

namespace tinycnn::test {
namespace {

// Gradients of the mean loss are of size 1 and less; sums of some thousand terms in 24 bits.
constexpr double kTolerance = 1e-5;
constexpr std::uint64_t kSeed = 3;

std::vector<double> all_values(const std::vector<NamedTensor>& tensors) {
  std::vector<double> values;
  for (const NamedTensor& tensor : tensors) {
    values.insert(values.end(), tensor.data.begin(), tensor.data.end());
  }
  return values;
}

/// The masks of a mini-batch's dropout layers, from the reference implementation of the kernels.
class Masks {
 public:
  explicit Masks(std::int64_t step) : step_(step) {}

  double factor(const LayerSummary& layer, std::size_t sample, std::size_t element) {
    const bool by_channel = layer.spec.type == LayerType::kDropout2d;
    const std::size_t rows =
        by_channel ? static_cast<std::size_t>(layer.input.channels) : layer.input.size();
    Buffer& mask = masks_[{layer.index, sample / kLanes}];
    if (mask.empty()) {
      mask.resize(rows * kLanes);
      reference::dropout_mask({.seed = kSeed,
                               .layer = static_cast<std::uint32_t>(layer.index),
                               .step = step_,
                               .first_sample = sample / kLanes * kLanes},
                              static_cast<float>(layer.spec.p), mask);
    }
    return mask[element / (layer.input.size() / rows) * kLanes + sample % kLanes];
  }

 private:
  std::int64_t step_;
  std::map<std::pair<int, std::size_t>, Buffer> masks_;
};

struct ModelOptions {
  LossOptions loss{};
  std::size_t every = 1;  ///< of the parameters, which to compare
};

class ModelCheck {
 public:
  ModelCheck(const ModelSpec& spec, int samples, const ModelOptions& options)
      : options_(options),
        trainer_(spec,
                 {.seed = kSeed,
                  .batch_size = samples,
                  .optimizer = {.type = OptimizerType::kSgd, .learning_rate = kRate},
                  .loss = options.loss},
                 executor_),
        reference_(trainer_.model().summary().layers),
        data_(noise_images(samples, spec.input.height, trainer_.model().classes())) {
    trainer_.set_data(Split::kTrain, data_);
    trainer_.set_data(Split::kTest, data_);
  }

  /// Trainer::gradients: batch norm on this batch, no dropout.
  [[nodiscard]] Comparison gradients() {
    return compare(trainer_.gradients(data_), {.on_batch = true}, order_of_data());
  }

  /// What a step of plain SGD has taken off the weights, for the loss with dropout.
  [[nodiscard]] Comparison trained_gradients() {
    Masks masks(trainer_.step());
    const Behavior behavior{
        .on_batch = true,
        .dropout = [&](const LayerSummary& layer, std::size_t sample, std::size_t element) {
          return masks.factor(layer, sample, element);
        }};
    const auto count = static_cast<std::uint32_t>(data_.size());
    const auto epoch = static_cast<std::uint32_t>(trainer_.step());
    const std::vector<std::uint32_t> order = shuffled_order(kSeed, epoch, count);
    const std::vector<NamedTensor> before = trainer_.parameters();
    const double loss = trainer_.train_steps(1).loss;
    std::vector<NamedTensor> gradients = trainer_.parameters();
    for (std::size_t t = 0; t < gradients.size(); ++t) {
      for (std::size_t i = 0; i < gradients[t].data.size(); ++i) {
        gradients[t].data[i] = (before[t].data[i] - gradients[t].data[i]) / kRate;
      }
    }
    std::erase_if(gradients, [](const NamedTensor& tensor) { return is_buffer(tensor); });
    trainer_.set_parameters(before);
    reference_.set_parameters(all_values(before));
    CHECK(loss == doctest::Approx(mean_loss(behavior, order).value).epsilon(1e-5));
    return compare(gradients, behavior, order);
  }

  /// Of an evaluation, batch norm by its running statistics.
  [[nodiscard]] double loss_error() {
    const Evaluation evaluation = trainer_.evaluate(Split::kTest, 0, data_.size());
    reference_.set_parameters(all_values(trainer_.parameters()));
    return std::abs(evaluation.loss_sum / static_cast<double>(evaluation.count) -
                    mean_loss({}, order_of_data()).value);
  }

 private:
  static constexpr float kRate = 0.5F;

  static bool is_buffer(const NamedTensor& tensor) {
    return tensor.name.find(".running_") != std::string::npos;
  }

  [[nodiscard]] std::vector<std::uint32_t> order_of_data() const {
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < data_.size(); ++i) {
      order.push_back(i);
    }
    return order;
  }

  [[nodiscard]] Comparison compare(const std::vector<NamedTensor>& gradients,
                                   const Behavior& behavior,
                                   const std::vector<std::uint32_t>& order) {
    const std::vector<NamedTensor> parameters = trainer_.parameters();
    std::vector<double> expected;
    auto next = gradients.begin();
    for (const NamedTensor& parameter : parameters) {
      if (is_buffer(parameter)) {
        expected.resize(expected.size() + parameter.data.size());
        continue;
      }
      REQUIRE(next->name == parameter.name);
      REQUIRE(next->shape == parameter.shape);
      expected.insert(expected.end(), next->data.begin(), next->data.end());
      ++next;
    }
    CHECK(next == gradients.end());
    std::vector<double> variables = all_values(parameters);
    return compare_with_differences(
        variables, expected,
        [&] {
          reference_.set_parameters(variables);
          return mean_loss(behavior, order);
        },
        options_.every);
  }

  [[nodiscard]] Values input_of(std::size_t sample) const {
    const auto [mean, std] = trainer_.options().normalization;
    Values values;
    for (std::size_t p = 0; p < trainer_.model().summary().input.size(); ++p) {
      values.push_back((data_.pixels(sample)[p] / 255.0 - mean) / std);
    }
    return values;
  }

  [[nodiscard]] Evaluated mean_loss(const Behavior& behavior,
                                    const std::vector<std::uint32_t>& order) const {
    Samples inputs;
    for (const std::uint32_t index : order) {
      inputs.push_back(input_of(index));
    }
    NetworkPass pass = reference_.forward(inputs, behavior);
    Evaluated result{0.0, std::move(pass.branches)};
    for (std::size_t i = 0; i < order.size(); ++i) {
      result.value += loss_of(options_.loss, pass.outputs.back()[i], data_.label(order[i]));
    }
    result.value /= static_cast<double>(order.size());
    return result;
  }

  ModelOptions options_;
  SerialExecutor executor_;
  Trainer trainer_;
  DoubleNetwork reference_;
  Dataset data_;
};

void check(const Comparison& comparison) {
  CHECK(comparison.worst < kTolerance);
  CHECK(comparison.compared > 0);
  CHECK(comparison.at_kinks * 20 <= comparison.compared);
}

void check_model(const ModelSpec& spec, int samples, const ModelOptions& options = {}) {
  ModelCheck model_check(spec, samples, options);
  CHECK(model_check.loss_error() < kTolerance);
  check(model_check.gradients());
  check(model_check.trained_gradients());
  // The step above has moved batch norm's running statistics.
  CHECK(model_check.loss_error() < kTolerance);
}

}  // namespace

TEST_CASE("a small model, strided, padded and pooled, has the gradients of finite differences") {
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
  check_model(find_in_zoo("tinycnn").spec, 2, {.every = 151});
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
  check_model(
      model({1, 5, 5}, {conv2d("conv", 3, {2, 2}), plain("gap", LayerType::kGlobalAvgPool2d)}), 4);
  check_model(
      model({1, 4, 4}, {flatten("flatten"), linear("fc", 3), plain("bn", LayerType::kBatchNorm1d)}),
      11);
  check_model(model({1, 4, 4}, {conv2d("a", 3, {4, 4}), from("input", conv2d("b", 3, {4, 4})),
                                from({"a", "b"}, plain("add", LayerType::kAdd))}),
              4);
}

TEST_CASE("a model with batch norm, dropout and branches has the gradients of finite differences") {
  for (const int samples : {3, 8, 19}) {
    CAPTURE(samples);
    check_model(branched_model(), samples);
  }
}

TEST_CASE("batch norm's gradients are right for one sample and for more blocks than slots") {
  const ModelSpec spec =
      model({1, 5, 5}, {batch_norm2d("bn0"), conv2d("conv1", 2, {2, 2}), batch_norm2d("bn1"),
                        batch_norm2d("bn2"), plain("tanh", LayerType::kTanh),
                        conv2d("conv2", 2, {2, 2}, {.bias = false}), batch_norm2d("bn3"),
                        flatten("flatten"), linear("fc", 3)});
  for (const int samples : {1, 7, 9, 70}) {
    CAPTURE(samples);
    check_model(spec, samples);
  }
}

TEST_CASE("dropout's gradients are right on the input, between blocks and at the end") {
  check_model(model({1, 5, 5},
                    {dropout("drop0", 0.2), conv2d("conv", 3, {3, 3}),
                     dropout("drop1", 0.5, LayerType::kDropout2d), plain("gelu", LayerType::kGELU),
                     flatten("flatten"), linear("fc", 3), dropout("drop2", 0.3)}),
              19);
}

TEST_CASE("a residual around a convolution has the gradients of finite differences") {
  check_model(model({1, 6, 6}, {conv2d("conv1", 3, {3, 3}, {.padding = {1, 1}}), relu("relu1"),
                                conv2d("conv2", 3, {3, 3}, {.padding = {1, 1}}), batch_norm2d("bn"),
                                from({"relu1", "bn"}, plain("add", LayerType::kAdd)), relu("relu2"),
                                pool2d("pool", LayerType::kAvgPool2d, {3, 3}), flatten("flatten"),
                                linear("fc", 3)}),
              11);
}

TEST_CASE("an input read twice by one layer counts twice") {
  check_model(model({1, 4, 4}, {conv2d("conv", 2, {2, 2}), relu("relu"),
                                from({"relu", "relu"}, plain("add", LayerType::kAdd)),
                                from({"add", "relu", "add"}, plain("concat", LayerType::kConcat)),
                                from({"input", "input"}, plain("unread", LayerType::kAdd)),
                                from("concat", flatten("flatten")), linear("fc", 3)}),
              5);
}

TEST_CASE("a value with many readers, the model's input among them, gathers all gradients") {
  check_model(
      model({1, 5, 5},
            {conv2d("conv", 1, {1, 1}), plain("sigmoid", LayerType::kSigmoid),
             from({"conv", "input", "sigmoid", "conv"}, plain("add1", LayerType::kAdd)),
             from({"input", "conv", "add1"}, plain("concat", LayerType::kConcat)),
             conv2d("conv2", 2, {3, 3}), from("conv", flatten("flat1")),
             from("conv2", flatten("flat2")),
             from({"flat1", "flat2"}, plain("concat2", LayerType::kConcat)), linear("fc1", 5),
             plain("leaky", LayerType::kLeakyReLU), from("flat1", linear("fc2", 5)),
             from({"leaky", "fc2"}, plain("add2", LayerType::kAdd)), linear("fc3", 3)}),
      9);
}

TEST_CASE("each loss has the gradients of finite differences at the end of a model") {
  std::vector<LayerSpec> layers{flatten("flatten"), linear("fc1", 5),
                                plain("sigmoid1", LayerType::kSigmoid), linear("fc2", 4)};
  check_model(model({1, 4, 4}, layers), 9, {.loss = {.label_smoothing = 0.2}});
  layers.push_back(plain("end", LayerType::kLogSoftmax));
  check_model(model({1, 4, 4}, layers), 9, {.loss = {.type = LossType::kNegativeLogLikelihood}});
  for (const LayerType end : {LayerType::kSigmoid, LayerType::kSoftmax, LayerType::kTanh}) {
    layers.back().type = end;
    check_model(model({1, 4, 4}, layers), 9, {.loss = {.type = LossType::kMeanSquaredError}});
  }
}

TEST_CASE("the zoo's models with batch norm have the gradients of finite differences") {
  check_model(find_in_zoo("bn-gap-12k").spec, 2,
              {.loss = {.type = LossType::kNegativeLogLikelihood}, .every = 1501});
  check_model(find_in_zoo("residual-8k").spec, 2, {.every = 1501});
}

}  // namespace tinycnn::test
