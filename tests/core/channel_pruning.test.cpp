// SPDX-License-Identifier: MIT
// Channels that are pruned: the smaller network is the given one with zeros in their place.
#include "tinycnn/channel_pruning.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/datasets.h"
#include "support/random_values.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"
#include "tinycnn/zoo.h"

namespace tinycnn::test {
namespace {

constexpr int kClasses = 4;

/// Weights, biases and running statistics that differ from channel to channel.
TrainedModel random_model(const ModelSpec& spec) {
  SerialExecutor executor;
  Trainer trainer(spec, {}, executor);
  RandomValues random(11);
  TrainedModel model = trained_model(trainer);
  for (NamedTensor& tensor : model.parameters) {
    const bool is_variance = tensor.name.ends_with("running_var");
    for (float& value : tensor.data) {
      value = is_variance ? 1.0F + 0.9F * random.value() : 0.6F * random.value();
    }
  }
  return model;
}

const PrunedLayer& layer_of(const PruneReport& report, std::string_view name) {
  const auto found = std::ranges::find(report.layers, name, &PrunedLayer::name);
  REQUIRE(found != report.layers.end());
  return *found;
}

/// The model with zeros in place of what belongs to channels that have gone.
TrainedModel with_zeros(TrainedModel model, const PruneReport& report) {
  for (NamedTensor& tensor : model.parameters) {
    const PrunedLayer& layer = layer_of(report, tensor.name.substr(0, tensor.name.rfind('.')));
    const auto channels = static_cast<std::size_t>(tensor.shape.front());
    const std::size_t size = tensor.data.size() / channels;
    for (std::size_t c = 0; c < channels; ++c) {
      const bool is_kept = std::ranges::binary_search(layer.channels, static_cast<int>(c));
      const bool is_statistic = tensor.name.find(".running_") != std::string::npos;
      if (!is_kept && !is_statistic) {
        std::fill_n(tensor.data.begin() + static_cast<std::ptrdiff_t>(c * size), size, 0.0F);
      }
    }
  }
  return model;
}

std::vector<float> logits_of(const TrainedModel& model, const Dataset& data) {
  SerialExecutor executor;
  Trainer trainer(model.spec, model.options, executor);
  trainer.set_parameters(model.parameters);
  std::vector<float> logits;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::vector<float> pixels(data.pixels(i), data.pixels(i) + data.shape().size());
    const std::vector<float> of_image = trainer.logits(pixels);
    logits.insert(logits.end(), of_image.begin(), of_image.end());
  }
  return logits;
}

std::int64_t macs_of(const ModelSpec& spec) { return summarize(spec).macs; }

/// Prunes, and holds the smaller network to what is promised of it. All layers between channels and
/// their readers must give 0 for 0.
PrunedNetwork check(const ModelSpec& spec, double sparsity) {
  const TrainedModel model = random_model(spec);
  PrunedNetwork pruned = prune_channels(model, sparsity);
  const double before = static_cast<double>(macs_of(spec));
  const double after = static_cast<double>(macs_of(pruned.model.spec));
  CHECK(after <= (1.0 - sparsity) * before);
  CHECK(pruned.report.sparsity == doctest::Approx(1.0 - after / before));
  CHECK(pruned.report.target == sparsity);
  const Shape& input = spec.input;
  const Dataset data = noise_images(10, input.height, kClasses, input.channels);
  const std::vector<float> expected = logits_of(with_zeros(model, pruned.report), data);
  const std::vector<float> got = logits_of(pruned.model, data);
  REQUIRE(got.size() == expected.size());
  float largest = 0.0F;
  for (const float value : expected) {
    largest = std::max(largest, std::abs(value));
  }
  for (std::size_t i = 0; i < got.size(); ++i) {
    CHECK(std::abs(got[i] - expected[i]) <= 1e-5F * largest);
  }
  return pruned;
}

ModelSpec net(std::vector<LayerSpec> layers, Shape input = {1, 8, 8}) {
  layers.push_back(flatten("flat"));
  layers.push_back(linear("last", kClasses));
  return model(input, std::move(layers));
}

int channels_of(const PrunedNetwork& pruned, std::string_view layer) {
  return static_cast<int>(layer_of(pruned.report, layer).channels.size());
}

}  // namespace

