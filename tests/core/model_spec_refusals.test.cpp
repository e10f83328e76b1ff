// SPDX-License-Identifier: MIT
// A spec that does not fit together is refused with the layer, what was expected and what it got.
#include <doctest/doctest.h>

#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/model_spec.h"

namespace tinycnn::test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr int kHuge = std::numeric_limits<int>::max();

std::string wrong_model(const ModelSpec& spec, std::initializer_list<std::string_view> parts) {
  return wrong_refusal([&] { summarize(spec); }, parts);
}

/// `layer` on an 8x8 image of 2 channels, followed by what makes the rest of the model right.
std::string wrong_layer(const LayerSpec& layer, std::initializer_list<std::string_view> parts) {
  return wrong_model(model({2, 8, 8}, {layer, flatten("flatten"), linear("fc", 3)}), parts);
}

}  // namespace

TEST_CASE("sizes out of range are refused by layer and field") {
  CHECK(wrong_layer(conv2d("c", 0, {3, 3}), {"[conv2d c]", "out_channels from 1", "got 0"}) == "");
  CHECK(wrong_layer(conv2d("c", -4, {3, 3}), {"[conv2d c]", "out_channels", "got -4"}) == "");
  CHECK(wrong_layer(conv2d("c", kHuge, {3, 3}), {"[conv2d c]", "out_channels", "got 2147483647"}) ==
        "");
  CHECK(wrong_layer(conv2d("c", 1, {0, 3}), {"[conv2d c]", "kernel_size from 1", "got 0"}) == "");
  CHECK(wrong_layer(conv2d("c", 1, {3, kHuge}), {"[conv2d c]", "kernel_size", "got 2147"}) == "");
  CHECK(wrong_layer(conv2d("c", 1, {3, 3}, {.stride = {-1, 1}}),
                    {"[conv2d c]", "stride from 1", "got -1"}) == "");
  CHECK(wrong_layer(conv2d("c", 1, {3, 3}, {.padding = {0, kHuge}}),
                    {"[conv2d c]", "padding from 0 to 4096", "got 2147483647"}) == "");
  CHECK(wrong_layer(conv2d("c", 1, {3, 3}, {.padding = {-1, 0}}),
                    {"[conv2d c]", "padding", "got -1"}) == "");
  CHECK(wrong_layer(max_pool2d("p", {0, 0}), {"[maxPool2d p]", "kernel_size", "got 0"}) == "");
  CHECK(wrong_layer(max_pool2d("p", {2, 2}, {1, -3}), {"[maxPool2d p]", "stride", "got -3"}) == "");
  CHECK(wrong_model(model({4, 1, 1}, {linear("fc", 0)}),
                    {"[linear fc]", "out_features from 1", "got 0"}) == "");
}

TEST_CASE("a kernel larger than its padded input is refused with both sizes") {
  CHECK(wrong_layer(conv2d("c", 1, {9, 3}),
                    {"[conv2d c]", "no larger than its 8x8 input", "got 9x3"}) == "");
  CHECK(wrong_layer(conv2d("c", 1, {3, 13}, {.padding = {0, 2}}),
                    {"[conv2d c]", "8x12 input (padding included)", "got 3x13"}) == "");
  CHECK(wrong_layer(max_pool2d("p", {2, 9}), {"[maxPool2d p]", "8x8", "got 2x9"}) == "");
}

TEST_CASE("a pool padded by more than half its kernel is refused") {
  for (const LayerType type : {LayerType::kMaxPool2d, LayerType::kAvgPool2d}) {
    LayerSpec pool = max_pool2d("p", {2, 3});
    pool.type = type;
    pool.padding = {2, 0};
    const std::string name = concat("[", to_string(type), " p]");
    CHECK(wrong_layer(pool, {name, "half the kernel", "from 0 to 1", "got 2"}) == "");
    pool.padding = {0, -1};
    CHECK(wrong_layer(pool, {name, "half the kernel", "from 0 to 1", "got -1"}) == "");
    pool.padding = {1, 1};
    CHECK_NOTHROW(summarize(model({2, 8, 8}, {pool, flatten("flatten"), linear("fc", 3)})));
  }
}

TEST_CASE("a linear layer on an image is refused with the shape it got") {
  CHECK(wrong_model(model({2, 8, 8}, {linear("fc", 3)}),
                    {"[linear fc]", "expected a vector (put a flatten before it)", "[2,8,8]"}) ==
        "");
}

