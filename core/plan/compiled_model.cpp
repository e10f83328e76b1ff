// SPDX-License-Identifier: MIT
#include "plan/compiled_model.h"

#include <utility>

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

}  // namespace

CompiledModel::CompiledModel(ModelSpec spec, std::uint64_t seed)
    : Model(std::move(spec), seed),
      plan_(summary(), ranges_of(*this), PlanKind::kFused),
      inspection_plan_(summary(), ranges_of(*this), PlanKind::kInspectable),
      packed_(buffer_size(1, plan_.packed_size(), "packed weights")),
      packed_backward_(buffer_size(1, plan_.packed_backward_size(), "packed weights")) {
  parameters_changed();
}

void CompiledModel::parameters_changed() noexcept {
  plan_.pack(parameters(), packed_);
  plan_.pack_backward(parameters(), packed_backward_);
  ++version_;
}

void CompiledModel::initialize(std::uint64_t seed) noexcept {
  Model::initialize(seed);
  parameters_changed();
}

}  // namespace tinycnn
