// SPDX-License-Identifier: MIT
// Runs one image through a model: to predict its class, or to look at the output of every layer.
#pragma once

#include <cstddef>
#include <span>

#include "plan/compiled_model.h"
#include "support/buffer.h"
#include "tinycnn/trainer.h"
#include "training/weight_average.h"

namespace tinycnn {

/// Every result is a block [C][H][W][B] whose lane 0 is the image, valid until the next call.
class Inspection {
 public:
  /// The model must outlive the inspection.
  explicit Inspection(const CompiledModel& model);

  /// pixels: 0..255. Returns the output of the last layer. Throws Error unless there are as many
  /// pixels as the model's input has.
  std::span<const float> predict(std::span<const float> pixels, const Normalization& normalization,
                                 const EvaluationWeights& weights);

  /// The same; afterwards input() and output() hold the normalized image and the layers' outputs.
  void inspect(std::span<const float> pixels, const Normalization& normalization,
               const EvaluationWeights& weights);
  [[nodiscard]] std::span<const float> input() {
    return model_.inspection_plan().input(workspace_);
  }
  [[nodiscard]] std::span<const float> output(std::size_t layer) {
    return model_.inspection_plan().output(workspace_, layer);
  }

  [[nodiscard]] std::size_t memory_bytes() const { return workspace_.size() * sizeof(float); }

 private:
  void run(const Plan& plan, std::span<const float> pixels, const Normalization& normalization,
           const EvaluationWeights& weights);

  const CompiledModel& model_;
  Buffer workspace_;  // of either plan
};

}  // namespace tinycnn
