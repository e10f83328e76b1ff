// SPDX-License-Identifier: MIT
// A network that rounds as its integers will: the very integers, before and after it is trained.
#include "tinycnn/quantization_aware.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "support/bits.h"
#include "support/datasets.h"
#include "support/random_values.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/quantized_model.h"
#include "tinycnn/trainer.h"
#include "tinycnn/zoo.h"

namespace tinycnn::test {
namespace {

constexpr int kClasses = 4;
constexpr std::size_t kImages = 60;

/// Networks with every kind of step that a quantized network has.
std::vector<ModelSpec> specs() {
  const auto net = [](std::vector<LayerSpec> layers) {
    layers.push_back(flatten("flat"));
    layers.push_back(linear("last", kClasses));
    return model({1, 8, 8}, std::move(layers));
  };
  LayerSpec frozen = conv2d("frozen", 4, {3, 3});
  frozen.frozen = true;
  return {
      small_model(),
      branched_model(),
      // A ReLU behind its pool, dropout between, batch norm that is not folded.
      net({conv2d("conv", 5, {3, 3}), max_pool2d("pool", {2, 2}), relu("relu"),
           dropout("drop", 0.2), batch_norm2d("bn"), relu("relu2")}),
      // Sums of more than two, concatenation, averages of all kinds.
      net({from("input", conv2d("a", 4, {3, 3})), relu("a_relu"),
           from("input", conv2d("b", 4, {3, 3})), from("input", conv2d("c", 4, {3, 3})),
           from({"a_relu", "b", "c", "a_relu"}, plain("add", LayerType::kAdd)), relu("after"),
           from({"after", "b"}, plain("concat", LayerType::kConcat)),
           pool2d("avg", LayerType::kAvgPool2d, {2, 2}, {1, 1}, {1, 1}),
           plain("gap", LayerType::kGlobalAvgPool2d)}),
      // Tables, and a pool of the input.
      net({pool2d("first", LayerType::kAvgPool2d, {2, 2}), conv2d("conv", 5, {2, 2}),
           plain("sigmoid", LayerType::kSigmoid), conv2d("conv2", 4, {2, 2}),
           plain("tanh", LayerType::kTanh), flatten("flat1"), linear("fc", 6),
           plain("leaky", LayerType::kLeakyReLU), linear("fc2", 5),
           plain("gelu", LayerType::kGELU)}),
      // Zeros on some sides, dilation, ReLU6 with and without a step of its own, products.
      net({from("input", conv2d("a", 4, {3, 3}, {.dilation = {2, 2}})),
           plain("six", LayerType::kReLU6), zero_pad2d("pad", {1, 0, 2, 0}), conv2d("b", 4, {3, 2}),
           max_pool2d("pool", {2, 2}), plain("six2", LayerType::kReLU6),
           plain("gap", LayerType::kGlobalAvgPool2d), linear("gate", 4),
           plain("sigmoid", LayerType::kSigmoid),
           from({"sigmoid", "six2", "gap"}, plain("multiply", LayerType::kMultiply))}),
      // Folded and frozen, and a softmax at the end.
      model({1, 8, 8},
            {frozen, batch_norm2d("bn"), relu("relu"), max_pool2d("pool", {2, 2}), flatten("flat"),
             linear("fc", 7, false), plain("bn1", LayerType::kBatchNorm1d), linear("fc2", kClasses),
             plain("softmax", LayerType::kLogSoftmax)}),
  };
}

struct Network {
  explicit Network(const ModelSpec& spec, int steps = 40)
      : data(pattern_images(200, spec.input.height, kClasses)),
        trainer(spec, options(spec), executor) {
    trainer.set_data(Split::kTrain, data);
    trainer.train_steps(steps);
  }

  static TrainerOptions options(const ModelSpec& spec) {
    const bool logs = spec.layers.back().type == LayerType::kLogSoftmax;
    return {.loss = {.type = logs ? LossType::kNegativeLogLikelihood : LossType::kCrossEntropy},
            .ema_decay = 0.8};
  }

  [[nodiscard]] TrainedModel trained() { return trained_model(trainer); }
  [[nodiscard]] Images images() const { return calibration_images(data, kImages); }
  [[nodiscard]] std::vector<float> pixels(std::size_t index) const {
    return {data.pixels(index), data.pixels(index) + data.shape().size()};
  }

