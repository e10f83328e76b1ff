// SPDX-License-Identifier: MIT
#include "training/inspection.h"

#include <algorithm>
#include <vector>

#include "support/text.h"
#include "training/normalize.h"

namespace tinycnn {

Inspection::Inspection(const CompiledModel& model)
    : model_(model),
      workspace_(
          std::max(model.inspection_plan().persistent_size(), model.plan().workspace_size())) {}

std::span<const float> Inspection::predict(std::span<const float> pixels,
                                           const Normalization& normalization,
                                           const EvaluationWeights& weights) {
  run(model_.plan(), pixels, normalization, weights);
  return model_.plan().output(workspace_, model_.summary().layers.size() - 1);
}

void Inspection::inspect(std::span<const float> pixels, const Normalization& normalization,
                         const EvaluationWeights& weights) {
  run(model_.inspection_plan(), pixels, normalization, weights);
}

void Inspection::run(const Plan& plan, std::span<const float> pixels,
                     const Normalization& normalization, const EvaluationWeights& weights) {
  const std::size_t expected = model_.summary().input.size();
  if (pixels.size() != expected) {
    fail("[predict] expected ", expected, " pixels, got ", pixels.size());
  }
  const std::span<float> input = plan.input(workspace_);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    input[i * kLanes] = normalize(normalization, pixels[i]);
  }
  std::vector<float> shared(plan.shared_size());  // not read in evaluation
  plan.forward({weights.parameters, weights.packed, {}, shared}, {{.samples = 1}, 0, workspace_});
}

}  // namespace tinycnn
