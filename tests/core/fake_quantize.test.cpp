// SPDX-License-Identifier: MIT
// Rounding to what 8-bit integers stand for: the kernels against their reference implementation,
// and the layers that use them.
#include "kernels/fake_quantize.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "quantization/fixed_point.h"
#include "reference/reference.h"
#include "support/bits.h"
#include "support/datasets.h"
#include "support/random_values.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"

namespace tinycnn::test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

LayerSpec fake_quantize(std::string name, double scale, int zero_point = 0) {
  return {.name = std::move(name),
          .type = LayerType::kFakeQuantize,
          .scale = scale,
          .zero_point = zero_point};
}

constexpr float kInputScale = 0.05F;

/// small_model with rounded weights in its first two layers with weights.
ModelSpec rounding_model() {
  ModelSpec spec = small_model();
  for (LayerSpec& layer : spec.layers) {
    const bool rounds = layer.name == "conv" || layer.name == "fc1";
    layer.input_scale = rounds ? double{kInputScale} : 0.0;
  }
  return spec;
}

/// What rounding_model computes with: a scale for each channel of the convolution, one for fc1.
std::vector<NamedTensor> rounded(std::vector<NamedTensor> tensors) {
  std::vector<float>& conv = tensors[0].data;
  const std::size_t kernel = conv.size() / 3;
  for (std::size_t k = 0; k < 3; ++k) {
    kernels::fake_quantize_weights(std::span(conv).subspan(k * kernel, kernel), {}, kInputScale,
                                   kernel);
  }
  kernels::fake_quantize_weights(tensors[1].data, tensors[2].data, kInputScale,
                                 static_cast<std::size_t>(tensors[1].shape[1]));
  return tensors;
}

}  // namespace

TEST_CASE("rounding equals its reference implementation forward and backward, also in place") {
  for (const float scale : {0.01F, 0.37F, 2.0F}) {
    for (const int zero_point : {-128, -5, 0, 127}) {
      for (const std::size_t count : std::initializer_list<std::size_t>{8, 24, 56, 1000}) {
        RandomValues random;
        Buffer input = random.floats(count);
        input[0] = kNaN;
        input[1] = kInfinity;
        input[2] = -kInfinity;
        input[3] = 1e30F;
        input[4] = 0.5F * scale;
        input[5] = -1.5F * scale;
        Buffer output(count);
        Buffer expected(count);
        kernels::fake_quantize_forward(scale, zero_point, input, output);
        reference::fake_quantize_forward(scale, zero_point, input, expected);
        CHECK(difference(output, expected) == "");
        CHECK(std::isnan(output[0]));
        Buffer again(count);
        kernels::fake_quantize_forward(scale, zero_point, output, again);
        CHECK(difference(again, output) == "");  // nothing is rounded twice

        Buffer d_output = random.floats(count);
        Buffer d_input(count);
        kernels::fake_quantize_backward(scale, zero_point, input, d_output, d_input);
        reference::fake_quantize_backward(scale, zero_point, input, d_output, expected);
        CHECK(difference(d_input, expected) == "");
        kernels::fake_quantize_backward(scale, zero_point, input, d_output, d_output);
        CHECK(difference(d_output, expected) == "");
      }
    }
  }
}

TEST_CASE("rounded numbers are those that the integers of a quantization stand for") {
  RandomValues random;
  const Quantization quantization = quantization_of(-1.0, 2.5);
  Buffer input = random.floats(1000);
  for (float& value : input) {
    value *= 4.0F;
  }
  Buffer output(input.size());
  kernels::fake_quantize_forward(quantization.scale, quantization.zero_point, input, output);
  for (std::size_t i = 0; i < input.size(); ++i) {
    const double real = quantization.to_real(quantize(double{input[i]}, quantization));
    CHECK(output[i] == static_cast<float>(real));
  }
}

TEST_CASE("weights that are rounded have the integers of their scale, and so have biases") {
  RandomValues random;
  Buffer weights = random.floats(90);
  Buffer biases = random.floats(2);
  constexpr std::size_t kInputs = 45;
  const float scale = kernels::int8_weight_scale(weights, biases, kInputScale, kInputs);
  const float largest = std::abs(
      *std::ranges::max_element(weights, {}, [](float weight) { return std::abs(weight); }));
  CHECK(scale == static_cast<float>(double{largest} / 127.0));
  Buffer rounded = weights;
  Buffer rounded_biases = biases;
  kernels::fake_quantize_weights(rounded, rounded_biases, kInputScale, kInputs);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const float integer = kernels::int8_weight(weights[i], scale);
    CHECK(integer == std::nearbyint(weights[i] / scale));
    CHECK(std::abs(integer) <= 127.0F);
    CHECK(rounded[i] == integer * scale);
  }
  for (std::size_t i = 0; i < biases.size(); ++i) {
    CHECK(double{rounded_biases[i]} ==
          doctest::Approx(kernels::int32_bias(biases[i], kInputScale, scale) * double{kInputScale} *
                          double{scale})
              .epsilon(1e-6));
  }
  Buffer zeros(90);
  Buffer one{1.0F};
  kernels::fake_quantize_weights(zeros, one, kInputScale, 90);
  CHECK(double{one[0]} == doctest::Approx(1.0).epsilon(1e-6));
}

