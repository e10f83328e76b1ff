// SPDX-License-Identifier: MIT
#include "tinycnn/model_spec.h"

#include <algorithm>

#include "model/layer_shapes.h"
#include "model/layer_types.h"
#include "support/text.h"

namespace tinycnn {
namespace {

constexpr std::int64_t kMaxClasses = 256;

/// The index of the layer that `from` names, among those before `position`; -1 for the input.
int find_source(const ModelSpec& spec, std::size_t position, const std::string& name) {
  if (name == kInputName) {
    return -1;
  }
  for (std::size_t i = 0; i < position; ++i) {
    if (spec.layers[i].name == name) {
      return static_cast<int>(i);
    }
  }
  fail(where(spec.layers[position]), "reads from '", name,
       "': expected 'input' or the name of an earlier layer");
}

void check_name(const ModelSpec& spec, std::size_t position) {
  const LayerSpec& layer = spec.layers[position];
  if (layer.name.empty() || layer.name == kInputName) {
    fail("[model] expected layer ", position, " to have a name other than '", kInputName,
         "', got '", layer.name, "'");
  }
  for (std::size_t i = 0; i < position; ++i) {
    if (spec.layers[i].name == layer.name) {
      fail(where(layer), "expected a name of its own, but layer ", i, " has the same");
    }
  }
}

void check_input(const ModelSpec& spec) {
  const auto inside = [](int value, std::int64_t max) { return value >= 1 && value <= max; };
  if (!inside(spec.input.channels, kMaxChannels) || !inside(spec.input.height, kMaxSide) ||
      !inside(spec.input.width, kMaxSide) ||
      spec.input.size() > static_cast<std::size_t>(kMaxActivations)) {
    fail("[model] expected an input [C,H,W] of sides from 1 to ", kMaxSide, " and up to ",
         kMaxActivations, " pixels, got ", describe(spec.input));
  }
  if (spec.layers.empty()) {
    fail("[model] expected at least one layer, got none");
  }
  if (spec.layers.size() > static_cast<std::size_t>(kMaxLayers)) {
    fail("[model] expected at most ", kMaxLayers, " layers, got ", spec.layers.size());
  }
}

void summarize_layer(const ModelSpec& spec, std::size_t position,
                     std::span<const LayerSummary> before, LayerSummary& layer) {
  check_name(spec, position);
  layer.spec = spec.layers[position];
  layer.index = static_cast<int>(position);
  for (const std::string& name : layer.spec.from) {
    layer.inputs.push_back(find_source(spec, position, name));
  }
  if (layer.inputs.empty()) {
    layer.inputs.push_back(static_cast<int>(position) - 1);
  }
  std::vector<Shape> inputs;
  for (const int source : layer.inputs) {
    inputs.push_back(source < 0 ? spec.input : before[static_cast<std::size_t>(source)].output);
  }
  infer_shapes(layer, inputs);
  for (const ParameterSpec& parameter : layer.parameters) {
    layer.parameter_count += parameter.trainable ? static_cast<std::int64_t>(parameter.size()) : 0;
  }
}

}  // namespace

std::string_view to_string(LayerType type) {
  return is_known(type) ? info_of(type).name : "unknown";
}

LayerType layer_type_from_string(std::string_view name) {
  std::string known;
  for (const LayerTypeInfo& info : kLayerTypes) {
    if (info.name == name) {
      return info.type;
    }
    known += concat(known.empty() ? "" : ", ", info.name);
  }
  fail("[model] expected a layer type out of ", known, ", got '", name, "'");
}

bool is_left_out(const LayerSpec& layer, std::string_view field) {
  return (field == "frozen" && !layer.frozen) ||
         (field == "inputScale" && layer.input_scale == 0.0) ||
         (field == "dilation" && layer.dilation == Size2d{1, 1});
}

std::span<const Field<LayerSpec>> layer_fields(LayerType type) {
  if (!is_known(type)) {
    fail("[model] expected a known layer type, got number ", static_cast<int>(type));
  }
  return info_of(type).fields;
}

std::size_t ParameterSpec::size() const {
  std::size_t product = 1;
  for (const int dimension : shape) {
    product = saturating_product({product, static_cast<std::uint64_t>(dimension)});
  }
  return product;
}

ModelSummary summarize(const ModelSpec& spec) {
  check_input(spec);
  ModelSummary summary;
  summary.input = spec.input;
  summary.layers.resize(spec.layers.size());
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    LayerSummary& layer = summary.layers[i];
    summarize_layer(spec, i, std::span(summary.layers).first(i), layer);
    summary.parameter_count += layer.parameter_count;
    summary.macs += layer.macs;
    summary.operations += layer.operations;
    if (summary.operations > kMaxOperations) {
      fail(where(layer.spec), "expected a model that trains on a sample in up to ", kMaxOperations,
           " operations (multiply-adds, window pixels of pooling, activations), got one of ",
           summary.operations, " up to this layer");
    }
  }
  const LayerSummary& last = summary.layers.back();
  if (last.output.height != 1 || last.output.width != 1) {
    fail(where(last.spec), "expected the last layer to give a vector of class scores, got ",
         describe(last.output));
  }
  require_range(last.spec, "classes (labels are bytes)", last.output.channels, 1, kMaxClasses);
  if (summary.parameter_count < 1 || summary.parameter_count > kMaxParameters) {
    fail("[model] expected from 1 to ", kMaxParameters, " parameters, got ",
         summary.parameter_count);
  }
  const auto is_trained = [](const LayerSummary& layer) {
    return std::ranges::any_of(layer.parameters, &ParameterSpec::is_trained);
  };
  if (std::ranges::none_of(summary.layers, is_trained)) {
    fail("[model] expected at least one layer with parameters that is not frozen, got none");
  }
  summary.classes = last.output.channels;
  return summary;
}

}  // namespace tinycnn
