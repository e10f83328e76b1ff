// SPDX-License-Identifier: MIT
// Short ways to write down a model.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tinycnn/model_spec.h"

namespace tinycnn::test {

struct ConvOptions {
  Size2d stride{};
  Size2d padding{};
  bool bias = true;
};

inline LayerSpec conv2d(std::string name, int out_channels, Size2d kernel,
                        const ConvOptions& options = {}) {
  return {.name = std::move(name),
          .type = LayerType::kConv2d,
          .out_channels = out_channels,
          .kernel_size = kernel,
          .stride = options.stride,
          .padding = options.padding,
          .bias = options.bias};
}

inline LayerSpec max_pool2d(std::string name, Size2d kernel, Size2d stride = {}) {
  return {.name = std::move(name),
          .type = LayerType::kMaxPool2d,
          .kernel_size = kernel,
          .stride = stride};
}

inline LayerSpec linear(std::string name, int out_features, bool bias = true) {
  return {.name = std::move(name),
          .type = LayerType::kLinear,
          .out_features = out_features,
          .bias = bias};
}

inline LayerSpec relu(std::string name) {
  return {.name = std::move(name), .type = LayerType::kReLU};
}

inline LayerSpec flatten(std::string name) {
  return {.name = std::move(name), .type = LayerType::kFlatten};
}

/// The same layer reading another one than that before it.
inline LayerSpec from(std::string source, LayerSpec layer) {
  layer.from = {std::move(source)};
  return layer;
}

inline ModelSpec model(Shape input, std::vector<LayerSpec> layers) {
  return {.name = "test", .input = input, .layers = std::move(layers)};
}

/// Strided and padded convolution, overlapping pool, biases on and off: every layer type, quick to
/// train on 8x8 images of 4 classes.
inline ModelSpec small_model() {
  return model({1, 8, 8},
               {conv2d("conv", 3, {3, 3}, {.stride = {2, 1}, .padding = {1, 1}, .bias = false}),
                relu("relu1"), max_pool2d("pool", {2, 3}, {1, 2}), flatten("flatten"),
                linear("fc1", 9), relu("relu2"), linear("fc2", 4)});
}

}  // namespace tinycnn::test
