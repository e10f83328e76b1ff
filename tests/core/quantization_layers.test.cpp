// SPDX-License-Identifier: MIT
// Every layer in integers gives what the float engine gives, within the error of quantization.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "quantization/lowered_network.h"
#include "support/datasets.h"
#include "support/random_values.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/quantized_model.h"
#include "tinycnn/trainer.h"

namespace tinycnn::test {
namespace {

constexpr int kSide = 9;
constexpr int kChannels = 4;
constexpr int kClasses = 5;
constexpr int kImages = 24;

/// Weights, biases and running statistics that differ from channel to channel.
void randomize(Trainer& trainer) {
  RandomValues random(7);
  std::vector<NamedTensor> tensors = trainer.parameters();
  for (NamedTensor& tensor : tensors) {
    const bool is_variance = tensor.name.ends_with("running_var");
    for (float& value : tensor.data) {
      value = is_variance ? 1.0F + 0.9F * random.value() : 0.6F * random.value();
    }
  }
  trainer.set_parameters(tensors);
}

std::vector<float> pixels_of(const Dataset& data, std::size_t index) {
  const std::uint8_t* pixels = data.pixels(index);
  return {pixels, pixels + data.shape().size()};
}

/// A network that ends with a linear layer, quantized on the images that it is then compared on.
struct Comparison {
  explicit Comparison(std::vector<LayerSpec> layers, const TrainerOptions& options = {})
      : data(noise_images(kImages, kSide, kClasses, kChannels)),
        trainer(complete(std::move(layers)), options, executor) {
    randomize(trainer);
  }

  static ModelSpec complete(std::vector<LayerSpec> layers) {
    layers.push_back(flatten("flatten"));
    layers.push_back(linear("fc", kClasses));
    return model({kChannels, kSide, kSide}, std::move(layers));
  }

  [[nodiscard]] QuantizedModel quantized() {
    return {trained_model(trainer), calibration_images(data, kImages)};
  }

  /// Every step's output lies within `steps` of its own quantization of the engine's.
  void check(double steps) {
    const QuantizedModel model = quantized();
    for (std::size_t i = 0; i < data.size(); ++i) {
      const std::vector<float> pixels = pixels_of(data, i);
      const std::vector<ActivationMap> expected = trainer.activations(pixels);
      const auto got = model.activations(pixels);
      for (std::size_t k = 0; k < got.size(); ++k) {
        check(model.steps()[k], got[k], expected, steps);
      }
    }
  }

  static void check(const QuantizedStep& step, const std::vector<std::int8_t>& got,
                    const std::vector<ActivationMap>& expected, double steps) {
    const auto same = std::ranges::find(expected, step.name, &ActivationMap::name);
    if (same == expected.end()) {  // part of a layer
      return;
    }
    CAPTURE(step.name);
    REQUIRE(got.size() == same->data.size());
    double worst = 0.0;
    for (std::size_t i = 0; i < got.size(); ++i) {
      worst = std::max(worst, std::abs(step.quantization.to_real(got[i]) - double{same->data[i]}));
    }
    CHECK(worst <= steps * double{step.quantization.scale});
  }

