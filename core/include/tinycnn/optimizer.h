// SPDX-License-Identifier: MIT
// Optimizers with torch.optim's meaning, names and defaults.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tinycnn {

enum class OptimizerType : std::uint8_t {
  kAdam = 0,     ///< torch.optim.Adam
  kSgd = 1,      ///< torch.optim.SGD, dampening 0
  kAdamW = 2,    ///< torch.optim.AdamW; its default weight_decay is 0.01
  kRmsprop = 3,  ///< torch.optim.RMSprop, not centered; its default learning rate is 0.01
};

struct OptimizerOptions {
  OptimizerType type = OptimizerType::kAdam;
  double learning_rate = 1e-3;
  double weight_decay = 0.0;  ///< L2, added to the gradient; adamW: taken off the weights
  double beta1 = 0.9;         ///< adam, adamW
  double beta2 = 0.999;       ///< adam, adamW
  double eps = 1e-8;          ///< adam, adamW, rmsprop
  double momentum = 0.0;      ///< sgd, rmsprop
  double alpha = 0.99;        ///< rmsprop
  bool nesterov = false;      ///< sgd; needs momentum
  double clip_norm = 0.0;     ///< torch.nn.utils.clip_grad_norm_'s max_norm; 0: no clipping

  friend bool operator==(const OptimizerOptions&, const OptimizerOptions&) = default;
};

/// Throws Error for numbers outside their range (as torch.optim does).
void require_valid(const OptimizerOptions& options);

/// Numbers an optimizer keeps beside each parameter: SGD 1, the others 2.
std::size_t state_per_parameter(OptimizerType type) noexcept;

/// What changes from step to step.
struct OptimizerStep {
  std::int64_t number = 1;  ///< counted from 1
  double learning_rate = 0.0;
  double momentum = 0.0;        ///< sgd, rmsprop: momentum; adam, adamW: beta1
  double gradient_scale = 1.0;  ///< of clipping
};

/// The step of a constant schedule without clipping.
OptimizerStep plain_step(const OptimizerOptions& options, std::int64_t number) noexcept;

/// Applies a step to `count` parameters from `first` on; both are multiples of B. gradient,
/// parameters: flat memory of what is trained; state: state_per_parameter arrays of that size, one
/// after another.
void apply_optimizer(const OptimizerOptions& options, const OptimizerStep& step, std::size_t first,
                     std::size_t count, std::span<const float> gradient,
                     std::span<float> parameters, std::span<float> state) noexcept;

}  // namespace tinycnn
