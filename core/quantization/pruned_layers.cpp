// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "tinycnn/pruning.h"

namespace tinycnn {

std::vector<PrunedLayer> pruned_layers(const Model& model) {
  std::vector<PrunedLayer> layers;
  auto view = model.parameter_views().begin();  // in the order of the layers
  for (const LayerSummary& layer : model.summary().layers) {
    PrunedLayer pruned{.name = layer.spec.name,
                       .parameters_before = layer.parameter_count,
                       .parameters = layer.parameter_count,
                       .macs_before = layer.macs,
                       .macs = layer.macs};
    for (const ParameterSpec& parameter : layer.parameters) {
      const auto values = model.parameters().subspan((view++)->offset, parameter.size());
      const std::int64_t zeros = parameter.trainable ? std::ranges::count(values, 0.0F) : 0;
      pruned.zeros += zeros;
      if (parameter.shape.size() > 1) {
        // Each weight takes part in equally many multiply-adds.
        pruned.macs -= zeros * (layer.macs / static_cast<std::int64_t>(values.size()));
      }
    }
    if (layer.parameter_count > 0) {
      layers.push_back(std::move(pruned));
    }
  }
  return layers;
}

}  // namespace tinycnn
