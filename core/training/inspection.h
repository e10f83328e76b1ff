// SPDX-License-Identifier: MIT
// Runs one image through a model to look at the output of every layer.
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

  /// pixels: 0..255. Afterwards input() and output() hold the normalized image and the layers'
  /// outputs. Throws Error unless there are as many pixels as the model's input has.
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
  const CompiledModel& model_;
  Buffer workspace_;
};

}  // namespace tinycnn
