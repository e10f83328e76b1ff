// SPDX-License-Identifier: MIT
// Shapes and counts that follow from a spec alone.
#include <doctest/doctest.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "model/layer_types.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/model_spec.h"
#include "tinycnn/trainer.h"
#include "tinycnn/zoo.h"

namespace tinycnn::test {
namespace {

std::vector<std::string_view> field_names(LayerType type) {
  std::vector<std::string_view> names;
  for (const Field<LayerSpec>& field : layer_fields(type)) {
    names.push_back(field.name());
  }
  return names;
}

/// Output of the first layer; flatten and linear follow, so that the spec ends in a vector.
Shape output_of(const Shape& input, const LayerSpec& layer) {
  return summarize(model(input, {layer, flatten("flatten"), linear("fc", 2)})).layers[0].output;
}

}  // namespace

TEST_CASE("TinyCNN has 18,982 parameters, layer by layer as PyTorch counts them") {
  const ModelSummary summary = summarize(find_in_zoo("tinycnn").spec);
  CHECK(summary.parameter_count == 18'982);
  CHECK(summary.parameter_count ==
        (9 * 4 + 4) + (9 * 4 * 4 + 4) + (576 * 32 + 32) + (32 * 10 + 10));
  CHECK(summary.classes == 10);
  std::vector<std::string> names;
  for (const LayerSummary& layer : summary.layers) {
    for (const ParameterSpec& parameter : layer.parameters) {
      names.push_back(parameter.name);
    }
  }
  CHECK(names == std::vector<std::string>{"conv1.weight", "conv1.bias", "conv2.weight",
                                          "conv2.bias", "fc1.weight", "fc1.bias", "fc2.weight",
                                          "fc2.bias"});
}

TEST_CASE("TinyCNN's multiply-adds are those of its four layers with weights") {
  constexpr std::int64_t kConv1 = 26 * 26 * 4 * 9;
  constexpr std::int64_t kConv2 = 24 * 24 * 4 * 4 * 9;
  constexpr std::int64_t kFc1 = 576 * 32;
  constexpr std::int64_t kFc2 = 32 * 10;
  CHECK(summarize(find_in_zoo("tinycnn").spec).macs == kConv1 + kConv2 + kFc1 + kFc2);
}

TEST_CASE("TinyCNN's shapes shrink from 28x28 to 10 classes") {
  std::vector<Shape> shapes;
  for (const LayerSummary& layer : summarize(find_in_zoo("tinycnn").spec).layers) {
    shapes.push_back(layer.output);
  }
  CHECK(shapes == std::vector<Shape>{{4, 26, 26},
                                     {4, 26, 26},
                                     {4, 24, 24},
                                     {4, 24, 24},
                                     {4, 12, 12},
                                     {576, 1, 1},
                                     {32, 1, 1},
                                     {32, 1, 1},
                                     {10, 1, 1}});
}

TEST_CASE("a convolution's output follows kernel, stride and padding, rounded down") {
  CHECK(output_of({3, 28, 28}, conv2d("c", 8, {3, 3})) == Shape{8, 26, 26});
  CHECK(output_of({3, 28, 28}, conv2d("c", 8, {3, 3}, {.padding = {1, 1}})) == Shape{8, 28, 28});
  CHECK(output_of({3, 28, 28}, conv2d("c", 8, {5, 3}, {.stride = {2, 3}})) == Shape{8, 12, 9});
  CHECK(output_of({1, 7, 8}, conv2d("c", 1, {2, 2}, {.stride = {2, 2}})) == Shape{1, 3, 4});
  CHECK(output_of({1, 1, 1}, conv2d("c", 5, {3, 3}, {.padding = {2, 2}})) == Shape{5, 3, 3});
}

TEST_CASE("a pool steps by its own size unless told otherwise, and drops what does not fit") {
  CHECK(output_of({4, 24, 24}, max_pool2d("p", {2, 2})) == Shape{4, 12, 12});
  CHECK(output_of({4, 7, 8}, max_pool2d("p", {2, 3})) == Shape{4, 3, 2});
  CHECK(output_of({4, 7, 8}, max_pool2d("p", {3, 3}, {1, 2})) == Shape{4, 5, 3});
}

TEST_CASE("the summary resolves strides and sources that the spec leaves out") {
  const ModelSummary summary = summarize(
      model({1, 8, 8}, {conv2d("conv", 2, {3, 3}), max_pool2d("pool", {2, 2}), flatten("flatten"),
                        linear("fc1", 4), from("flatten", linear("fc2", 3))}));
  CHECK(summary.layers[0].spec.stride == Size2d{1, 1});
  CHECK(summary.layers[1].spec.stride == Size2d{2, 2});
  CHECK(summary.layers[0].inputs == std::vector{-1});
  CHECK(summary.layers[3].inputs == std::vector{2});
  CHECK(summary.layers[4].inputs == std::vector{2});
}

TEST_CASE("a layer without bias has a weight alone") {
  const ModelSummary summary =
      summarize(model({1, 4, 4}, {conv2d("conv", 2, {3, 3}, {.bias = false}), flatten("flatten"),
                                  linear("fc", 3, false)}));
  CHECK(summary.layers[0].parameters.size() == 1);
  CHECK(summary.layers[0].parameters[0].shape == std::vector{2, 1, 3, 3});
  CHECK(summary.layers[2].parameters.size() == 1);
  CHECK(summary.parameter_count == 18 + 24);
}

TEST_CASE("a layer may read the input by name, wherever it stands") {
  const ModelSummary summary =
      summarize(model({3, 1, 1}, {linear("a", 5), from("input", linear("b", 4))}));
  CHECK(summary.layers[1].inputs == std::vector{-1});
  CHECK(summary.layers[1].parameter_count == 3 * 4 + 4);
}

TEST_CASE("layer types are converted to their names and back") {
  std::set<std::string_view> names;
  for (const LayerTypeInfo& info : kLayerTypes) {
    const LayerType type = info.type;
    CHECK(layer_type_from_string(to_string(type)) == type);
    names.insert(to_string(type));
  }
  CHECK(names.size() == kLayerTypes.size());
  CHECK(to_string(static_cast<LayerType>(200)) == "unknown");
  CHECK(wrong_refusal([] { layer_type_from_string("conv3d"); },
                      {"expected a layer type out of", "conv2d", "relu", "maxPool2d", "flatten",
                       "linear", "got 'conv3d'"}) == "");
}

TEST_CASE("the fields of each layer type are known by name") {
  using Names = std::vector<std::string_view>;
  CHECK(field_names(LayerType::kConv2d) == Names{"outChannels", "kernelSize", "stride", "padding",
                                                 "dilation", "groups", "bias", "frozen",
                                                 "inputScale"});
  CHECK(field_names(LayerType::kLinear) == Names{"outFeatures", "bias", "frozen", "inputScale"});
  CHECK(field_names(LayerType::kFakeQuantize) == Names{"scale", "zeroPoint"});
  CHECK(field_names(LayerType::kMaxPool2d) == Names{"kernelSize", "stride", "padding"});
  CHECK(field_names(LayerType::kAvgPool2d) == field_names(LayerType::kMaxPool2d));
  CHECK(field_names(LayerType::kBatchNorm1d) == Names{"eps", "momentum", "frozen"});
  CHECK(field_names(LayerType::kDropout2d) == Names{"p"});
  CHECK(field_names(LayerType::kLeakyReLU) == Names{"negativeSlope"});
  CHECK(field_names(LayerType::kReLU).empty());
  CHECK(wrong_refusal([] { layer_fields(static_cast<LayerType>(24)); },
                      {"[model]", "a known layer type", "got number 24"}) == "");
}

TEST_CASE("a field reaches the member that it names") {
  LayerSpec layer = conv2d("conv", 4, {3, 3});
  layer.stride = {2, 5};
  int sides = 0;
  for (const Field<LayerSpec>& field : layer_fields(LayerType::kConv2d)) {
    if (field.name() == "stride") {
      CHECK(field.min_side() == 1);
      field.visit(layer, [&]<class... Members>(Members&... members) {
        if constexpr ((std::is_same_v<Members, Size2d> && ...)) {
          sides = ((members.height * 10 + members.width) + ...);
          ((members = {3, 3}), ...);
        }
      });
    }
  }
  CHECK(sides == 25);
  CHECK(layer.stride == Size2d{3, 3});
}

TEST_CASE("pools with padding, global pools and joins have PyTorch's shapes") {
  constexpr LayerType kMax = LayerType::kMaxPool2d;
  constexpr LayerType kAvg = LayerType::kAvgPool2d;
  CHECK(output_of({3, 28, 28}, pool2d("p", kMax, {3, 3}, {2, 2}, {1, 1})) == Shape{3, 14, 14});
  CHECK(output_of({3, 7, 8}, pool2d("p", kAvg, {2, 3}, {}, {1, 0})) == Shape{3, 4, 2});
  CHECK(output_of({3, 7, 8}, plain("p", LayerType::kGlobalAvgPool2d)) == Shape{3, 1, 1});
  CHECK(output_of({3, 7, 8}, from({"input", "input", "input"}, plain("j", LayerType::kAdd))) ==
        Shape{3, 7, 8});
  CHECK(output_of({3, 7, 8}, from({"input", "input"}, plain("j", LayerType::kConcat))) ==
        Shape{6, 7, 8});
}

TEST_CASE("dilation, zero padding and products have PyTorch's shapes") {
  const LayerSpec conv =
      conv2d("c", 4, {3, 2}, {.stride = {2, 1}, .padding = {1, 2}, .dilation = {2, 5}});
  CHECK(output_of({3, 9, 8}, conv) == Shape{4, 4, 7});
  CHECK(output_of({3, 9, 8}, zero_pad2d("z", {1, 2, 3, 4})) == Shape{3, 16, 11});
  const LayerSpec gap = plain("gap", LayerType::kGlobalAvgPool2d);
  const auto gated = [&](std::vector<std::string> inputs) {
    return summarize(
               model({3, 7, 8}, {gap, from(std::move(inputs), plain("m", LayerType::kMultiply)),
                                 flatten("f"), linear("fc", 2)}))
        .layers[1]
        .output;
  };
  CHECK(gated({"input", "gap"}) == Shape{3, 7, 8});
  CHECK(gated({"gap", "input", "input"}) == Shape{3, 7, 8});
  CHECK(gated({"gap", "gap"}) == Shape{3, 1, 1});
}

TEST_CASE("groups divide a convolution's weights and multiply-adds") {
  const ModelSummary summary = summarize(
      model({4, 6, 6}, {conv2d("c", 8, {3, 3}, {.groups = 2}), flatten("f"), linear("fc", 2)}));
  CHECK(summary.layers[0].parameters[0].shape == std::vector{8, 2, 3, 3});
  CHECK(summary.layers[0].parameters[0].fan_in == 18);
  CHECK(summary.layers[0].parameter_count == 8 * 18 + 8);
  CHECK(summary.layers[0].macs == 8 * 18 * 16);
}

TEST_CASE("every model of the zoo has exactly the parameters that it is named for") {
  const std::vector<std::pair<std::string, std::int64_t>> published{
      {"tinycnn", 18'982},    {"sigmoid-mlp", 25'450}, {"lenet5", 61'706},
      {"bn-gap-12k", 12'400}, {"residual-8k", 8'530},  {"wide-593k", 593'200},
      {"conv3-61k", 61'461},  {"conv2-24k", 24'245},   {"conv2-10k", 9'874},
      {"conv4-21k", 21'498},  {"conv3-2k", 1'856},     {"sep-3914", 3'914},
      {"sep-6610", 6'610},    {"sep-572", 572},        {"se-12k", 12'412}};
  CHECK(zoo().size() == published.size());
  for (const auto& [id, parameters] : published) {
    CAPTURE(id);
    const ZooEntry& entry = find_in_zoo(id);
    const ModelSummary summary = summarize(entry.spec);
    CHECK(summary.parameter_count == parameters);
    CHECK(entry.parameters == summary.parameter_count);
    CHECK(entry.macs == summary.macs);
  }
}

TEST_CASE("every recipe of the zoo makes a trainer of its model") {
  SerialExecutor executor;
  for (const ZooEntry& entry : zoo()) {
    for (const Recipe* recipe : {&entry.recipe, &entry.best_recipe}) {
      const std::string id(entry.id);
      CAPTURE(id);
      CHECK_NOTHROW(Trainer(entry.spec, recipe->options, executor));
      const Schedule& schedule = recipe->options.schedule;
      if (schedule.type == ScheduleType::kOneCycle || schedule.type == ScheduleType::kCosine) {
        const int batch = recipe->options.batch_size;
        CHECK(schedule.total_steps == recipe->epochs * ((60'000 + batch - 1) / batch));
      }
    }
    CHECK(!entry.title.empty());
    CHECK(!entry.source.empty());
    CHECK(!entry.published.empty());
  }
}

TEST_CASE("every model of the zoo fits together and is found by its id") {
  for (const ZooEntry& entry : zoo()) {
    CHECK(summarize(entry.spec).classes == 10);
    CHECK(&find_in_zoo(entry.id) == &entry);
    CHECK(entry.recipe.epochs > 0);
    CHECK(entry.best_recipe.epochs > 0);
  }
  CHECK(wrong_refusal([] { find_in_zoo("alexnet"); },
                      {"[zoo]", "expected a model out of", "tinycnn", "got 'alexnet'"}) == "");
}

}  // namespace tinycnn::test
