// SPDX-License-Identifier: MIT
// Loss functions with PyTorch's names. Each is the mean over the samples of a mini-batch.
#pragma once

#include <cstdint>

namespace tinycnn {

/// Which loss is minimised.
enum class LossType : std::uint8_t {
  kCrossEntropy = 0,           ///< torch.nn.CrossEntropyLoss on logits, nats
  kNegativeLogLikelihood = 1,  ///< torch.nn.NLLLoss on log probabilities (logSoftmax), nats
  kMeanSquaredError = 2,       ///< torch.nn.MSELoss against 1 for the label, 0 for the others
};

/// A loss and its parameters.
struct LossOptions {
  LossType type = LossType::kCrossEntropy;
  double label_smoothing = 0.0;  ///< crossEntropy: 0..1, the share distributed over all classes

  friend bool operator==(const LossOptions&, const LossOptions&) = default;
};

/// Throws Error for values outside their range.
void require_valid(const LossOptions& loss);

}  // namespace tinycnn
