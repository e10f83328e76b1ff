// SPDX-License-Identifier: MIT
#include "zoo.h"

#include <algorithm>
#include <vector>

#include "tinycnn/error.h"

namespace tinycnn {
namespace {

constexpr Shape kDigits{1, 28, 28};

struct ConvOptions {
  int padding = 0;
  bool bias = true;
};

LayerSpec conv2d(std::string name, int out_channels, int kernel, const ConvOptions& options = {}) {
  return {.name = std::move(name),
          .type = LayerType::kConv2d,
          .out_channels = out_channels,
          .kernel_size = {kernel, kernel},
          .padding = {options.padding, options.padding},
          .bias = options.bias};
}

LayerSpec max_pool2d(std::string name, int kernel) {
  return {.name = std::move(name), .type = LayerType::kMaxPool2d, .kernel_size = {kernel, kernel}};
}

LayerSpec linear(std::string name, int out_features) {
  return {.name = std::move(name), .type = LayerType::kLinear, .out_features = out_features};
}

LayerSpec dropout(std::string name, LayerType type, double p) {
  return {.name = std::move(name), .type = type, .p = p};
}

/// A layer without numbers of its own.
LayerSpec plain(std::string name, LayerType type) {
  return {.name = std::move(name), .type = type};
}
LayerSpec relu(std::string name) { return plain(std::move(name), LayerType::kReLU); }
LayerSpec flatten(std::string name) { return plain(std::move(name), LayerType::kFlatten); }

LayerSpec from(std::vector<std::string> names, LayerSpec layer) {
  layer.from = std::move(names);
  return layer;
}

/// Mini-batches of `epochs` passes over MNIST's 60,000 training images.
constexpr std::int64_t steps(int epochs, int batch_size) {
  return std::int64_t{epochs} * ((60'000 + batch_size - 1) / batch_size);
}

/// What a hand may do to a digit without changing which it is.
constexpr AugmentOptions kGentle{.degrees = 8.0,
                                 .translate_x = 0.04,
                                 .translate_y = 0.04,
                                 .scale_min = 0.94,
                                 .scale_max = 1.06,
                                 .shear = 5.0};

Schedule cosine(int epochs, int batch_size) {
  return {.type = ScheduleType::kCosine, .total_steps = steps(epochs, batch_size)};
}

ZooEntry tinycnn() {
  return {
      .id = "tinycnn",
      .title = "TinyCNN",
      .spec = {.name = "tinycnn",
               .input = kDigits,
               .layers = {conv2d("conv1", 4, 3), relu("relu1"), conv2d("conv2", 4, 3),
                          relu("relu2"), max_pool2d("pool", 2), flatten("flatten"),
                          linear("fc1", 32), relu("relu3"), linear("fc2", 10)}},
      .recipe = {.title = "As published: Adam 0.001, batch 16", .epochs = 10},
      .best_recipe = {.title = "Adam 0.005, cosine, averaged weights, distorted digits, batch 32",
                      .epochs = 12,
                      .options = {.batch_size = 32,
                                  .optimizer = {.learning_rate = 5e-3},
                                  .schedule = cosine(12, 32),
                                  .ema_decay = 0.998,
                                  .augment = kGentle}},
      .published = "98.0 to 98.5 % after 10 to 15 epochs",
      .source = "The project's own architecture"};
}

ZooEntry sigmoid_mlp() {
  // The mean over ten outputs makes 0.25 what 0.05 is where half the sum is taken, as Genann does.
  const Recipe recipe{.title = "SGD 0.25 on one sample at a time, squared error",
                      .epochs = 8,
                      .options = {.batch_size = 1,
                                  .optimizer = {.type = OptimizerType::kSgd, .learning_rate = 0.25},
                                  .loss = {.type = LossType::kMeanSquaredError}}};
  return {
      .id = "sigmoid-mlp",
      .title = "Sigmoid perceptron",
      .spec = {.name = "sigmoid-mlp",
               .input = kDigits,
               .layers = {flatten("flatten"), linear("fc1", 32),
                          plain("sigmoid1", LayerType::kSigmoid), linear("fc2", 10),
                          plain("sigmoid2", LayerType::kSigmoid)}},
      .recipe = recipe,
      .best_recipe = {.title = "SGD 0.2, cosine, slightly distorted digits, one sample at a time",
                      .epochs = 20,
                      .options = {.batch_size = 1,
                                  .optimizer = {.type = OptimizerType::kSgd, .learning_rate = 0.2},
                                  .schedule = cosine(20, 1),
                                  .loss = {.type = LossType::kMeanSquaredError},
                                  .augment = {.degrees = 4.0,
                                              .translate_x = 0.015,
                                              .translate_y = 0.015,
                                              .scale_min = 0.97,
                                              .scale_max = 1.03,
                                              .shear = 2.0}}},
      .published = "94 %",
      .source = "784-32-10 as trained with Genann, github.com/codeplea/genann"};
}

ZooEntry lenet5() {
  return {
      .id = "lenet5",
      .title = "LeNet-5",
      .spec = {.name = "lenet5",
               .input = kDigits,
               .layers = {conv2d("conv1", 6, 5, {.padding = 2}), relu("relu1"),
                          max_pool2d("pool1", 2), conv2d("conv2", 16, 5), relu("relu2"),
                          max_pool2d("pool2", 2), flatten("flatten"), linear("fc1", 120),
                          relu("relu3"), linear("fc2", 84), relu("relu4"), linear("fc3", 10)}},
      .recipe = {.title = "Adam 0.001, batch 64", .epochs = 15, .options = {.batch_size = 64}},
      .best_recipe = {.title = "Adam, one cycle to 0.004, distorted digits, batch 64",
                      .epochs = 12,
                      .options = {.batch_size = 64,
                                  .optimizer = {.learning_rate = 4e-3},
                                  .schedule = {.type = ScheduleType::kOneCycle,
                                               .total_steps = steps(12, 64),
                                               .cycle_momentum = false},
                                  .augment = kGentle}},
      .published = "99.0 %",
      .source = "Y. LeCun et al., Proceedings of the IEEE 86 (1998); ReLU and max-pooling here"};
}

/// conv-ReLU-BN-dropout, the block that bn-gap-12k repeats.
void append_block(std::vector<LayerSpec>& layers, const std::string& number, int channels,
                  int padding) {
  layers.push_back(conv2d("conv" + number, channels, 3, {.padding = padding, .bias = false}));
  layers.push_back(relu("relu" + number));
  layers.push_back(plain("bn" + number, LayerType::kBatchNorm2d));
  layers.push_back(dropout("drop" + number, LayerType::kDropout2d, 0.09));
}

ZooEntry bn_gap_12k() {
  ModelSpec spec{.name = "bn-gap-12k", .input = kDigits, .layers = {}};
  append_block(spec.layers, "1", 16, 0);
  append_block(spec.layers, "2", 32, 0);
  spec.layers.push_back(conv2d("conv3", 8, 1, {.bias = false}));
  spec.layers.push_back(relu("relu3"));
  spec.layers.push_back(max_pool2d("pool", 2));
  append_block(spec.layers, "4", 16, 0);
  append_block(spec.layers, "5", 16, 0);
  append_block(spec.layers, "6", 16, 1);
  spec.layers.push_back(conv2d("conv7", 10, 3, {.bias = false}));
  spec.layers.push_back(plain("gap", LayerType::kGlobalAvgPool2d));
  spec.layers.push_back(plain("log_softmax", LayerType::kLogSoftmax));
  const Recipe recipe{
      .title = "As published: SGD 0.01 with momentum 0.9, batch 128",
      .epochs = 20,
      .options = {
          .batch_size = 128,
          .optimizer = {.type = OptimizerType::kSgd, .learning_rate = 0.01, .momentum = 0.9},
          .loss = {.type = LossType::kNegativeLogLikelihood}}};
  return {.id = "bn-gap-12k",
          .title = "Batch norm and global pooling, 12k",
          .spec = std::move(spec),
          .recipe = recipe,
          .best_recipe = {.title = "SGD, one cycle to 0.1, distorted digits, batch 64",
                          .epochs = 20,
                          .options = {.batch_size = 64,
                                      .optimizer = {.type = OptimizerType::kSgd,
                                                    .learning_rate = 0.1,
                                                    .momentum = 0.9},
                                      .schedule = {.type = ScheduleType::kOneCycle,
                                                   .total_steps = steps(20, 64),
                                                   .pct_start = 0.2},
                                      .loss = {.type = LossType::kNegativeLogLikelihood},
                                      .augment = kGentle}},
          .published = "97.97, 99.08, 99.30, 99.36 and 99.40 % after epochs 1, 5, 10, 15 and 20",
          .source = "A course project on MNIST below 20,000 parameters"};
}

ZooEntry residual_8k() {
  constexpr double kDrop = 0.03;
  const auto drop = [](const char* name) { return dropout(name, LayerType::kDropout, kDrop); };
  const auto norm = [](const char* name) { return plain(name, LayerType::kBatchNorm2d); };
  const Recipe recipe{.title = "As published: SGD, one cycle to 0.1, distorted digits, batch 32",
                      .epochs = 1,
                      .options = {.batch_size = 32,
                                  .optimizer = {.type = OptimizerType::kSgd,
                                                .learning_rate = 0.1,
                                                .weight_decay = 2e-4,
                                                .momentum = 0.9},
                                  .schedule = {.type = ScheduleType::kOneCycle,
                                               .total_steps = steps(1, 32),
                                               .pct_start = 0.2},
                                  .augment = {.degrees = 15.0,
                                              .translate_x = 0.05,
                                              .translate_y = 0.05,
                                              .scale_min = 0.95,
                                              .scale_max = 1.05}}};
  return {
      .id = "residual-8k",
      .title = "Residual, 8k",
      .spec = {.name = "residual-8k",
               .input = kDigits,
               .layers = {conv2d("conv1", 16, 3, {.padding = 1}),
                          relu("relu1"),
                          norm("bn1"),
                          drop("drop1"),
                          conv2d("conv2", 24, 3, {.padding = 1}),
                          relu("relu2"),
                          norm("bn2"),
                          drop("drop2"),
                          max_pool2d("pool1", 2),
                          conv2d("shortcut", 24, 1),
                          relu("relu_shortcut"),
                          from({"pool1"}, conv2d("conv3", 16, 1)),
                          relu("relu3"),
                          norm("bn3"),
                          conv2d("conv4", 24, 3, {.padding = 1}),
                          relu("relu4"),
                          norm("bn4"),
                          drop("drop4"),
                          from({"relu_shortcut", "drop4"}, plain("add", LayerType::kAdd)),
                          max_pool2d("pool2", 2),
                          conv2d("conv5", 10, 1),
                          plain("gap", LayerType::kGlobalAvgPool2d)}},
      .recipe = recipe,
      // Without its mean taken off, an image's background is what the convolutions pad it with.
      .best_recipe = {.title =
                          "Adam, one cycle to 0.02, smoothed labels, averaged weights, batch 24",
                      .epochs = 1,
                      .options = {.batch_size = 24,
                                  .optimizer = {.learning_rate = 0.02, .beta2 = 0.99},
                                  .schedule = {.type = ScheduleType::kOneCycle,
                                               .total_steps = steps(1, 24),
                                               .pct_start = 0.1,
                                               .div_factor = 4.0,
                                               .cycle_momentum = false},
                                  .loss = {.label_smoothing = 0.05},
                                  .ema_decay = 0.99,
                                  .normalization = {.mean = 0.0}}},
      .published = "95 % in one epoch",
      .source = "A course project on residual connections in tiny networks"};
}

ZooEntry wide_593k() {
  return {
      .id = "wide-593k",
      .title = "Wide, 593k",
      .spec = {.name = "wide-593k",
               .input = kDigits,
               .layers = {conv2d("conv1", 32, 3), relu("relu1"), conv2d("conv2", 64, 3),
                          relu("relu2"), max_pool2d("pool1", 2), conv2d("conv3", 128, 3),
                          relu("relu3"), conv2d("conv4", 256, 3), relu("relu4"),
                          max_pool2d("pool2", 2), flatten("flatten"), linear("fc1", 50),
                          relu("relu5"), linear("fc2", 10)}},
      .recipe = {.title = "As published: SGD 10.01, which diverges",
                 .epochs = 1,
                 .options = {.batch_size = 64,
                             .optimizer = {.type = OptimizerType::kSgd, .learning_rate = 10.01}}},
      .best_recipe = {.title = "SGD 0.05 with momentum 0.9 falling by a cosine, batch 64",
                      .epochs = 1,
                      .options = {.batch_size = 64,
                                  .optimizer = {.type = OptimizerType::kSgd,
                                                .learning_rate = 0.05,
                                                .momentum = 0.9},
                                  .schedule = cosine(1, 64)}},
      .published = "9.9 %: diverges",
      .source = "A question about a network that would not learn"};
}

/// What takes both of these far past their published figures.
Recipe distorted_cosine(LossType loss) {
  return {.title = "Adam 0.01, cosine, averaged weights, distorted digits, batch 128",
          .epochs = 12,
          .options = {.batch_size = 128,
                      .optimizer = {.learning_rate = 0.01},
                      .schedule = cosine(12, 128),
                      .loss = {.type = loss},
                      .ema_decay = 0.99,
                      .augment = kGentle}};
}

ZooEntry conv3_61k() {
  const Recipe recipe{
      .title = "As published: Adam 0.01 with weight decay, batch 1,024",
      .epochs = 10,
      .options = {.batch_size = 1024, .optimizer = {.learning_rate = 0.01, .weight_decay = 1e-4}}};
  return {.id = "conv3-61k",
          .title = "Three convolutions, 61k",
          .spec = {.name = "conv3-61k",
                   .input = kDigits,
                   .layers = {conv2d("conv1", 16, 3), relu("relu1"), max_pool2d("pool1", 2),
                              conv2d("conv2", 32, 3), relu("relu2"), max_pool2d("pool2", 2),
                              conv2d("conv3", 64, 3), relu("relu3"), flatten("flatten"),
                              linear("fc1", 65), linear("fc2", 10)}},
          .recipe = recipe,
          .best_recipe = distorted_cosine(LossType::kCrossEntropy),
          .published = "above 95 %",
          .source = "A course project on small convolutional networks"};
}

ZooEntry conv2_24k() {
  const Recipe recipe{.title = "As published: Adam 0.01 with weight decay, batch 1,024",
                      .epochs = 10,
                      .options = {.batch_size = 1024,
                                  .optimizer = {.learning_rate = 0.01, .weight_decay = 1e-4},
                                  .loss = {.type = LossType::kNegativeLogLikelihood}}};
  return {.id = "conv2-24k",
          .title = "Two convolutions, 24k",
          .spec = {.name = "conv2-24k",
                   .input = kDigits,
                   .layers = {conv2d("conv1", 16, 3), relu("relu1"), max_pool2d("pool1", 2),
                              conv2d("conv2", 32, 3), relu("relu2"), max_pool2d("pool2", 3),
                              flatten("flatten"), linear("fc1", 65), relu("relu3"),
                              linear("fc2", 10), plain("log_softmax", LayerType::kLogSoftmax)}},
          .recipe = recipe,
          .best_recipe = distorted_cosine(LossType::kNegativeLogLikelihood),
          .published = "above 95 %",
          .source = "A course project on small convolutional networks"};
}

}  // namespace

std::span<const ZooEntry> zoo() {
  static const std::vector<ZooEntry> entries{tinycnn(),    sigmoid_mlp(), lenet5(),
                                             bn_gap_12k(), residual_8k(), wide_593k(),
                                             conv3_61k(),  conv2_24k()};
  return entries;
}

const ZooEntry& find_in_zoo(std::string_view id) {
  const auto entry = std::ranges::find(zoo(), id, &ZooEntry::id);
  if (entry == zoo().end()) {
    std::string known;
    for (const ZooEntry& each : zoo()) {
      known += concat(known.empty() ? "" : ", ", each.id);
    }
    fail("[zoo] expected a model out of ", known, ", got '", id, "'");
  }
  return *entry;
}

}  // namespace tinycnn