TEST_CASE("a smaller network gives what the given one gives with zeros for the channels") {
  for (const double sparsity : {0.0, 0.3, 0.6, 0.7}) {
    CAPTURE(sparsity);
    check(small_model(), sparsity);
    // Batch norm before and after activations, pools of all kinds, hidden linear layers.
    check(net({conv2d("a", 8, {3, 3}), batch_norm2d("bn_a"), relu("ra"), max_pool2d("pool", {2, 2}),
               conv2d("b", 12, {2, 2}), relu("rb"), batch_norm2d("bn_b"),
               pool2d("avg", LayerType::kAvgPool2d, {2, 2}, {1, 1}, {1, 1}), flatten("f"),
               linear("fc1", 16), plain("bn1", LayerType::kBatchNorm1d),
               plain("tanh", LayerType::kTanh), linear("fc2", 9), plain("silu", LayerType::kSiLU)}),
          sparsity);
    // A global average, and colours.
    check(net({conv2d("a", 9, {3, 3}), plain("gelu", LayerType::kGELU), conv2d("b", 10, {3, 3}),
               plain("leaky", LayerType::kLeakyReLU), plain("gap", LayerType::kGlobalAvgPool2d)},
              {3, 8, 8}),
          sparsity);
    // Groups and depthwise convolutions, also with two outputs for an input.
    check(net({conv2d("a", 8, {3, 3}), relu("r"), conv2d("g", 12, {3, 3}, {.groups = 4}),
               conv2d("d", 12, {3, 3}, {.padding = {1, 1}, .groups = 12}), relu("rd"),
               conv2d("d2", 24, {1, 1}, {.groups = 12}), conv2d("p", 6, {1, 1})}),
          sparsity);
  }
  for (const double sparsity : {0.3, 0.6}) {
    // Zeros around, dilation, and a gate for each channel.
    check(net({conv2d("a", 8, {3, 3}), plain("six", LayerType::kReLU6),
               zero_pad2d("pad", {1, 0, 2, 1}), conv2d("b", 8, {2, 3}, {.dilation = {2, 1}}),
               plain("gap", LayerType::kGlobalAvgPool2d), conv2d("down", 4, {1, 1}), relu("relu"),
               conv2d("up", 8, {1, 1}), plain("sigmoid", LayerType::kSigmoid),
               from({"b", "sigmoid"}, plain("multiply", LayerType::kMultiply))}),
          sparsity);
  }
  for (const double sparsity : {0.2, 0.5}) {
    check(branched_model(), sparsity);
  }
}

TEST_CASE("channels that are added to each other go together") {
  const PrunedNetwork pruned = check(
      net({from("input", conv2d("a", 8, {3, 3})), batch_norm2d("bn_a"), relu("ra"),
           conv2d("b", 8, {3, 3}, {.padding = {1, 1}}), relu("rb"),
           from({"ra", "rb"}, plain("add", LayerType::kAdd)), from("input", conv2d("c", 5, {3, 3})),
           from({"add", "c"}, plain("concat", LayerType::kConcat)), conv2d("d", 6, {3, 3})}),
      0.6);
  const std::vector<int>& a = layer_of(pruned.report, "a").channels;
  CHECK(a.size() < 8);
  CHECK(layer_of(pruned.report, "b").channels == a);
  CHECK(layer_of(pruned.report, "bn_a").channels == a);
}

TEST_CASE("what the input, the classes, a frozen layer or a softmax ties stays") {
  const PrunedNetwork image =
      check(model({3, 8, 8}, {conv2d("a", 3, {3, 3}, {.padding = {1, 1}}),
                              from({"input", "a"}, plain("add", LayerType::kAdd)),
                              conv2d("b", 8, {3, 3}), flatten("flat"), linear("last", kClasses)}),
            0.4);
  CHECK(channels_of(image, "a") == 3);
  CHECK(channels_of(image, "last") == kClasses);

  LayerSpec frozen = conv2d("frozen", 6, {3, 3});
  frozen.frozen = true;
  const PrunedNetwork kept = check(
      net({conv2d("a", 6, {3, 3}), relu("r"), frozen, relu("r2"), conv2d("b", 8, {3, 3})}), 0.1);
  CHECK(channels_of(kept, "a") == 6);
  CHECK(channels_of(kept, "frozen") == 6);
  CHECK(channels_of(kept, "b") < 8);

  const PrunedNetwork soft = check(net({flatten("f"), linear("fc1", 8), relu("r"), linear("fc2", 8),
                                        plain("softmax", LayerType::kSoftmax)}),
                                   0.3);
  CHECK(channels_of(soft, "fc2") == 8);
}

