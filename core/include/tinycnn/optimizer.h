// SPDX-License-Identifier: MIT
// The optimizers of torch.optim, with the same names, meaning and defaults.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "tinycnn/field.h"

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
  double weight_decay = 0.0;  ///< L2, added to the gradient; adamW: subtracted from the weights
  double beta1 = 0.9;         ///< adam, adamW
  double beta2 = 0.999;       ///< adam, adamW
  double eps = 1e-8;          ///< adam, adamW, rmsprop
  double momentum = 0.0;      ///< sgd, rmsprop
  double alpha = 0.99;        ///< rmsprop
  bool nesterov = false;      ///< sgd; needs momentum
  double clip_norm = 0.0;     ///< torch.nn.utils.clip_grad_norm_'s max_norm; 0: no clipping

  friend bool operator==(const OptimizerOptions&, const OptimizerOptions&) = default;
};

/// Throws Error for values outside their range, as torch.optim does.
void require_valid(const OptimizerOptions& options);

/// The name that a type has in texts and in JavaScript: "adam", "sgd", "adamW", "rmsprop".
std::string_view to_string(OptimizerType type);

/// Inverse of to_string. Throws Error that lists the known names.
OptimizerType optimizer_type_from_string(std::string_view name);

/// The fields that an optimizer uses besides type. Throws Error for an unknown type.
std::span<const Field<OptimizerOptions>> optimizer_fields(OptimizerType type);

/// Options with torch.optim's defaults for a type.
OptimizerOptions default_options(OptimizerType type);

}  // namespace tinycnn
