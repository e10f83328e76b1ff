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
  int groups = 1;
  Size2d dilation{1, 1};
};

inline LayerSpec conv2d(std::string name, int out_channels, Size2d kernel,
                        const ConvOptions& options = {}) {
  return {.name = std::move(name),
          .type = LayerType::kConv2d,
          .out_channels = out_channels,
          .kernel_size = kernel,
          .stride = options.stride,
          .padding = options.padding,
          .groups = options.groups,
          .bias = options.bias,
          .dilation = options.dilation};
}

inline LayerSpec zero_pad2d(std::string name, const Sides2d& sides) {
  return {.name = std::move(name), .type = LayerType::kZeroPad2d, .sides = sides};
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

/// A layer with PyTorch's defaults.
inline LayerSpec plain(std::string name, LayerType type) {
  return {.name = std::move(name), .type = type};
}

inline LayerSpec pool2d(std::string name, LayerType type, Size2d kernel, Size2d stride = {},
                        Size2d padding = {}) {
  return {.name = std::move(name),
          .type = type,
          .kernel_size = kernel,
          .stride = stride,
          .padding = padding};
}

inline LayerSpec batch_norm2d(std::string name) {
  return plain(std::move(name), LayerType::kBatchNorm2d);
}

inline LayerSpec dropout(std::string name, double p, LayerType type = LayerType::kDropout) {
  return {.name = std::move(name), .type = type, .p = p};
}

/// The same layer with other inputs than the layer before it.
inline LayerSpec from(std::vector<std::string> sources, LayerSpec layer) {
  layer.from = std::move(sources);
  return layer;
}
inline LayerSpec from(const char* source, LayerSpec layer) {
  return from(std::vector<std::string>{source}, std::move(layer));
}

inline ModelSpec model(Shape input, std::vector<LayerSpec> layers) {
  return {.name = "test", .input = input, .layers = std::move(layers)};
}

/// Strided and padded convolution, ReLU, overlapping max-pool and linear, biases on and off: quick
/// to train on 8x8 images of 4 classes.
inline ModelSpec small_model() {
  return model({1, 8, 8},
               {conv2d("conv", 3, {3, 3}, {.stride = {2, 1}, .padding = {1, 1}, .bias = false}),
                relu("relu1"), max_pool2d("pool", {2, 3}, {1, 2}), flatten("flatten"),
                linear("fc1", 9), relu("relu2"), linear("fc2", 4)});
}

/// Batch norm of both kinds, dropout of both kinds, a residual and a concatenating branch, groups
/// and padded pools: what small_model lacks, on the same images.
inline ModelSpec branched_model() {
  return model(
      {1, 8, 8},
      {conv2d("conv1", 4, {3, 3}, {.padding = {1, 1}, .bias = false}), relu("relu1"),
       batch_norm2d("bn1"), dropout("drop1", 0.1, LayerType::kDropout2d),
       pool2d("pool1", LayerType::kMaxPool2d, {3, 3}, {2, 2}, {1, 1}),
       conv2d("conv2", 4, {3, 3}, {.padding = {1, 1}, .groups = 4}), batch_norm2d("bn2"),
       plain("silu", LayerType::kSiLU), from({"pool1", "silu"}, plain("add", LayerType::kAdd)),
       from({"add", "conv2"}, plain("concat", LayerType::kConcat)),
       pool2d("pool2", LayerType::kAvgPool2d, {2, 2}, {2, 2}, {1, 1}), flatten("flatten"),
       dropout("drop2", 0.25), linear("fc1", 6), plain("bn3", LayerType::kBatchNorm1d),
       plain("tanh", LayerType::kTanh), linear("fc2", 4)});
}

}  // namespace tinycnn::test