TEST_CASE("the channels with the smallest batch-norm scale go, else those with the smallest norm") {
  TrainedModel model = random_model(
      net({conv2d("a", 4, {3, 3}), batch_norm2d("bn"), relu("r"), conv2d("b", 4, {3, 3})}));
  const auto tensor = [&](std::string_view name) -> NamedTensor& {
    return *std::ranges::find(model.parameters, name, &NamedTensor::name);
  };
  tensor("bn.weight").data = {1.0F, -0.1F, 0.9F, -1.0F};
  std::ranges::fill(tensor("b.weight").data, 1.0F);
  std::vector<float>& b = tensor("b.weight").data;
  const auto second = b.begin() + static_cast<std::ptrdiff_t>(2 * b.size() / 4);
  std::fill_n(second, b.size() / 4, 0.05F);
  const PrunedNetwork pruned = prune_channels(model, 0.3);
  CHECK(layer_of(pruned.report, "a").channels == std::vector{0, 2, 3});
  CHECK(layer_of(pruned.report, "b").channels == std::vector{0, 1, 3});
}

TEST_CASE("every network of the zoo is pruned to half and to a quarter, and trains on") {
  for (const ZooEntry& entry : zoo()) {
    CAPTURE(entry.id);
    SerialExecutor executor;
    Trainer trainer(entry.spec, entry.recipe.options, executor);
    for (const double sparsity : {0.5, 0.75}) {
      const PrunedNetwork pruned = prune_channels(trained_model(trainer), sparsity);
      CHECK(macs_of(pruned.model.spec) <=
            (1.0 - sparsity) * static_cast<double>(macs_of(entry.spec)));
      Trainer smaller(pruned.model.spec, pruned.model.options, executor);
      smaller.set_parameters(pruned.model.parameters);
      smaller.set_data(Split::kTrain, pattern_images(20, 28, 10));
      CHECK(!smaller.train_steps(1).divergence);
    }
  }
}

TEST_CASE("the report says what is left of each layer") {
  const TrainedModel model = random_model(small_model());
  const PrunedNetwork pruned = prune_channels(model, 0.5);
  const ModelSummary before = summarize(model.spec);
  const ModelSummary after = summarize(pruned.model.spec);
  REQUIRE(pruned.report.layers.size() == 3);
  for (const PrunedLayer& layer : pruned.report.layers) {
    const auto of = [&](const ModelSummary& summary) -> const LayerSummary& {
      return *std::ranges::find_if(
          summary.layers, [&](const LayerSummary& each) { return each.spec.name == layer.name; });
    };
    CHECK(layer.parameters_before == of(before).parameter_count);
    CHECK(layer.parameters == of(after).parameter_count);
    CHECK(layer.macs_before == of(before).macs);
    CHECK(layer.macs == of(after).macs);
    CHECK(layer.zeros == 0);
  }
  const std::string json = pruned_json(pruned);
  CHECK(json.starts_with(R"({"spec":{"name":"test","input":[1,8,8],"layers":[{)"));
  CHECK(json.find(R"("report":{"target":0.5,"sparsity":)") != std::string::npos);
}

TEST_CASE("a sparsity out of range, or more than can go, is refused") {
  const TrainedModel model = random_model(small_model());
  const auto refuses = [&](double sparsity, std::string_view text) {
    return wrong_refusal([&] { prune_channels(model, sparsity); }, {text});
  };
  const std::string_view range = "[prune] expected a sparsity from 0 to below 1, got ";
  CHECK(refuses(std::numeric_limits<double>::quiet_NaN(), range) == "");
  CHECK(refuses(1.0, range) == "");
  CHECK(refuses(-1.0, range) == "");
  CHECK(refuses(0.999, "[prune] expected a sparsity of at most 0.") == "");
  const TrainedModel alone =
      random_model(tinycnn::test::model({1, 8, 8}, {flatten("flat"), linear("last", kClasses)}));
  CHECK(wrong_refusal([&] { prune_channels(alone, 0.1); }, {"at most 0 for the channels"}) == "");
}

}  // namespace tinycnn::test
