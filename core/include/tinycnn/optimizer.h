// SPDX-License-Identifier: MIT
// Optimizers with torch.optim's meaning, names and defaults.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tinycnn {

enum class OptimizerType : std::uint8_t {
  kAdam = 0,  ///< torch.optim.Adam
  kSgd = 1,   ///< torch.optim.SGD, dampening 0
};

struct OptimizerOptions {
  OptimizerType type = OptimizerType::kAdam;
  double learning_rate = 1e-3;
  double weight_decay = 0.0;  ///< L2, added to the gradient
  double beta1 = 0.9;         ///< adam
  double beta2 = 0.999;       ///< adam
  double eps = 1e-8;          ///< adam
  double momentum = 0.0;      ///< sgd

  friend bool operator==(const OptimizerOptions&, const OptimizerOptions&) = default;
};

/// Throws Error for numbers outside their range (as torch.optim does).
void require_valid(const OptimizerOptions& options);

/// Numbers an optimizer keeps beside each parameter: Adam 2 (exp_avg, exp_avg_sq), SGD 1.
std::size_t state_per_parameter(OptimizerType type) noexcept;

/// Applies step number `step` (counted from 1) to `count` parameters from `first` on; both are
/// multiples of B. gradient, parameters: flat memory of the model; state: state_per_parameter
/// arrays of that size, one after another.
void optimizer_step(const OptimizerOptions& options, double learning_rate, std::int64_t step,
                    std::size_t first, std::size_t count, std::span<const float> gradient,
                    std::span<float> parameters, std::span<float> state) noexcept;

}  // namespace tinycnn