TEST_CASE("layers with an input scale compute with rounded weights and train those behind them") {
  SerialExecutor executor;
  const Dataset data = pattern_images(40, 8, 4);
  const std::vector<float> image(data.pixels(0), data.pixels(0) + 64);
  constexpr double kRate = 0.5;
  const TrainerOptions options{.batch_size = 40,
                               .optimizer = {.type = OptimizerType::kSgd, .learning_rate = kRate}};
  Trainer rounding(rounding_model(), options, executor);
  rounding.set_data(Split::kTrain, data);
  rounding.train_steps(2);
  const std::vector<NamedTensor> before = rounding.parameters();

  Trainer plain(small_model(), options, executor);
  plain.set_parameters(rounded(before));
  CHECK(difference(rounding.logits(image), plain.logits(image)) == "");
  CHECK(difference(rounding.predict_batch(image), plain.predict_batch(image)) == "");
  CHECK(difference(rounding.activations(image)[1].data, plain.activations(image)[1].data) == "");
  plain.set_parameters(before);
  CHECK(difference(rounding.logits(image), plain.logits(image)) != "");

  plain.set_parameters(rounded(before));
  plain.set_data(Split::kTrain, data);
  const std::vector<NamedTensor> gradients = plain.gradients(data);
  rounding.train_steps(1);
  const std::vector<NamedTensor> after = rounding.parameters();
  for (std::size_t i = 0; i < after.size(); ++i) {
    CHECK(difference(rounding.parameters()[i].data, after[i].data) == "");
    for (std::size_t k = 0; k < after[i].data.size(); ++k) {
      const double expected = double{before[i].data[k]} - kRate * double{gradients[i].data[k]};
      CHECK(double{after[i].data[k]} == doctest::Approx(expected).epsilon(1e-4).scale(1e-2));
    }
  }
}

TEST_CASE("averaged weights are rounded where they predict, and not where they are exported") {
  SerialExecutor executor;
  const Dataset data = pattern_images(40, 8, 4);
  const std::vector<float> image(data.pixels(0), data.pixels(0) + 64);
  Trainer rounding(rounding_model(), {.ema_decay = 0.9}, executor);
  rounding.set_data(Split::kTrain, data);
  rounding.train_steps(9);
  const std::vector<NamedTensor> averages = rounding.evaluated_parameters();
  CHECK(difference(averages[0].data, rounding.parameters()[0].data) != "");
  CHECK(difference(averages[0].data, rounded(averages)[0].data) != "");
  Trainer plain(small_model(), {}, executor);
  plain.set_parameters(rounded(averages));
  CHECK(difference(rounding.logits(image), plain.logits(image)) == "");
}

TEST_CASE("a network that rounds trains to the same bits after save and load") {
  SerialExecutor executor;
  ModelSpec spec = rounding_model();
  spec.layers.insert(spec.layers.begin() + 2, fake_quantize("round", 0.02, -128));
  const auto make = [&] {
    auto trainer = std::make_unique<Trainer>(spec, TrainerOptions{.ema_decay = 0.9}, executor);
    trainer->set_data(Split::kTrain, pattern_images(40, 8, 4));
    return trainer;
  };
  const auto straight = make();
  straight->train_steps(5);
  const std::vector<std::uint8_t> saved = straight->save();
  straight->train_steps(5);
  const auto resumed = make();
  resumed->load(saved);
  CHECK(resumed->model().spec() == spec);
  resumed->train_steps(5);
  CHECK(resumed->save() == straight->save());
}

TEST_CASE("scales and zero points out of range are refused") {
  const auto refuses = [](const LayerSpec& layer, std::initializer_list<std::string_view> parts) {
    const ModelSpec spec = model({2, 8, 8}, {layer, flatten("flatten"), linear("fc", 3)});
    return wrong_refusal([&] { summarize(spec); }, parts);
  };
  for (const double scale : {0.0, -1.0, 1e-50, 1e50, double{kNaN}, double{kInfinity}}) {
    CHECK(refuses(fake_quantize("f", scale), {"[fakeQuantize f]", "a scale above 0", "got"}) == "");
  }
  for (const int zero_point : {-129, 128}) {
    CHECK(refuses(fake_quantize("f", 1.0, zero_point),
                  {"[fakeQuantize f]", "a zero_point from -128 to 127", "got"}) == "");
  }
  LayerSpec conv = conv2d("c", 4, {3, 3});
  for (const double scale : {-1.0, 1e-50, 1e50, double{kNaN}}) {
    conv.input_scale = scale;
    CHECK(refuses(conv, {"[conv2d c]", "an inputScale from 0", "got"}) == "");
  }
  LayerSpec wide = linear("wide", 2);
  wide.input_scale = 0.1;
  CHECK(wrong_refusal([&] { summarize(model({1, 300, 300}, {flatten("flat"), wide})); },
                      {"[linear wide]", "for weights of int8", "got 90000"}) == "");
}

}  // namespace tinycnn::test
