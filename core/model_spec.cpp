// SPDX-License-Identifier: MIT
#include "tinycnn/model_spec.h"

#include <algorithm>
#include <array>
#include <utility>

#include "tinycnn/error.h"

namespace tinycnn {
namespace {

constexpr std::int64_t kMaxSide = 4096;
constexpr std::int64_t kMaxChannels = 1 << 20;
constexpr std::int64_t kMaxClasses = 256;
constexpr std::int64_t kMaxElements = std::int64_t{1} << 26;

constexpr std::array<std::pair<LayerType, std::string_view>, 5> kTypeNames{{
    {LayerType::kConv2d, "conv2d"},
    {LayerType::kReLU, "relu"},
    {LayerType::kMaxPool2d, "maxPool2d"},
    {LayerType::kFlatten, "flatten"},
    {LayerType::kLinear, "linear"},
}};

std::string describe(const Shape& shape) {
  return concat("[", shape.channels, ",", shape.height, ",", shape.width, "]");
}

std::string describe(const Size2d& size) { return concat(size.height, "x", size.width); }

/// "[conv2d conv1] ": the start of every text about a layer.
std::string where(const LayerSpec& layer) {
  return concat("[", to_string(layer.type), " ", layer.name, "] ");
}

void require_range(const LayerSpec& layer, std::string_view what, std::int64_t value,
                   std::int64_t least, std::int64_t most) {
  if (value < least || value > most) {
    fail(where(layer), "expected ", what, " from ", least, " to ", most, ", got ", value);
  }
}

void require_range(const LayerSpec& layer, std::string_view what, const Size2d& size, int least) {
  require_range(layer, what, size.height, least, kMaxSide);
  require_range(layer, what, size.width, least, kMaxSide);
}

Size2d resolve_stride(const Size2d& stride, const Size2d& otherwise) {
  return {stride.height == 0 ? otherwise.height : stride.height,
          stride.width == 0 ? otherwise.width : stride.width};
}

/// Height and width after sliding a kernel over a padded input, as PyTorch counts (floor).
Size2d slide(const LayerSpec& layer, const Shape& input) {
  const Size2d padded{input.height + 2 * layer.padding.height,
                      input.width + 2 * layer.padding.width};
  if (layer.kernel_size.height > padded.height || layer.kernel_size.width > padded.width) {
    fail(where(layer), "expected a kernel no larger than its ", describe(padded),
         " input (padding included), got ", describe(layer.kernel_size));
  }
  return {(padded.height - layer.kernel_size.height) / layer.stride.height + 1,
          (padded.width - layer.kernel_size.width) / layer.stride.width + 1};
}

void add_bias(LayerSummary& layer, int outputs, int fan_in) {
  if (layer.spec.bias) {
    layer.parameters.push_back({layer.spec.name + ".bias", {outputs}, fan_in});
  }
}

void infer_conv2d(LayerSummary& layer) {
  LayerSpec& spec = layer.spec;
  require_range(spec, "out_channels", spec.out_channels, 1, kMaxChannels);
  require_range(spec, "kernel_size", spec.kernel_size, 1);
  spec.stride = resolve_stride(spec.stride, {1, 1});
  require_range(spec, "stride", spec.stride, 1);
  require_range(spec, "padding", spec.padding.height, 0, spec.kernel_size.height - 1);
  require_range(spec, "padding", spec.padding.width, 0, spec.kernel_size.width - 1);
  const Size2d out = slide(spec, layer.input);
  layer.output = {spec.out_channels, out.height, out.width};
  const std::int64_t fan_in =
      std::int64_t{layer.input.channels} * spec.kernel_size.height * spec.kernel_size.width;
  require_range(spec, "weights of one output channel", fan_in, 1, kMaxElements);
  require_range(spec, "weights", fan_in * spec.out_channels, 1, kMaxElements);
  layer.parameters.push_back(
      {spec.name + ".weight",
       {spec.out_channels, layer.input.channels, spec.kernel_size.height, spec.kernel_size.width},
       static_cast<int>(fan_in)});
  add_bias(layer, spec.out_channels, static_cast<int>(fan_in));
  layer.macs = fan_in * spec.out_channels * out.height * out.width;
}

void infer_max_pool2d(LayerSummary& layer) {
  LayerSpec& spec = layer.spec;
  require_range(spec, "kernel_size", spec.kernel_size, 1);
  spec.stride = resolve_stride(spec.stride, spec.kernel_size);
  require_range(spec, "stride", spec.stride, 1);
  if (spec.padding != Size2d{}) {
    fail(where(spec), "expected no padding, got ", describe(spec.padding));
  }
  const Size2d out = slide(spec, layer.input);
  layer.output = {layer.input.channels, out.height, out.width};
}

void infer_linear(LayerSummary& layer) {
  LayerSpec& spec = layer.spec;
  require_range(spec, "out_features", spec.out_features, 1, kMaxChannels);
  if (layer.input.height != 1 || layer.input.width != 1) {
    fail(where(spec), "expected a vector (put a flatten before it), got ", describe(layer.input));
  }
  const int in_features = layer.input.channels;
  require_range(spec, "weights", std::int64_t{in_features} * spec.out_features, 1, kMaxElements);
  layer.output = {spec.out_features, 1, 1};
  layer.parameters.push_back(
      {spec.name + ".weight", {spec.out_features, in_features}, in_features});
  add_bias(layer, spec.out_features, in_features);
  layer.macs = std::int64_t{in_features} * spec.out_features;
}

void infer(LayerSummary& layer) {
  switch (layer.spec.type) {
    case LayerType::kConv2d:
      return infer_conv2d(layer);
    case LayerType::kMaxPool2d:
      return infer_max_pool2d(layer);
    case LayerType::kLinear:
      return infer_linear(layer);
    case LayerType::kReLU:
      layer.output = layer.input;
      return;
    case LayerType::kFlatten:
      layer.output = {static_cast<int>(layer.input.size()), 1, 1};
      return;
  }
}

/// Index of the layer that a `from` names, among those before `position`; -1 is the input.
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
  const auto inside = [](int value, std::int64_t most) { return value >= 1 && value <= most; };
  if (!inside(spec.input.channels, kMaxChannels) || !inside(spec.input.height, kMaxSide) ||
      !inside(spec.input.width, kMaxSide) ||
      spec.input.size() > static_cast<std::size_t>(kMaxElements)) {
    fail("[model] expected an input [C,H,W] of sides from 1 to ", kMaxSide, ", got ",
         describe(spec.input));
  }
  if (spec.layers.empty()) {
    fail("[model] expected at least one layer, got none");
  }
}

LayerSummary summarize_layer(const ModelSpec& spec, std::size_t position,
                             const std::vector<LayerSummary>& before) {
  check_name(spec, position);
  LayerSummary layer;
  layer.spec = spec.layers[position];
  if (layer.spec.from.size() > 1) {
    fail(where(layer.spec), "expected one input, got ", layer.spec.from.size());
  }
  const int source = layer.spec.from.empty() ? static_cast<int>(position) - 1
                                             : find_source(spec, position, layer.spec.from.front());
  layer.inputs = {source};
  layer.input = source < 0 ? spec.input : before[static_cast<std::size_t>(source)].output;
  infer(layer);
  const std::int64_t elements =
      std::int64_t{layer.output.channels} * layer.output.height * layer.output.width;
  require_range(layer.spec, "activations", elements, 1, kMaxElements);
  for (const ParameterSpec& parameter : layer.parameters) {
    layer.parameter_count += static_cast<std::int64_t>(parameter.size());
  }
  return layer;
}

}  // namespace

