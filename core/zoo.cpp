// SPDX-License-Identifier: MIT
#include "zoo.h"

#include <algorithm>
#include <vector>

#include "tinycnn/error.h"

namespace tinycnn {
namespace {

LayerSpec conv2d(std::string name, int out_channels, int kernel) {
  return {.name = std::move(name),
          .type = LayerType::kConv2d,
          .out_channels = out_channels,
          .kernel_size = {kernel, kernel}};
}

LayerSpec max_pool2d(std::string name, int kernel) {
  return {.name = std::move(name), .type = LayerType::kMaxPool2d, .kernel_size = {kernel, kernel}};
}

LayerSpec linear(std::string name, int out_features) {
  return {.name = std::move(name), .type = LayerType::kLinear, .out_features = out_features};
}

LayerSpec relu(std::string name) { return {.name = std::move(name), .type = LayerType::kReLU}; }

LayerSpec flatten(std::string name) {
  return {.name = std::move(name), .type = LayerType::kFlatten};
}

constexpr Shape kDigits{1, 28, 28};

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
      // Falls to a quarter over the 1,875 steps of an epoch of 60,000 images.
      .best_recipe = {.title = "Recommended: Adam 0.008 falling to a quarter each epoch, batch 32",
                      .epochs = 4,
                      .options = {.batch_size = 32,
                                  .optimizer = {.learning_rate = 8e-3},
                                  .schedule = {.type = ScheduleType::kExponential,
                                               .gamma = 0.99926}}},
      .published = "98.0 to 98.5 % after 10 to 15 epochs",
      .source = "The project's own architecture"};
}

}  // namespace

std::span<const ZooEntry> zoo() {
  static const std::vector<ZooEntry> entries{tinycnn()};
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
