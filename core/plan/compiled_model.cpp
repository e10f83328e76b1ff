// SPDX-License-Identifier: MIT
#include "plan/compiled_model.h"

#include <algorithm>
#include <utility>

#include "kernels/fake_quantize.h"

namespace tinycnn {
namespace {

/// Enters a parameter into the range of its layer.
void assign(ParameterRange& range, const ParameterSpec& parameter, std::size_t offset) {
  const std::size_t size = parameter.size();
  if (!parameter.trainable) {
    // Buffers of a layer follow one another; the range spans them all.
    range.running_offset = range.running_size == 0 ? offset : range.running_offset;
    range.running_size = offset + size - range.running_offset;
  } else if (parameter.name.ends_with(".bias")) {
    range.bias_offset = offset;
    range.bias_size = size;
  } else {
    range.weight_offset = offset;
    range.weight_size = size;
  }
}

/// Where the parameters of each layer lie.
std::vector<ParameterRange> ranges_of(const Model& model) {
  std::vector<ParameterRange> ranges;
  auto view = model.parameter_views().begin();  // in the order of the layers
  for (const LayerSummary& layer : model.summary().layers) {
    ParameterRange& range = ranges.emplace_back();
    for (std::size_t i = 0; i < layer.parameters.size(); ++i, ++view) {
      assign(range, view->spec, view->offset);
    }
  }
  return ranges;
}

bool rounds(const ModelSpec& spec) {
  return std::ranges::any_of(spec.layers,
                             [](const LayerSpec& layer) { return layer.input_scale > 0.0; });
}

}  // namespace

CompiledModel::CompiledModel(ModelSpec spec, std::uint64_t seed)
    : Model(std::move(spec), seed),
      plan_(summary(), ranges_of(*this), PlanKind::kFused),
      inspection_plan_(summary(), ranges_of(*this), PlanKind::kInspectable),
      rounded_layers_(rounds(this->spec()) ? find_rounded() : std::vector<RoundedLayer>()),
      rounded_(rounded_layers_.empty() ? 0 : parameters().size()),
      packed_(buffer_size(1, plan_.packed_size(), "packed weights")),
      packed_backward_(buffer_size(1, plan_.packed_backward_size(), "packed weights")) {
  parameters_changed();
}

std::vector<CompiledModel::RoundedLayer> CompiledModel::find_rounded() const {
  const std::vector<ParameterRange> ranges = ranges_of(*this);
  std::vector<RoundedLayer> layers;
  for (const LayerSummary& layer : summary().layers) {
    if (layer.spec.input_scale > 0.0 && !layer.parameters.empty()) {
      const ParameterRange& range = ranges[static_cast<std::size_t>(layer.index)];
      const auto outputs = static_cast<std::size_t>(layer.output.channels);
      layers.push_back({.range = range,
                        .scales = layer.spec.type == LayerType::kConv2d ? outputs : 1,
                        .inputs = range.weight_size / outputs,
                        .input_scale = static_cast<float>(layer.spec.input_scale)});
    }
  }
  return layers;
}

void CompiledModel::round_layers(std::span<float> parameters) const noexcept {
  for (const RoundedLayer& layer : rounded_layers_) {
    const std::size_t weights = layer.range.weight_size / layer.scales;
    const std::size_t biases = layer.range.bias_size / layer.scales;
    for (std::size_t k = 0; k < layer.scales; ++k) {
      kernels::fake_quantize_weights(
          parameters.subspan(layer.range.weight_offset + k * weights, weights),
          parameters.subspan(layer.range.bias_offset + k * biases, biases), layer.input_scale,
          layer.inputs);
    }
  }
}

void CompiledModel::round_parameters() noexcept {
  std::ranges::copy(parameters(), rounded_.begin());
  round_layers(rounded_);
}

void CompiledModel::parameters_changed() noexcept {
  if (!rounded_.empty()) {
    round_parameters();
  }
  plan_.pack(rounded_parameters(), packed_);
  plan_.pack_backward(rounded_parameters(), packed_backward_);
  ++version_;
}

void CompiledModel::initialize(std::uint64_t seed) noexcept {
  Model::initialize(seed);
  parameters_changed();
}

}  // namespace tinycnn
