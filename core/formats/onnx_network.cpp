// SPDX-License-Identifier: MIT
#include "formats/onnx_network.h"

#include <algorithm>

#include "formats/json_value.h"
#include "model/layer_shapes.h"
#include "support/text.h"

namespace tinycnn::onnx {
namespace {

/// Exact in binary, so that a batch norm of this variance and eps scales by its weight alone.
constexpr double kUnitEps = 1.0 / (1 << 17);
constexpr float kUnitVariance = 1.0F - static_cast<float>(kUnitEps);

bool has_weights(LayerType type) {
  return type == LayerType::kConv2d || type == LayerType::kLinear;
}

/// The part of a tensor's name behind the layer's.
std::string_view kind_of(const std::string& name) {
  return std::string_view(name).substr(name.rfind('.') + 1);
}

const std::vector<float>& values_of(const LayerWeights& weights, std::string_view kind) {
  return kind == "weight"         ? weights.weight
         : kind == "bias"         ? weights.bias
         : kind == "running_mean" ? weights.mean
                                  : weights.variance;
}

}  // namespace

const Shape& Network::shape(int layer) const {
  return layer == kInput ? input_ : layers_[static_cast<std::size_t>(layer)].output;
}

std::string Network::name_of(int layer) const {
  return layer == kInput ? std::string(kInputName) : spec(layer).name;
}

int Network::add(LayerSpec spec, const std::vector<int>& inputs, LayerWeights weights) {
  if (static_cast<std::int64_t>(layers_.size()) >= kMaxLayers) {
    fail("[importModel] expected at most ", kMaxLayers, " layers, got more");
  }
  const bool is_usable = !spec.name.empty() && is_utf8(spec.name);
  spec.name = names_.take(is_usable ? spec.name : std::string(to_string(spec.type)));
  if (inputs != std::vector{size() - 1}) {
    for (const int input : inputs) {
      spec.from.push_back(name_of(input));
    }
  }
  std::vector<Shape> shapes;
  for (const int input : inputs) {
    shapes.push_back(shape(input));
  }
  LayerSummary summary;
  summary.spec = spec;
  infer_shapes(summary, shapes);
  for (const ParameterSpec& parameter : summary.parameters) {
    if (values_of(weights, kind_of(parameter.name)).size() != parameter.size()) {
      fail(where(spec), "expected ", parameter.size(), " values of ", parameter.name, ", got ",
           values_of(weights, kind_of(parameter.name)).size());
    }
  }
  layers_.push_back({.spec = std::move(spec),
                     .output = summary.output,
                     .inputs = inputs,
                     .parameters = std::move(summary.parameters),
                     .weights = std::move(weights)});
  layers_.back().is_nonnegative = gives_nonnegative(layers_.back());
  return size() - 1;
}

int Network::add_affine(int layer, bool may_change, const std::string& name,
                        const std::vector<float>& scale, const std::vector<float>& shift) {
  const auto channels = static_cast<std::size_t>(shape(layer).channels);
  if (layer != kInput && may_change && has_weights(spec(layer).type)) {
    Layer& changed = at(layer);
    const std::size_t inputs = changed.weights.weight.size() / channels;
    if (!changed.spec.bias) {
      changed.spec.bias = true;
      changed.weights.bias.assign(channels, 0.0F);
      changed.parameters.push_back(
          {.name = changed.spec.name + ".bias", .shape = {static_cast<int>(channels)}});
    }
    for (std::size_t k = 0; k < channels; ++k) {
      for (std::size_t i = 0; i < inputs; ++i) {
        changed.weights.weight[k * inputs + i] *= scale[k];
      }
      changed.weights.bias[k] = changed.weights.bias[k] * scale[k] + shift[k];
    }
    return layer;
  }
  return add({.name = name, .type = LayerType::kBatchNorm2d, .eps = kUnitEps, .frozen = true},
             {layer},
             {.weight = scale,
              .bias = shift,
              .mean = std::vector<float>(channels, 0.0F),
              .variance = std::vector<float>(channels, kUnitVariance)});
}

int Network::flattened(int layer) {
  const Shape& output = shape(layer);
  if (output.height == 1 && output.width == 1) {
    return layer;
  }
  std::optional<int> known = layer == kInput ? flattened_input_ : at(layer).flattened;
  if (!known) {
    known = add({.name = {}, .type = LayerType::kFlatten}, {layer});
    (layer == kInput ? flattened_input_ : at(layer).flattened) = known;
  }
  return *known;
}

void Network::remove_last() { layers_.pop_back(); }

bool Network::is_nonnegative(int layer) const {
  return layer != kInput && layers_[static_cast<std::size_t>(layer)].is_nonnegative;
}

bool Network::gives_nonnegative(const Layer& layer) const {
  switch (layer.spec.type) {
    case LayerType::kReLU:
    case LayerType::kReLU6:
    case LayerType::kSigmoid:
    case LayerType::kSoftmax:
      return true;
    case LayerType::kMaxPool2d:
    case LayerType::kAvgPool2d:
    case LayerType::kGlobalAvgPool2d:
    case LayerType::kDropout:
    case LayerType::kFlatten:
    case LayerType::kZeroPad2d:
    case LayerType::kAdd:
    case LayerType::kMultiply:
    case LayerType::kConcat:
      return std::ranges::all_of(layer.inputs, [&](int input) { return is_nonnegative(input); });
    default:
      return false;
  }
}

ModelSpec Network::model(std::string name) const {
  ModelSpec model{.name = std::move(name), .input = input_, .layers = {}};
  for (const Layer& layer : layers_) {
    model.layers.push_back(layer.spec);
  }
  return model;
}

std::vector<NamedTensor> Network::tensors() const {
  std::vector<NamedTensor> tensors;
  for (const Layer& layer : layers_) {
    for (const ParameterSpec& parameter : layer.parameters) {
      tensors.push_back({.name = parameter.name,
                         .shape = parameter.shape,
                         .data = values_of(layer.weights, kind_of(parameter.name))});
    }
  }
  return tensors;
}

}  // namespace tinycnn::onnx
