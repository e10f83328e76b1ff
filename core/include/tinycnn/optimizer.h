// SPDX-License-Identifier: MIT
// The optimizers of torch.optim, with the same names, meaning and defaults.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "tinycnn/field.h"

namespace tinycnn {

/// Which of torch.optim's optimizers.
enum class OptimizerType : std::uint8_t {
  kAdam = 0,     ///< torch.optim.Adam
  kSgd = 1,      ///< torch.optim.SGD, dampening 0
  kAdamW = 2,    ///< torch.optim.AdamW; its default weight_decay is 0.01
  kRmsprop = 3,  ///< torch.optim.RMSprop, not centered; its default learning rate is 0.01
  /// torch.optim.Muon with adjust_lr_fn "match_rms_adamw" in float32, for the weights of
  /// convolutions, [out][in * height * width], and of linear layers; all other parameters by AdamW
  /// with the same learning rate and weight decay. Its defaults are those of default_options:
  /// weight_decay 0.1, momentum 0.95, nesterov.
  kMuon = 4,
};

/// An optimizer and its parameters; those that it does not use are ignored.
struct OptimizerOptions {
  OptimizerType type = OptimizerType::kAdam;
  double learning_rate = 1e-3;
  double weight_decay = 0.0;  ///< L2, added to the gradient; adamW, muon: subtracted from weights
  double beta1 = 0.9;         ///< adam, adamW, muon's AdamW
  double beta2 = 0.999;       ///< adam, adamW, muon's AdamW
  double eps = 1e-8;          ///< adam, adamW, rmsprop, muon's AdamW
  double momentum = 0.0;      ///< sgd, rmsprop; muon: below 1
  double alpha = 0.99;        ///< rmsprop
  bool nesterov = false;      ///< sgd, muon; sgd's needs momentum
  double clip_norm = 0.0;     ///< torch.nn.utils.clip_grad_norm_'s max_norm; 0: no clipping

  friend bool operator==(const OptimizerOptions&, const OptimizerOptions&) = default;
};

/// Throws Error for values outside their range, as torch.optim does.
void require_valid(const OptimizerOptions& options);

/// The name that a type has in texts and in JavaScript: "adam", "sgd", "adamW", "rmsprop",
/// "muon".
std::string_view to_string(OptimizerType type);

/// Inverse of to_string. Throws Error that lists the known names.
OptimizerType optimizer_type_from_string(std::string_view name);

/// The fields that an optimizer uses besides type. Throws Error for an unknown type.
std::span<const Field<OptimizerOptions>> optimizer_fields(OptimizerType type);

/// Options with torch.optim's defaults for a type.
OptimizerOptions default_options(OptimizerType type);

}  // namespace tinycnn