TEST_CASE("groups that do not divide the channels are refused with both counts") {
  CHECK(wrong_layer(conv2d("c", 4, {3, 3}, {.groups = 3}),
                    {"[conv2d c]", "groups that divide 2 input and 4 output", "got 3"}) == "");
  CHECK(wrong_layer(conv2d("c", 3, {3, 3}, {.groups = 2}),
                    {"[conv2d c]", "groups that divide 2 input and 3 output", "got 2"}) == "");
  CHECK(wrong_layer(conv2d("c", 2, {3, 3}, {.groups = 0}), {"[conv2d c]", "groups", "got 0"}) ==
        "");
  CHECK(wrong_layer(conv2d("c", 2, {3, 3}, {.groups = -2}), {"[conv2d c]", "groups", "got -2"}) ==
        "");
}

TEST_CASE("numbers of batch norm, dropout and leaky ReLU out of range are refused") {
  for (const LayerType type : {LayerType::kDropout, LayerType::kDropout2d}) {
    const std::string name = concat("[", to_string(type), " d]");
    CHECK(wrong_layer(dropout("d", 1.0, type), {name, "p from 0 to below 1", "got 1"}) == "");
    CHECK(wrong_layer(dropout("d", -0.1, type), {name, "p from 0", "got -0.1"}) == "");
    CHECK(wrong_layer(dropout("d", kNaN, type), {name, "p from 0", "nan"}) == "");
  }
  LayerSpec norm = batch_norm2d("b");
  norm.eps = 0.0;
  CHECK(wrong_layer(norm, {"[batchNorm2d b]", "eps above 0", "got 0"}) == "");
  norm.eps = kNaN;
  CHECK(wrong_layer(norm, {"[batchNorm2d b]", "eps above 0", "nan"}) == "");
  norm = batch_norm2d("b");
  for (const double momentum : {-0.1, 1.1, kNaN}) {
    norm.momentum = momentum;
    CHECK(wrong_layer(norm, {"[batchNorm2d b]", "momentum from 0 to 1", "got"}) == "");
  }
  LayerSpec leaky = plain("l", LayerType::kLeakyReLU);
  for (const double slope : {kNaN, std::numeric_limits<double>::infinity()}) {
    leaky.negative_slope = slope;
    CHECK(wrong_layer(leaky, {"[leakyReLU l]", "a finite negative_slope", "got"}) == "");
  }
}

TEST_CASE("layers of vectors refuse an image with its shape") {
  for (const LayerType type :
       {LayerType::kBatchNorm1d, LayerType::kSoftmax, LayerType::kLogSoftmax}) {
    CHECK(wrong_layer(plain("v", type),
                      {concat("[", to_string(type), " v]"), "expected a vector", "[2,8,8]"}) == "");
  }
}

TEST_CASE("joins of one layer, too many layers or other shapes are refused with what they got") {
  constexpr LayerType kAdd = LayerType::kAdd;
  constexpr LayerType kConcat = LayerType::kConcat;
  for (const LayerType type : {kAdd, kConcat}) {
    const std::string name = concat("[", to_string(type), " j]");
    CHECK(wrong_layer(plain("j", type), {name, "from 2 to 8 inputs", "got 1"}) == "");
    CHECK(wrong_layer(from(std::vector<std::string>(9, "input"), plain("j", type)),
                      {name, "from 2 to 8 inputs", "got 9"}) == "");
    CHECK(wrong_layer(from({"input", "nobody"}, plain("j", type)), {name, "reads from 'nobody'"}) ==
          "");
    CHECK(wrong_model(
              model({2, 8, 8}, {conv2d("c", 2, {3, 3}), from({"input", "c"}, plain("j", type)),
                                flatten("f"), linear("fc", 3)}),
              {name, "inputs of the same", "[2,8,8] and [2,6,6]"}) == "");
  }
  const auto joined = [](LayerType type) {
    return model({2, 8, 8}, {conv2d("c", 3, {1, 1}), from({"input", "c"}, plain("j", type)),
                             flatten("f"), linear("fc", 3)});
  };
  CHECK(wrong_model(joined(kAdd), {"[add j]", "the same shape", "[2,8,8] and [3,8,8]"}) == "");
  CHECK(summarize(joined(kConcat)).layers[1].output == Shape{5, 8, 8});
}

