// SPDX-License-Identifier: MIT
#include "tinycnn/loss.h"

#include "support/text.h"

namespace tinycnn {

void require_valid(const LossOptions& loss) {
  if (loss.type != LossType::kCrossEntropy && loss.type != LossType::kNegativeLogLikelihood &&
      loss.type != LossType::kMeanSquaredError) {
    fail("[loss] expected a known type, got number ", static_cast<int>(loss.type));
  }
  if (!(loss.label_smoothing >= 0.0 && loss.label_smoothing < 1.0)) {
    fail("[loss] expected a label smoothing from 0 to below 1, got ", loss.label_smoothing);
  }
}

}  // namespace tinycnn
