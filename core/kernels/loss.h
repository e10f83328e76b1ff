// SPDX-License-Identifier: MIT
// The losses of torch.nn for a block of B samples, and their gradients. Lanes from `samples` on are
// padding: their loss and gradient are zero. labels [B] in 0..K-1; losses [B]; d_output [K][B]: the
// gradient of loss * scale, or empty if only losses are needed. It may share the memory of the
// output.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "tinycnn/shape.h"

namespace tinycnn::kernels {

/// The second label of each sample, for mixtures of two images.
struct MixedLabels {
  std::array<std::uint8_t, kLanes> labels{};
  std::array<float, kLanes> shares{};  ///< 0..1, of the target; the first label has the rest
};

/// What a loss needs besides the network's output.
struct LossTarget {
  std::span<const std::uint8_t> labels;
  int samples = 0;
  float scale = 1.0F;                   ///< 1 / samples of the mini-batch
  const MixedLabels* others = nullptr;  ///< none: each sample has one label
};

/// logits [K][B] (torch.nn.CrossEntropyLoss), losses in nats. label_smoothing: the share of the
/// target that is distributed evenly over all classes.
void cross_entropy(std::span<const float> logits, const LossTarget& target, float label_smoothing,
                   std::span<float> losses, std::span<float> d_output) noexcept;

/// log_probabilities [K][B] (torch.nn.NLLLoss), losses in nats.
void negative_log_likelihood(std::span<const float> log_probabilities, const LossTarget& target,
                             std::span<float> losses, std::span<float> d_output) noexcept;

/// output [K][B] against 1 for the label and 0 elsewhere, the mean over classes (torch.nn.MSELoss).
void mean_squared_error(std::span<const float> output, const LossTarget& target,
                        std::span<float> losses, std::span<float> d_output) noexcept;

/// output [K][B] -> predicted [B]: the index of the largest value of each lane, the first of equal
/// values.
void argmax(std::span<const float> output, std::span<std::uint8_t> predicted) noexcept;

}  // namespace tinycnn::kernels
