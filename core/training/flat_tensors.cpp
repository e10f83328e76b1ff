// SPDX-License-Identifier: MIT
#include "training/flat_tensors.h"

#include "support/text.h"

namespace tinycnn {

std::vector<NamedTensor> to_tensors(const Model& model, std::span<const float> flat) {
  std::vector<NamedTensor> tensors;
  for (const auto& [spec, offset] : model.parameter_views()) {
    if (offset < flat.size()) {
      const auto values = flat.subspan(offset, spec.size());
      tensors.push_back({spec.name, spec.shape, {values.begin(), values.end()}});
    }
  }
  return tensors;
}

void require_fits(const Model& model, const std::vector<NamedTensor>& tensors) {
  const auto views = model.parameter_views();
  if (tensors.size() != views.size()) {
    fail("[setParameters] expected ", views.size(), " tensors, got ", tensors.size());
  }
  for (std::size_t i = 0; i < views.size(); ++i) {
    const ParameterSpec& spec = views[i].spec;
    if (tensors[i].name != spec.name || tensors[i].shape != spec.shape ||
        tensors[i].data.size() != spec.size()) {
      fail("[setParameters] expected tensor ", i, " to be '", spec.name, "' with ", spec.size(),
           " values in its shape, got '", tensors[i].name, "' with ", tensors[i].data.size());
    }
  }
}

}  // namespace tinycnn
