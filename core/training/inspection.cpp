// SPDX-License-Identifier: MIT
#include "training/inspection.h"

#include <vector>

#include "training/normalize.h"

namespace tinycnn {

Inspection::Inspection(const CompiledModel& model)
    : model_(model), workspace_(model.inspection_plan().workspace_size()) {}

void Inspection::inspect(std::span<const float> pixels, const Normalization& normalization,
                         const EvaluationWeights& weights) {
  const Plan& plan = model_.inspection_plan();
  require_pixels(model_.summary().input, pixels.size());
  const std::span<float> input = plan.input(workspace_);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    input[i * kLanes] = normalize(normalization, pixels[i]);
  }
  std::vector<float> shared(plan.shared_size());  // not read in evaluation
  plan.forward({weights.parameters, weights.packed, {}, shared}, {{.samples = 1}, 0, workspace_});
}

}  // namespace tinycnn