  SerialExecutor executor;
  Dataset data;
  Trainer trainer;
};

const QuantizedStep& find(const QuantizedModel& model, std::string_view name) {
  return *std::ranges::find(model.steps(), name, &QuantizedStep::name);
}

}  // namespace

TEST_CASE("convolutions: strides, padding, groups, depthwise, with and without bias") {
  Comparison({conv2d("conv", 6, {3, 3})}).check(3.0);
  Comparison({conv2d("conv", 6, {3, 2}, {.stride = {2, 1}, .padding = {1, 2}})}).check(3.0);
  Comparison({conv2d("conv", 8, {3, 3}, {.padding = {1, 1}, .bias = false, .groups = 2})})
      .check(3.0);
  Comparison({conv2d("conv", 8, {5, 3}, {.stride = {3, 2}, .padding = {2, 1}, .groups = 4})})
      .check(3.0);
  Comparison({conv2d("conv", 3, {9, 9}, {.stride = {1, 1}, .padding = {4, 4}}), relu("relu")})
      .check(3.0);
}

TEST_CASE("dilation, and zeros on some sides, which have the quantization of what they surround") {
  Comparison({conv2d("conv", 6, {3, 2}, {.padding = {2, 1}, .dilation = {2, 3}})}).check(3.0);
  Comparison({conv2d("conv", 8, {2, 2}, {.stride = {2, 1}, .groups = 4, .dilation = {3, 2}}),
              relu("relu")})
      .check(3.0);
  Comparison padded(
      {conv2d("conv", 4, {3, 3}), zero_pad2d("pad", {0, 2, 1, 0}), conv2d("conv2", 4, {2, 2})});
  padded.check(4.0);
  CHECK(find(padded.quantized(), "pad").quantization ==
        find(padded.quantized(), "conv").quantization);
}

TEST_CASE("ReLU6 becomes part of what it reads, or has a table") {
  Comparison fused({conv2d("conv", 6, {3, 3}), plain("six", LayerType::kReLU6),
                    conv2d("conv2", 5, {2, 2}), batch_norm2d("bn"),
                    plain("six2", LayerType::kReLU6)});
  fused.check(4.0);
  const QuantizedModel model = fused.quantized();
  CHECK(model.steps().size() == 4);
  CHECK(find(model, "six").relu6);
  CHECK(find(model, "six").quantization.to_real(find(model, "six").max) <= 6.001);
  Comparison apart(
      {conv2d("conv", 6, {3, 3}), max_pool2d("pool", {2, 2}), plain("six", LayerType::kReLU6)});
  apart.check(4.0);
  CHECK(find(apart.quantized(), "six").operation == QuantizedOperation::kActivation);
}

TEST_CASE("products of two and more layers, and of a map with a vector of its channels") {
  const auto gate = [](std::vector<std::string> inputs) {
    return std::vector<LayerSpec>{
        from("input", conv2d("a", 4, {3, 3})), from("input", conv2d("b", 4, {3, 3})),
        plain("sigmoid", LayerType::kSigmoid), plain("gap", LayerType::kGlobalAvgPool2d),
        from(std::move(inputs), plain("multiply", LayerType::kMultiply))};
  };
  Comparison(gate({"a", "b"})).check(4.0);
  Comparison(gate({"a", "gap"})).check(4.0);
  Comparison(gate({"gap", "gap", "a", "sigmoid"})).check(8.0);
}

TEST_CASE("pools, with padding that counts as zeros in averages and not at all in maxima") {
  for (const LayerType type : {LayerType::kMaxPool2d, LayerType::kAvgPool2d}) {
    Comparison({pool2d("pool", type, {2, 2})}).check(2.0);
    Comparison({pool2d("pool", type, {3, 2}, {2, 1}, {1, 1})}).check(2.0);
    Comparison({conv2d("conv", 3, {3, 3}), pool2d("pool", type, {3, 3}, {2, 2}, {1, 1})})
        .check(4.0);
  }
  Comparison({conv2d("conv", 3, {3, 3}), plain("gap", LayerType::kGlobalAvgPool2d)}).check(4.0);
}

TEST_CASE("every activation function") {
  for (const LayerType type :
       {LayerType::kReLU, LayerType::kLeakyReLU, LayerType::kSigmoid, LayerType::kTanh,
        LayerType::kSiLU, LayerType::kGELU, LayerType::kReLU6}) {
    CAPTURE(to_string(type));
    Comparison({plain("act", type)}).check(3.0);
    // Steps of tanh's output are finer than what it reads.
    LayerSpec steep = plain("act", type);
    steep.negative_slope = -1.5;
    Comparison({conv2d("conv", 5, {3, 3}), std::move(steep), conv2d("conv2", 4, {2, 2})})
        .check(type == LayerType::kTanh ? 12.0 : 5.0);
  }
}

TEST_CASE("batch norm that follows a convolution, a ReLU, and a linear layer") {
  Comparison folded({conv2d("conv", 6, {3, 3}), batch_norm2d("bn"), relu("relu")});
  folded.check(3.0);
  CHECK(folded.quantized().steps().size() == 3);
  Comparison apart({conv2d("conv", 6, {3, 3}), relu("relu"), batch_norm2d("bn"), relu("relu2")});
  apart.check(5.0);
  CHECK(find(apart.quantized(), "relu2").layer == LayerType::kBatchNorm2d);
  Comparison({flatten("flat"), linear("fc1", 12), plain("bn", LayerType::kBatchNorm1d)}).check(4.0);
}

TEST_CASE("sums of two and more layers, and concatenations of layers with different ranges") {
  const auto branches = [](LayerSpec join) {
    return std::vector<LayerSpec>{from("input", conv2d("a", 4, {3, 3})),
                                  relu("a_relu"),
                                  from("input", conv2d("b", 4, {3, 3})),
                                  from("input", conv2d("c", 4, {3, 3})),
                                  std::move(join),
                                  relu("after")};
  };
  Comparison(branches(from({"a_relu", "b"}, plain("add", LayerType::kAdd)))).check(4.0);
  Comparison(branches(from({"a_relu", "b", "c", "a_relu"}, plain("add", LayerType::kAdd))))
      .check(6.0);
  Comparison(branches(from({"a_relu", "b", "c"}, plain("concat", LayerType::kConcat)))).check(4.0);
}

TEST_CASE("dropout disappears, a ReLU behind a max-pool moves before it, a softmax is left out") {
  Comparison comparison({conv2d("conv", 6, {3, 3}), dropout("drop", 0.5),
                         max_pool2d("pool", {2, 2}), relu("relu"),
                         dropout("drop2", 0.5, LayerType::kDropout2d)});
  const QuantizedModel moved = comparison.quantized();
  CHECK(moved.steps().size() == 4);
  CHECK(moved.steps()[0].relu);
  comparison.check(3.0);

  std::vector<LayerSpec> layers = {flatten("flat"), linear("last", 3),
                                   plain("softmax", LayerType::kLogSoftmax)};
  SerialExecutor executor;
  Trainer trainer(model({kChannels, kSide, kSide}, layers), {}, executor);
  const QuantizedModel left_out(trained_model(trainer),
                                calibration_images(comparison.data, kImages));
  CHECK(left_out.steps().back().name == "last");
}

TEST_CASE("the network that is calibrated gives the engine's outputs") {
  SerialExecutor executor;
  Trainer trainer(branched_model(), {}, executor);
  randomize(trainer);
  const TrainedModel trained = trained_model(trainer);
  const LoweredNetwork network = lower(trained);
  FloatInterpreter interpreter(network);
  const std::vector<float> pixels = pixels_of(noise_images(1, 8, 4), 0);
  const std::vector<ActivationMap> expected = trainer.activations(pixels);
  interpreter.run(expected.front().data);
  std::size_t compared = 0;
  for (std::size_t i = 0; i < network.steps.size(); ++i) {
    const auto same = std::ranges::find(expected, network.steps[i].name, &ActivationMap::name);
    if (same == expected.end()) {
      continue;
    }
    ++compared;
    const auto got = interpreter.output(static_cast<int>(i));
    CAPTURE(network.steps[i].name);
    REQUIRE(got.size() == same->data.size());
    for (std::size_t k = 0; k < got.size(); ++k) {
      CHECK(got[k] == doctest::Approx(same->data[k]).epsilon(1e-4).scale(1.0));
    }
  }
  CHECK(compared > 8);
}

}  // namespace tinycnn::test