std::string_view to_string(LayerType type) {
  for (const auto& [known, name] : kTypeNames) {
    if (known == type) {
      return name;
    }
  }
  return "unknown";
}

LayerType layer_type_from_string(std::string_view name) {
  std::string known;
  for (const auto& [type, type_name] : kTypeNames) {
    if (type_name == name) {
      return type;
    }
    known += concat(known.empty() ? "" : ", ", type_name);
  }
  fail("[model] expected a layer type out of ", known, ", got '", name, "'");
}

std::size_t ParameterSpec::size() const {
  std::size_t product = 1;
  for (const int dimension : shape) {
    product *= static_cast<std::size_t>(dimension);
  }
  return product;
}

ModelSummary summarize(const ModelSpec& spec) {
  check_input(spec);
  ModelSummary summary;
  summary.input = spec.input;
  summary.layers.reserve(spec.layers.size());
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    summary.layers.push_back(summarize_layer(spec, i, summary.layers));
    summary.parameter_count += summary.layers.back().parameter_count;
    summary.macs += summary.layers.back().macs;
  }
  const LayerSummary& last = summary.layers.back();
  if (last.output.height != 1 || last.output.width != 1) {
    fail(where(last.spec), "expected the last layer to give a vector of class scores, got ",
         describe(last.output));
  }
  require_range(last.spec, "classes (labels are bytes)", last.output.channels, 1, kMaxClasses);
  if (summary.parameter_count < 1 || summary.parameter_count > kMaxElements) {
    fail("[model] expected from 1 to ", kMaxElements, " parameters, got ", summary.parameter_count);
  }
  summary.classes = last.output.channels;
  return summary;
}

}  // namespace tinycnn
