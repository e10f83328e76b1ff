// SPDX-License-Identifier: MIT
// The table of named models, as constants from which the specs are made when they are first needed:
// code that builds them would take three times as much space in the WebAssembly module. Their sizes
// are constants, too: to count them, the shape rules of all layers would have to be loaded.
// Long because every named model is one entry.
#include "tinycnn/zoo.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "support/text.h"

namespace tinycnn {
namespace {

constexpr Shape kDigits{1, 28, 28};

/// What the names of layers begin with.
enum class Word : std::uint8_t {
  kNone,
  kConv,
  kDepthwise,
  kBn,
  kRelu,
  kSigmoid,
  kDrop,
  kPool,
  kGap,
  kFlatten,
  kFc,
  kLogSoftmax,
  kAdd,
  kShortcut,
  kReluShortcut,
  kSqueeze,
  kSqueezedRelu,
  kExcite,
  kScale,
};
constexpr std::array kWords{"",        "conv",        "depthwise", "bn",       "relu",
                            "sigmoid", "drop",        "pool",      "gap",      "flatten",
                            "fc",      "log_softmax", "add",       "shortcut", "relu_shortcut",
                            "squeeze", "relu_s",      "excite",    "scale"};

/// A layer's name as a constant: a word and its number, 0 where a name has none.
struct Name {
  Word word = Word::kNone;
  std::uint8_t number = 0;
};

/// A LayerSpec as a constant, in as few bytes as it takes: names are words and numbers, kernels are
/// square.
struct Row {
  Name name;
  std::array<Name, 2> from{};  // none: the layer before
  std::uint16_t size = 0;      // output channels or features
  LayerType type = LayerType::kReLU;
  std::uint8_t kernel = 0;
  std::uint8_t stride = 0;  // 0: 1, or the kernel of a pool
  std::uint8_t padding = 0;
  std::uint8_t groups = 1;
  bool bias = true;
  std::uint8_t percent = 50;  // of a dropout
};

/// Of a network for one image.
struct Size {
  std::int32_t parameters = 0;
  std::int32_t macs = 0;
};

struct Entry {
  std::string_view id;
  std::string_view title;
  std::span<const Row> layers{};
  Size size;
  Recipe recipe;
  Recipe best_recipe{};  // none: the same
  std::string_view published;
  std::string_view source;
};

struct ConvOptions {
  int stride = 0;
  int padding = 0;
  bool bias = true;
};

// Rows are numbered as their names are: conv2d(1, 4, 3) is "conv1".
constexpr Row conv2d(std::uint8_t number, int out_channels, int kernel,
                     const ConvOptions& options = {}) {
  return {.name = {Word::kConv, number},
          .size = static_cast<std::uint16_t>(out_channels),
          .type = LayerType::kConv2d,
          .kernel = static_cast<std::uint8_t>(kernel),
          .stride = static_cast<std::uint8_t>(options.stride),
          .padding = static_cast<std::uint8_t>(options.padding),
          .bias = options.bias};
}
constexpr Row depthwise(std::uint8_t number, int channels) {
  Row layer = conv2d(number, channels, 3, {.bias = false});
  layer.name.word = Word::kDepthwise;
  layer.groups = static_cast<std::uint8_t>(channels);
  return layer;
}
constexpr Row max_pool2d(std::uint8_t number, int kernel) {
  return {.name = {Word::kPool, number},
          .type = LayerType::kMaxPool2d,
          .kernel = static_cast<std::uint8_t>(kernel)};
}
constexpr Row linear(std::uint8_t number, int out_features) {
  return {.name = {Word::kFc, number},
          .size = static_cast<std::uint16_t>(out_features),
          .type = LayerType::kLinear};
}
constexpr Row dropout(std::uint8_t number, std::uint8_t percent) {
  return {.name = {Word::kDrop, number}, .type = LayerType::kDropout, .percent = percent};
}
constexpr Row dropout2d(std::uint8_t number, std::uint8_t percent) {
  return {.name = {Word::kDrop, number}, .type = LayerType::kDropout2d, .percent = percent};
}
constexpr Row relu(std::uint8_t number) {
  return {.name = {Word::kRelu, number}, .type = LayerType::kReLU};
}
constexpr Row sigmoid(std::uint8_t number) {
  return {.name = {Word::kSigmoid, number}, .type = LayerType::kSigmoid};
}
constexpr Row norm(std::uint8_t number) {
  return {.name = {Word::kBn, number}, .type = LayerType::kBatchNorm2d};
}
constexpr Row flatten() { return {.name = {Word::kFlatten}, .type = LayerType::kFlatten}; }
constexpr Row add() { return {.name = {Word::kAdd}, .type = LayerType::kAdd}; }
constexpr Row multiply(std::array<Name, 2> factors, Name name) {
  return {.name = name, .from = factors, .type = LayerType::kMultiply};
}
constexpr Row global_avg_pool2d(std::uint8_t number = 0) {
  return {.name = {Word::kGap, number}, .type = LayerType::kGlobalAvgPool2d};
}
constexpr Row log_softmax() {
  return {.name = {Word::kLogSoftmax}, .type = LayerType::kLogSoftmax};
}

constexpr Row named(Name name, Row layer) {
  layer.name = name;
  return layer;
}
constexpr Row from(std::array<Name, 2> names, Row layer) {
  layer.from = names;
  return layer;
}

/// Mini-batches of `epochs` passes over MNIST's 60,000 training images.
constexpr std::int64_t steps(int epochs, int batch_size) {
  return std::int64_t{epochs} * ((60'000 + batch_size - 1) / batch_size);
}

/// Distortions that leave a digit the digit it is.
constexpr AugmentOptions kGentle{.degrees = 8.0,
                                 .translate_x = 0.04,
                                 .translate_y = 0.04,
                                 .scale_min = 0.94,
                                 .scale_max = 1.06,
                                 .shear = 5.0};

constexpr Schedule cosine(int epochs, int batch_size) {
  return {.type = ScheduleType::kCosine, .total_steps = steps(epochs, batch_size)};
}

constexpr std::array kTinyCnn{conv2d(1, 4, 3), relu(1),          conv2d(2, 4, 3),
                              relu(2),         max_pool2d(0, 2), flatten(),
                              linear(1, 32),   relu(3),          linear(2, 10)};

constexpr std::array kSigmoidMlp{flatten(), linear(1, 32), sigmoid(1), linear(2, 10), sigmoid(2)};

constexpr std::array kLeNet5{conv2d(1, 6, 5, {.padding = 2}),
                             relu(1),
                             max_pool2d(1, 2),
                             conv2d(2, 16, 5),
                             relu(2),
                             max_pool2d(2, 2),
                             flatten(),
                             linear(1, 120),
                             relu(3),
                             linear(2, 84),
                             relu(4),
                             linear(3, 10)};

constexpr std::uint8_t kBnGapDrop = 9;
constexpr std::array kBnGap12k{conv2d(1, 16, 3, {.bias = false}),
                               relu(1),
                               norm(1),
                               dropout2d(1, kBnGapDrop),
                               conv2d(2, 32, 3, {.bias = false}),
                               relu(2),
                               norm(2),
                               dropout2d(2, kBnGapDrop),
                               conv2d(3, 8, 1, {.bias = false}),
                               relu(3),
                               max_pool2d(0, 2),
                               conv2d(4, 16, 3, {.bias = false}),
                               relu(4),
                               norm(4),
                               dropout2d(4, kBnGapDrop),
                               conv2d(5, 16, 3, {.bias = false}),
                               relu(5),
                               norm(5),
                               dropout2d(5, kBnGapDrop),
                               conv2d(6, 16, 3, {.padding = 1, .bias = false}),
                               relu(6),
                               norm(6),
                               dropout2d(6, kBnGapDrop),
                               conv2d(7, 10, 3, {.bias = false}),
                               global_avg_pool2d(),
                               log_softmax()};

constexpr std::uint8_t kResidualDrop = 3;
constexpr std::array kResidual8k{conv2d(1, 16, 3, {.padding = 1}),
                                 relu(1),
                                 norm(1),
                                 dropout(1, kResidualDrop),
                                 conv2d(2, 24, 3, {.padding = 1}),
                                 relu(2),
                                 norm(2),
                                 dropout(2, kResidualDrop),
                                 max_pool2d(1, 2),
                                 named({Word::kShortcut}, conv2d(0, 24, 1)),
                                 named({Word::kReluShortcut}, relu(0)),
                                 from({Name{Word::kPool, 1}}, conv2d(3, 16, 1)),
                                 relu(3),
                                 norm(3),
                                 conv2d(4, 24, 3, {.padding = 1}),
                                 relu(4),
                                 norm(4),
                                 dropout(4, kResidualDrop),
                                 from({Name{Word::kReluShortcut}, {Word::kDrop, 4}}, add()),
                                 max_pool2d(2, 2),
                                 conv2d(5, 10, 1),
                                 global_avg_pool2d()};

constexpr std::array kWide593k{
    conv2d(1, 32, 3),  relu(1),       conv2d(2, 64, 3),  relu(2),      max_pool2d(1, 2),
    conv2d(3, 128, 3), relu(3),       conv2d(4, 256, 3), relu(4),      max_pool2d(2, 2),
    flatten(),         linear(1, 50), relu(5),           linear(2, 10)};

constexpr std::array kConv3With61k{
    conv2d(1, 16, 3), relu(1), max_pool2d(1, 2), conv2d(2, 32, 3), relu(2),      max_pool2d(2, 2),
    conv2d(3, 64, 3), relu(3), flatten(),        linear(1, 65),    linear(2, 10)};

constexpr std::array kConv2With24k{conv2d(1, 16, 3), relu(1),       max_pool2d(1, 2),
                                   conv2d(2, 32, 3), relu(2),       max_pool2d(2, 3),
                                   flatten(),        linear(1, 65), relu(3),
                                   linear(2, 10),    log_softmax()};

/// Large kernels and windows that leave few pixels and few gradients: little work for 99 %.
constexpr std::array kConv2With10k{conv2d(1, 12, 5), max_pool2d(1, 3), relu(1),   conv2d(2, 48, 3),
                                   max_pool2d(2, 2), relu(2),          flatten(), linear(0, 10)};

/// Two pairs of 3x3 convolutions: little work for 99.4 %.
constexpr std::array kConv4With21k{conv2d(1, 16, 3), relu(1),          conv2d(2, 16, 3),
                                   max_pool2d(1, 2), relu(2),          conv2d(3, 32, 3),
                                   relu(3),          conv2d(4, 32, 3), max_pool2d(2, 2),
                                   relu(4),          flatten(),        linear(0, 10)};

/// Strides instead of pools, and weights that fit 2.4 kB of flash, activations that fit 1.4 kB of
/// RAM as 8-bit integers.
constexpr std::array kConv3With2k{conv2d(1, 4, 5, {.stride = 2}),
                                  relu(1),
                                  conv2d(2, 6, 3, {.stride = 2}),
                                  relu(2),
                                  conv2d(3, 16, 3, {.stride = 2}),
                                  relu(3),
                                  flatten(),
                                  linear(0, 10)};

/// What becomes of the last convolution's maps.
enum class Head : std::uint8_t {
  kLinear,      // batch norm and ReLU as after the others, then a linear layer on their means
  kMeanScores,  // one for each class, whose mean is its score
};

/// A convolution of 3x3, then depthwise and 1x1 ones in turn, with so many channels each; pooled
/// after the second and before the last.
template <Head kHead, std::size_t kBlocks>
constexpr auto separable(const std::array<int, kBlocks>& channels) {
  constexpr bool kIsLinear = kHead == Head::kLinear;
  std::array<Row, 4 * kBlocks + (kIsLinear ? 3 : 1)> rows{};
  auto row = rows.begin();
  for (std::size_t index = 0; index < kBlocks; ++index) {
    const auto block = static_cast<std::uint8_t>(index + 1);
    const int out = channels[index];
    const bool is_scores = block == kBlocks && !kIsLinear;
    if (block == kBlocks) {
      *row++ = max_pool2d(2, 2);
    }
    if (block > 1) {
      *row++ = depthwise(block, channels[index - 1]);
    }
    *row++ = conv2d(block, out, block == 1 ? 3 : 1, {.bias = is_scores});
    if (!is_scores) {
      *row++ = norm(block);
      *row++ = relu(block);
    }
    if (block == 2) {
      *row++ = max_pool2d(1, 2);
    }
  }
  *row++ = global_avg_pool2d();
  *row++ = kIsLinear ? linear(0, 10) : flatten();
  return rows;
}
constexpr auto kSep572 = separable<Head::kMeanScores>(std::array{5, 7, 7, 8, 10});
constexpr auto kSep3914 = separable<Head::kLinear>(std::array{12, 16, 32, 32, 24});
constexpr auto kSep6610 = separable<Head::kLinear>(std::array{16, 24, 32, 32, 32, 40});

constexpr int kSqueezed = 6;

/// Convolutions of 3x3 with so many channels, each channel then weighted by a number from 0 to 1
/// that a small network makes of the means of all of them; pooled after the first and the third.
constexpr auto squeeze_and_excitation(const std::array<int, 3>& channels) {
  std::array<Row, 9 * 3 + 5> rows{};
  auto row = rows.begin();
  for (std::uint8_t block = 1; block <= 3; ++block) {
    const int count = channels[block - 1];
    for (const Row& layer :
         {conv2d(block, count, 3, {.bias = false}), norm(block), relu(block),
          global_avg_pool2d(block), named({Word::kSqueeze, block}, conv2d(block, kSqueezed, 1)),
          named({Word::kSqueezedRelu, block}, relu(block)),
          named({Word::kExcite, block}, conv2d(block, count, 1)), sigmoid(block),
          multiply({Name{Word::kRelu, block}, {Word::kSigmoid, block}}, {Word::kScale, block})}) {
      *row++ = layer;
    }
    if (block != 2) {
      *row++ = max_pool2d(block == 1 ? 1 : 2, 2);
    }
  }
  for (const Row& layer : {conv2d(4, 10, 3), global_avg_pool2d(), flatten()}) {
    *row++ = layer;
  }
  return rows;
}
constexpr auto kSe12k = squeeze_and_excitation({18, 24, 24});

/// The published recipe of conv3-61k and conv2-24k.
constexpr Recipe adam_with_decay(LossType loss) {
  return {.title = "As published: Adam 0.01 with weight decay, batch 1,024",
          .epochs = 10,
          .options = {.batch_size = 1024,
                      .optimizer = {.learning_rate = 0.01, .weight_decay = 1e-4},
                      .loss = {.type = loss}}};
}

/// With this recipe both far exceed their published accuracy.
constexpr Recipe distorted_cosine(LossType loss) {
  return {.title = "Adam 0.01, cosine, averaged weights, augmentation, batch 128",
          .epochs = 12,
          .options = {.batch_size = 128,
                      .optimizer = {.learning_rate = 0.01},
                      .schedule = cosine(12, 128),
                      .loss = {.type = loss},
                      .ema_decay = 0.99,
                      .augment = kGentle}};
}

/// Short, as label smoothing takes a network further in its first epochs.
constexpr Recipe smoothed_cycle(std::string_view title, int epochs, double learning_rate,
                                const AugmentOptions& augment) {
  return {.title = title,
          .epochs = epochs,
          .options = {.batch_size = 32,
                      .optimizer = {.learning_rate = learning_rate},
                      .schedule = {.type = ScheduleType::kOneCycle,
                                   .total_steps = steps(epochs, 32),
                                   .pct_start = 0.2},
                      .loss = {.label_smoothing = 0.1},
                      .augment = augment}};
}

/// Of a network that is too small to overfit: nothing but the cycle.
constexpr Recipe plain_cycle(std::string_view title, int epochs) {
  return {.title = title,
          .epochs = epochs,
          .options = {.batch_size = 32,
                      .optimizer = {.learning_rate = 0.01},
                      .schedule = {.type = ScheduleType::kOneCycle,
                                   .total_steps = steps(epochs, 32),
                                   .pct_start = 0.2}}};
}

constexpr Recipe muon_cycle(std::string_view title, int epochs, const AugmentOptions& augment) {
  return {.title = title,
          .epochs = epochs,
          .options = {.batch_size = 32,
                      .optimizer = {.type = OptimizerType::kMuon,
                                    .learning_rate = 0.02,
                                    .momentum = 0.95,
                                    .nesterov = true},
                      .schedule = {.type = ScheduleType::kOneCycle,
                                   .total_steps = steps(epochs, 32),
                                   .pct_start = 0.2},
                      .augment = augment}};
}

constexpr Entry few_parameters(std::string_view id, std::string_view title,
                               std::span<const Row> layers, const Size& size,
                               const Recipe& recipe) {
  return {.id = id,
          .title = title,
          .layers = layers,
          .size = size,
          .recipe = recipe,
          .published = "none",
          .source = "Made here for few parameters"};
}

constexpr std::array kEntries{
    Entry{.id = "tinycnn",
          .title = "TinyCNN",
          .layers = kTinyCnn,
          .size = {18'982, 126'032},
          .recipe = {.title = "As published: Adam 0.001, batch 16", .epochs = 10},
          .best_recipe = {.title = "Adam 0.005, cosine, averaged weights, augmentation, batch 32",
                          .epochs = 12,
                          .options = {.batch_size = 32,
                                      .optimizer = {.learning_rate = 5e-3},
                                      .schedule = cosine(12, 32),
                                      .ema_decay = 0.998,
                                      .augment = kGentle}},
          .published = "98.0 to 98.5 % after 10 to 15 epochs",
          .source = "The project's own architecture"},
    Entry{.id = "sigmoid-mlp",
          .title = "Sigmoid perceptron",
          .layers = kSigmoidMlp,
          .size = {25'450, 25'408},
          // Genann uses half the sum of the squares at 0.05; with the mean over ten outputs the
          // same step takes 0.25.
          .recipe = {.title = "SGD 0.25 on one sample at a time, squared error",
                     .epochs = 8,
                     .options = {.batch_size = 1,
                                 .optimizer = {.type = OptimizerType::kSgd, .learning_rate = 0.25},
                                 .loss = {.type = LossType::kMeanSquaredError}}},
          .best_recipe =
              {.title = "SGD 0.2, cosine, slight augmentation, one sample at a time",
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
          .source = "784-32-10 as trained with Genann, github.com/codeplea/genann"},
    Entry{
        .id = "lenet5",
        .title = "LeNet-5",
        .layers = kLeNet5,
        .size = {61'706, 416'520},
        .recipe = {.title = "Adam 0.001, batch 64", .epochs = 15, .options = {.batch_size = 64}},
        .best_recipe = {.title = "Adam, one cycle to 0.004, augmentation, batch 64",
                        .epochs = 12,
                        .options = {.batch_size = 64,
                                    .optimizer = {.learning_rate = 4e-3},
                                    .schedule = {.type = ScheduleType::kOneCycle,
                                                 .total_steps = steps(12, 64),
                                                 .cycle_momentum = false},
                                    .augment = kGentle}},
        .published = "99.0 %",
        .source = "Y. LeCun et al., Proceedings of the IEEE 86 (1998); ReLU and max-pooling here"},
    Entry{.id = "bn-gap-12k",
          .title = "Batch norm and global pooling, 12k",
          .layers = kBnGap12k,
          .size = {12'400, 3'360'960},
          .recipe = {.title = "As published: SGD 0.01 with momentum 0.9, batch 128",
                     .epochs = 20,
                     .options = {.batch_size = 128,
                                 .optimizer = {.type = OptimizerType::kSgd,
                                               .learning_rate = 0.01,
                                               .momentum = 0.9},
                                 .loss = {.type = LossType::kNegativeLogLikelihood}}},
          .best_recipe = {.title = "SGD, one cycle to 0.1, augmentation, batch 64",
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
          .source = "A course project on MNIST below 20,000 parameters"},
    Entry{.id = "residual-8k",
          .title = "Residual, 8k",
          .layers = kResidual8k,
          .size = {8'530, 3'699'696},
          .recipe = {.title = "As published: SGD, one cycle to 0.1, augmentation, batch 32",
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
                                             .scale_max = 1.05}}},
          // Without subtracting the mean, the background of an image equals the padding of
          // convolutions.
          .best_recipe = {.title = "Muon 0.03, cosine, label smoothing, averaged weights, batch 32",
                          .epochs = 1,
                          .options = {.batch_size = 32,
                                      .optimizer = {.type = OptimizerType::kMuon,
                                                    .learning_rate = 0.03,
                                                    .weight_decay = 0.02,
                                                    .momentum = 0.95,
                                                    .nesterov = true},
                                      .schedule = {.type = ScheduleType::kOneCycle,
                                                   .total_steps = steps(1, 32),
                                                   .pct_start = 0.2,
                                                   .div_factor = 1.0,
                                                   .cycle_momentum = false},
                                      .loss = {.label_smoothing = 0.02},
                                      .ema_decay = 0.99,
                                      .normalization = {.mean = 0.0}}},
          .published = "95 % in one epoch",
          .source = "A course project on residual connections in tiny networks"},
    Entry{
        .id = "wide-593k",
        .title = "Wide, 593k",
        .layers = kWide593k,
        .size = {593'200, 37'263'988},
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
        .source = "A question about a network that would not learn"},
    Entry{.id = "conv3-61k",
          .title = "Three convolutions, 61k",
          .layers = kConv3With61k,
          .size = {61'461, 858'890},
          .recipe = adam_with_decay(LossType::kCrossEntropy),
          .best_recipe = distorted_cosine(LossType::kCrossEntropy),
          .published = "above 95 %",
          .source = "A course project on small convolutional networks"},
    Entry{.id = "conv2-24k",
          .title = "Two convolutions, 24k",
          .layers = kConv2With24k,
          .size = {24'245, 674'282},
          .recipe = adam_with_decay(LossType::kNegativeLogLikelihood),
          .best_recipe = distorted_cosine(LossType::kNegativeLogLikelihood),
          .published = "above 95 %",
          .source = "A course project on small convolutional networks"},
    Entry{
        .id = "conv2-10k",
        .title = "Fast to 99 %, 10k",
        .layers = kConv2With10k,
        .size = {9'874, 363'744},
        .recipe =
            smoothed_cycle("Adam, one cycle to 0.008, label smoothing, batch 32", 2, 8e-3, {}),
        .best_recipe = smoothed_cycle(
            "Adam, one cycle to 0.006, label smoothing, augmentation, batch 32", 12, 6e-3, kGentle),
        .published = "none",
        .source = "Made here for the shortest way"},
    Entry{
        .id = "conv4-21k",
        .title = "Fast to 99.4 %, 21k",
        .layers = kConv4With21k,
        .size = {21'498, 2'480'192},
        .recipe = smoothed_cycle(
            "Adam, one cycle to 0.006, label smoothing, augmentation, batch 32", 3, 6e-3, kGentle),
        .best_recipe = smoothed_cycle(
            "Adam, one cycle to 0.006, label smoothing, augmentation, batch 32", 10, 6e-3, kGentle),
        .published = "none",
        .source = "Made here for the shortest way"},
    Entry{.id = "conv3-2k",
          .title = "For microcontrollers, 2k",
          .layers = kConv3With2k,
          .size = {1'856, 23'896},
          .recipe = plain_cycle("Adam, one cycle to 0.01, batch 32", 4),
          .best_recipe = plain_cycle("Adam, one cycle to 0.01, batch 32", 12),
          .published = "none",
          .source = "Made here for 2 kB of RAM; in size as TinyMaix's network for MNIST"},
    few_parameters("sep-3914", "Separable, 4k", kSep3914, {3'914, 399'840},
                   muon_cycle("Muon, one cycle to 0.02, augmentation, batch 32", 30, kGentle)),
    few_parameters("sep-6610", "Separable, 7k", kSep6610, {6'610, 633'040},
                   muon_cycle("Muon, one cycle to 0.02, augmentation, batch 32", 20, kGentle)),
    few_parameters("sep-572", "Separable, 572", kSep572, {572, 95'924},
                   muon_cycle("Muon, one cycle to 0.02, batch 32", 40, {})),
    Entry{.id = "se-12k",
          .title = "Squeeze and excitation, 12k",
          .layers = kSe12k,
          .size = {12'412, 1'009'296},
          .recipe = muon_cycle("Muon, one cycle to 0.02, augmentation, batch 32", 12, kGentle),
          .published = "none",
          .source = "Made here with the blocks of J. Hu et al., CVPR 2018"}};

std::string to_string(Name name) {
  std::string text = kWords[static_cast<std::size_t>(name.word)];
  if (name.number > 0) {
    text.push_back(static_cast<char>('0' + name.number));
  }
  return text;
}

LayerSpec to_layer(const Row& row) {
  LayerSpec layer{.name = to_string(row.name), .type = row.type};
  for (const Name name : row.from) {
    if (name.word != Word::kNone) {
      layer.from.push_back(to_string(name));
    }
  }
  (row.type == LayerType::kLinear ? layer.out_features : layer.out_channels) = row.size;
  layer.kernel_size = {row.kernel, row.kernel};
  layer.stride = {row.stride, row.stride};
  layer.padding = {row.padding, row.padding};
  layer.groups = row.groups;
  layer.bias = row.bias;
  layer.p = row.percent / 100.0;
  return layer;
}

std::vector<ZooEntry> make_zoo() {
  std::vector<ZooEntry> zoo;
  for (const Entry& entry : kEntries) {
    ModelSpec spec{.name = std::string(entry.id), .input = kDigits, .layers = {}};
    for (const Row& row : entry.layers) {
      spec.layers.push_back(to_layer(row));
    }
    const Recipe& best = entry.best_recipe.epochs > 0 ? entry.best_recipe : entry.recipe;
    zoo.push_back({entry.id, entry.title, std::move(spec), entry.size.parameters, entry.size.macs,
                   entry.recipe, best, entry.published, entry.source});
  }
  return zoo;
}

}  // namespace

std::span<const ZooEntry> zoo() {
  static const std::vector<ZooEntry> entries = make_zoo();
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