TEST_CASE("products of other shapes, dilations and paddings out of range are refused") {
  const auto product = [](LayerSpec other) {
    return model({2, 8, 8},
                 {std::move(other), from({"input", "c"}, plain("m", LayerType::kMultiply)),
                  flatten("f"), linear("fc", 3)});
  };
  CHECK(wrong_model(product(conv2d("c", 2, {3, 3})),
                    {"[multiply m]", "the same shape or [C,1,1]", "[2,8,8] and [2,6,6]"}) == "");
  CHECK(wrong_model(product(conv2d("c", 3, {8, 8})), {"[multiply m]", "[2,8,8] and [3,1,1]"}) ==
        "");
  CHECK(wrong_layer(plain("m", LayerType::kMultiply),
                    {"[multiply m]", "from 2 to 8 inputs", "got 1"}) == "");
  CHECK(wrong_layer(conv2d("c", 2, {3, 3}, {.dilation = {0, 1}}),
                    {"[conv2d c]", "dilation", "got 0"}) == "");
  CHECK(wrong_layer(conv2d("c", 2, {3, 3}, {.dilation = {1, 4}}),
                    {"[conv2d c]", "no larger than its 8x8", "got 3x9"}) == "");
  CHECK(wrong_layer(conv2d("c", 2, {4096, 4096}, {.dilation = {4096, 4096}}),
                    {"got 16773121x16773121"}) == "");
  CHECK(wrong_layer(zero_pad2d("z", {0, -1, 0, 0}),
                    {"[zeroPad2d z]", "padding from 0 to 4096", "got -1"}) == "");
  CHECK(wrong_layer(zero_pad2d("z", {0, 0, 0, 4097}), {"[zeroPad2d z]", "got 4097"}) == "");
}

TEST_CASE("names that are empty, taken or reserved are refused") {
  CHECK(wrong_model(model({4, 1, 1}, {linear("", 3)}), {"layer 0", "a name", "got ''"}) == "");
  CHECK(wrong_model(model({4, 1, 1}, {linear("input", 3)}), {"layer 0", "got 'input'"}) == "");
  CHECK(wrong_model(model({4, 1, 1}, {linear("fc", 3), linear("fc", 3)}),
                    {"[linear fc]", "a name of its own", "layer 0 has the same"}) == "");
}

TEST_CASE("reading from an unknown, a later or the layer itself is refused") {
  CHECK(wrong_layer(from("nobody", relu("r")),
                    {"[relu r]", "reads from 'nobody'", "an earlier layer"}) == "");
  CHECK(wrong_layer(from("fc", relu("r")), {"[relu r]", "reads from 'fc'"}) == "");
  CHECK(wrong_layer(from("r", relu("r")), {"[relu r]", "reads from 'r'"}) == "");
}

TEST_CASE("a layer with two inputs is refused, unless it joins them") {
  LayerSpec layer = relu("r");
  layer.from = {"input", "input"};
  CHECK(wrong_layer(layer, {"[relu r]", "expected one input", "got 2"}) == "");
}

TEST_CASE("an input without pixels or beyond the limits is refused with its shape") {
  for (const Shape& shape : {Shape{0, 8, 8}, Shape{1, 0, 8}, Shape{1, 8, -1}, Shape{1, 4097, 1},
                             Shape{kHuge, 1, 1}, Shape{5, 4096, 4096}}) {
    CHECK(wrong_model(model(shape, {flatten("flatten"), linear("fc", 3)}),
                      {"[model]", "input", "got ["}) == "");
  }
}

TEST_CASE("a model without layers or without parameters is refused") {
  CHECK(wrong_model(model({1, 8, 8}, {}), {"[model]", "at least one layer"}) == "");
  CHECK(wrong_model(model({4, 1, 1}, {relu("r")}), {"[model]", "parameters", "got 0"}) == "");
}

TEST_CASE("a last layer that gives no vector of up to 256 classes is refused") {
  CHECK(wrong_model(model({1, 8, 8}, {conv2d("c", 3, {3, 3})}),
                    {"[conv2d c]", "a vector of class scores", "got [3,6,6]"}) == "");
  CHECK(wrong_model(model({4, 1, 1}, {linear("fc", 257)}),
                    {"[linear fc]", "classes", "256", "got 257"}) == "");
  CHECK(summarize(model({4, 1, 1}, {linear("fc", 256)})).classes == 256);
}

TEST_CASE("more weights or activations than the limits are refused, also where products overflow") {
  CHECK(wrong_model(model({1 << 20, 1, 1}, {linear("fc1", 1 << 20), linear("fc2", 2)}),
                    {"[linear fc1]", "weights", "67108864", "got 1099511627776"}) == "");
  CHECK(wrong_model(
            model({1 << 20, 8, 8}, {conv2d("c", 1 << 20, {4096, 4096}, {.padding = {4095, 4095}}),
                                    flatten("flatten"), linear("fc", 2)}),
            {"[conv2d c]", "pixels of the padded input", "67108864", "got 70471861141504"}) == "");
  CHECK(wrong_model(
            model({1, 4096, 4096}, {conv2d("c", 5, {1, 1}), flatten("flatten"), linear("fc", 2)}),
            {"[conv2d c]", "activations", "67108864", "got 83886080"}) == "");
  std::vector<LayerSpec> many{linear("fc0", 8192)};
  for (const char* name : {"fc1", "fc2"}) {
    many.push_back(linear(name, 8192));
  }
  many.push_back(linear("last", 2));
  CHECK(wrong_model(model({8, 1, 1}, many), {"[model]", "67108864 parameters", "got 134"}) == "");
}