  SerialExecutor executor;
  Dataset data;
  Trainer trainer;
};

void check_same(const QuantizedModel& a, const QuantizedModel& b) {
  CHECK(a.input_quantization() == b.input_quantization());
  REQUIRE(a.steps().size() == b.steps().size());
  for (std::size_t i = 0; i < a.steps().size(); ++i) {
    const QuantizedStep& x = a.steps()[i];
    const QuantizedStep& y = b.steps()[i];
    CAPTURE(x.name);
    CHECK(x.operation == y.operation);
    CHECK(x.inputs == y.inputs);
    CHECK(x.weight == y.weight);
    CHECK(x.weight_scale == y.weight_scale);
    CHECK(x.bias == y.bias);
    CHECK(x.multiplier == y.multiplier);
    CHECK(x.table == y.table);
    CHECK(x.quantization == y.quantization);
    CHECK(x.min == y.min);
  }
}

/// Averages and values that get another scale are often halfway between two integers. TensorFlow
/// Lite's rules round those away from zero, and values that get another scale twice.
bool has_ties(const ModelSpec& spec) {
  return std::ranges::any_of(spec.layers, [](const LayerSpec& layer) {
    return layer.type == LayerType::kAvgPool2d || layer.type == LayerType::kGlobalAvgPool2d ||
           layer.type == LayerType::kConcat;
  });
}

/// The integers give what the network itself gives, but for numbers about halfway between two of
/// them: a unit away at most; with many of these a few units.
void check_scores(Network& network, const QuantizedModel& quantized) {
  const bool many_ties = has_ties(network.trainer.model().spec());
  const float furthest = many_ties ? 4.01F : 1.01F;
  std::size_t same = 0;
  double distance = 0.0;
  std::size_t count = 0;
  const Quantization& unit = quantized.output_quantization();
  for (std::size_t i = 0; i < 100; ++i) {
    const std::vector<float> pixels = network.pixels(i);
    const auto outputs = network.trainer.activations(pixels);
    const auto scores = quantized.scores(pixels);
    // The layer that rounds the scores: the last one, or the one before a softmax.
    const auto last = std::find_if(outputs.rbegin(), outputs.rend(), [](const ActivationMap& map) {
      return map.type == "fakeQuantize";
    });
    REQUIRE(last->data.size() == scores.size());
    for (std::size_t k = 0; k < scores.size(); ++k) {
      const auto real = static_cast<float>(unit.to_real(scores[k]));
      CHECK(std::abs(last->data[k] - real) <= furthest * unit.scale);
      same += last->data[k] == real ? 1 : 0;
      distance += std::abs(double{last->data[k] - real}) / double{unit.scale};
      ++count;
    }
  }
  CHECK((many_ties || same >= count * 95 / 100));
  CHECK(distance <= (many_ties ? 1.0 : 0.05) * static_cast<double>(count));
}

}  // namespace

TEST_CASE("a network that rounds has the integers of the network that it was made of") {
  for (const ModelSpec& spec : specs()) {
    Network network(spec);
    const TrainedModel aware = quantization_aware(network.trained(), network.images());
    check_same(QuantizedModel(aware, network.images()),
               QuantizedModel(network.trained(), network.images()));
  }
  for (const ZooEntry& entry : zoo()) {
    SerialExecutor executor;
    Trainer trainer(entry.spec, entry.recipe.options, executor);
    const Images images = calibration_images(pattern_images(3, 28, 10), 3);
    const TrainedModel trained = trained_model(trainer);
    check_same(QuantizedModel(quantization_aware(trained, images), images),
               QuantizedModel(trained, images));
  }
}

TEST_CASE("trained on, the integers give what the network gives, with the same ranges") {
  for (const ModelSpec& spec : specs()) {
    CAPTURE(spec.layers.front().name);
    Network network(spec);
    const TrainedModel aware = quantization_aware(network.trained(), network.images());
    Network tuned(aware.spec, 1);
    tuned.trainer.set_parameters(aware.parameters);
    const QuantizedModel before(tuned.trained(), network.images());
    check_scores(tuned, before);
    tuned.trainer.train_steps(20);
    const QuantizedModel after(tuned.trained(), network.images());
    check_scores(tuned, after);
    bool differs = false;
    for (std::size_t i = 0; i < after.steps().size(); ++i) {
      CHECK(after.steps()[i].quantization == before.steps()[i].quantization);
      differs = differs || after.steps()[i].weight != before.steps()[i].weight;
    }
    CHECK(differs);
  }
}

TEST_CASE("layers keep their names, and a max-pool is rounded after it") {
  Network network(small_model());
  const TrainedModel aware = quantization_aware(network.trained(), network.images());
  std::vector<std::string> names;
  for (const LayerSpec& layer : aware.spec.layers) {
    names.push_back(layer.name);
  }
  CHECK(names == std::vector<std::string>{"input_int8", "conv", "relu1", "pool", "pool_int8",
                                          "flatten", "fc1", "relu2", "relu2_int8", "fc2",
                                          "fc2_int8"});
  CHECK(aware.parameters.front().name == "conv.weight");
}

TEST_CASE("a layer that rounds what others read unrounded is a step of its own") {
  const LayerSpec rounds{.name = "round", .type = LayerType::kFakeQuantize, .scale = 0.25};
  Network network(model({1, 8, 8}, {conv2d("conv", 3, {3, 3}), rounds,
                                    from({"conv", "round"}, plain("add", LayerType::kAdd)),
                                    flatten("flat"), linear("fc", kClasses)}));
  const QuantizedModel quantized(network.trained(), network.images());
  const auto step = std::ranges::find(quantized.steps(), "round", &QuantizedStep::name);
  REQUIRE(step != quantized.steps().end());
  CHECK(step->operation == QuantizedOperation::kRequantize);
  CHECK(step->quantization == Quantization{.scale = 0.25F, .zero_point = 0});
}

TEST_CASE("files in floating point leave the rounding out") {
  Network network(small_model());
  const TrainedModel trained = network.trained();
  const TrainedModel aware = quantization_aware(trained, network.images());
  for (const ExportFormat format : {ExportFormat::kC, ExportFormat::kTflite}) {
    const auto size = [&](const TrainedModel& model) {
      return export_model(model, {.format = format, .name = "net"}).size();
    };
    CHECK(size(aware) < size(trained) + 2000);  // more layers in the metadata alone
  }
}

TEST_CASE("a network that rounds already is refused") {
  Network network(small_model());
  const TrainedModel aware = quantization_aware(network.trained(), network.images());
  CHECK(wrong_refusal([&] { quantization_aware(aware, network.images()); },
                      {"[quantizationAware] expected a network that does not round yet",
                       "input_int8"}) == "");
}

}  // namespace tinycnn::test
