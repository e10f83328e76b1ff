// SPDX-License-Identifier: MIT
// One step of an optimizer over the model's flat memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/optimizer.h"
#include "tinycnn/optimizer.h"

namespace tinycnn {

/// Floats that an optimizer keeps for each parameter.
std::size_t state_per_parameter(OptimizerType type) noexcept;

/// What changes from step to step.
struct OptimizerStep {
  std::int64_t number = 1;  ///< counted from 1
  double learning_rate = 0.0;
  double momentum = 0.0;        ///< sgd, rmsprop, muon: momentum; adam, adamW: beta1
  double gradient_scale = 1.0;  ///< below 1 where the gradient is clipped
};

/// The step of a constant schedule without clipping.
OptimizerStep plain_step(const OptimizerOptions& options, std::int64_t number) noexcept;

/// The numbers of a step of adam, adamW or muon's AdamW.
kernels::AdamStep adam_numbers(const OptimizerOptions& options, const OptimizerStep& step);

/// Applies a step to `count` parameters from `first` on; both are multiples of B. gradient,
/// parameters: flat memory of what is trained; state: state_per_parameter arrays of that size, one
/// after another. muon: parameters that are no matrices (see muon.h).
void apply_optimizer(const OptimizerOptions& options, const OptimizerStep& step, std::size_t first,
                     std::size_t count, std::span<const float> gradient,
                     std::span<float> parameters, std::span<float> state) noexcept;

}  // namespace tinycnn