TEST_CASE(
    "an input, padded or not, of more pixels than the limit is refused, whatever wraps in 32 "
    "bits") {
  const LayerSpec global = plain("gap", LayerType::kGlobalAvgPool2d);
  // 2^32 pixels, which 32 bits take for none.
  CHECK(wrong_model(model({256, 4096, 4096}, {global, linear("fc", 2)}),
                    {"[model]", "up to 67108864 pixels", "got [256,4096,4096]"}) == "");
  for (const LayerType type : {LayerType::kMaxPool2d, LayerType::kAvgPool2d}) {
    CHECK(wrong_model(model({32, 1, 1}, {pool2d("p", type, {4096, 4096}, {}, {2048, 2048}), global,
                                         linear("fc", 10)}),
                      {concat("[", to_string(type), " p]"), "pixels of the padded input",
                       "67108864", "got 537133088"}) == "");
    CHECK(wrong_model(model({1, 512, 256}, {conv2d("c", 64, {1, 1}),
                                            pool2d("p", type, {3584, 1792}, {}, {1792, 896}),
                                            global, linear("fc", 10)}),
                      {"pixels of the padded input", "got 536870912"}) == "");
  }
}

TEST_CASE("a model that trains too slowly is refused, whichever layers are to blame") {
  const LayerSpec global = plain("gap", LayerType::kGlobalAvgPool2d);
  const std::string most = concat("in up to ", kMaxOperations, " operations");
  const auto too_slow = [&](const Shape& input, std::vector<LayerSpec> layers) {
    layers.push_back(global);
    layers.push_back(linear("fc", 2));
    return wrong_model(model(input, std::move(layers)), {"[", " slow]", most, "got"});
  };
  CHECK(too_slow({16, 256, 256}, {conv2d("slow", 128, {3, 3})}) == "");
  CHECK(too_slow({1, 512, 512}, {pool2d("slow", LayerType::kMaxPool2d, {256, 256}, {1, 1})}) == "");
  CHECK(too_slow({1, 512, 512}, {pool2d("slow", LayerType::kAvgPool2d, {64, 64}, {1, 1})}) == "");
  CHECK(too_slow({1, 4096, 4096}, {relu("a"), relu("b"), relu("c"), relu("d"), relu("e"), relu("f"),
                                   relu("g"), relu("h"), relu("slow")}) == "");
  // Its gradient would be dilated to 4096 times as many pixels.
  CHECK(summarize(model({1, 4096, 1500}, {conv2d("c", 11, {1, 1}, {.stride = {4096, 1500}}), global,
                                          linear("fc", 2)}))
            .operations < kMaxOperations / 16);
}

TEST_CASE("what a training step of a sample costs is counted for every kind of layer") {
  const ModelSummary summary =
      summarize(model({2, 8, 8}, {conv2d("conv", 4, {3, 3}, {.padding = {1, 1}}),
                                  pool2d("pool", LayerType::kMaxPool2d, {3, 3}, {2, 2}, {1, 1}),
                                  conv2d("sparse", 2, {1, 1}, {.stride = {8, 8}}),
                                  flatten("flatten"), linear("fc", 3)}));
  const auto& layers = summary.layers;
  CHECK(layers[0].operations == 3 * layers[0].macs + 8 * (2 * 10 * 10 + 4 * 8 * 8));
  CHECK(layers[1].operations == 8 * 4 * 4 * 4 * 9 + 8 * (4 * 10 * 10 + 4 * 4 * 4));
  // The gradient of its one output reaches one of 16 pixels.
  CHECK(layers[2].operations == (2 + 16) * layers[2].macs + 8 * (4 * 4 * 4 + 2));
  CHECK(layers[3].operations == 8 * (2 + 2));
  CHECK(layers[4].operations == 3 * 2 * 3 + 8 * (2 + 3));
  CHECK(summary.operations == layers[0].operations + layers[1].operations + layers[2].operations +
                                  layers[3].operations + layers[4].operations);
}

TEST_CASE("more layers than the limit are refused") {
  std::vector<LayerSpec> layers{linear("fc", 2)};
  while (layers.size() <= static_cast<std::size_t>(kMaxLayers)) {
    layers.push_back(relu(concat("relu", layers.size())));
  }
  CHECK(wrong_model(model({4, 1, 1}, layers), {"[model]", "at most 1024 layers", "got 1025"}) ==
        "");
  layers.pop_back();
  CHECK(summarize(model({4, 1, 1}, layers)).layers.size() == 1024);
}

TEST_CASE("an unknown layer type is refused by name and by number") {
  LayerSpec layer = relu("r");
  layer.type = static_cast<LayerType>(77);
  CHECK(wrong_layer(layer, {"[unknown r]", "a known layer type", "got number 77"}) == "");
}

}  // namespace tinycnn::test
