// SPDX-License-Identifier: MIT
// One step of the optimizers of torch.optim, in one pass over flat memory. All spans have the same
// length, a multiple of B; padding stays zero. Averages that fall below the smallest normal number
// become zero, unlike torch.optim's, whose weights they would not change.
#pragma once

#include <span>

namespace tinycnn::kernels {

/// torch.optim.Adam; the caller computes the values that depend on the step.
struct AdamStep {
  float beta1 = 0.0F;
  float one_minus_beta1 = 0.0F;
  float beta2 = 0.0F;
  float one_minus_beta2 = 0.0F;
  float eps = 0.0F;
  float weight_decay = 0.0F;    ///< L2: adds weight_decay * parameter to the gradient
  float gradient_scale = 1.0F;  ///< by which clipping scales the gradient, before everything else
  float shrink = 1.0F;          ///< AdamW: 1 - learning_rate * its weight decay
  float step_size = 0.0F;       ///< learning_rate / (1 - beta1^t)
  float inverse_sqrt_bias_correction = 0.0F;  ///< 1 / sqrt(1 - beta2^t)
};

/// Updates parameter, exp_avg (first moment) and exp_avg_sq (second moment).
void adam_step(const AdamStep& step, std::span<const float> gradient, std::span<float> parameter,
               std::span<float> exp_avg, std::span<float> exp_avg_sq) noexcept;

/// torch.optim.SGD with momentum (dampening 0), Nesterov's variant and L2 weight decay.
struct SgdStep {
  float learning_rate = 0.0F;
  float momentum = 0.0F;
  float weight_decay = 0.0F;
  float gradient_scale = 1.0F;
  bool nesterov = false;
};

/// Updates parameter and momentum_buffer (zero before the first step; unused without momentum).
void sgd_step(const SgdStep& step, std::span<const float> gradient, std::span<float> parameter,
              std::span<float> momentum_buffer) noexcept;

/// torch.optim.RMSprop, not centered, with momentum.
struct RmspropStep {
  float learning_rate = 0.0F;
  float alpha = 0.0F;
  float one_minus_alpha = 0.0F;
  float eps = 0.0F;
  float momentum = 0.0F;
  float weight_decay = 0.0F;
  float gradient_scale = 1.0F;
};

/// Updates parameter, square_avg and momentum_buffer.
void rmsprop_step(const RmspropStep& step, std::span<const float> gradient,
                  std::span<float> parameter, std::span<float> square_avg,
                  std::span<float> momentum_buffer) noexcept;

/// torch.optim.Muon with adjust_lr_fn "match_rms_adamw". Its direction is made orthogonal
/// (newton_schulz.h) between the two kernels.
struct MuonStep {
  float momentum = 0.0F;
  float one_minus_momentum = 0.0F;
  float gradient_scale = 1.0F;
  float shrink = 1.0F;     ///< 1 - learning_rate * weight_decay
  float step_size = 0.0F;  ///< learning_rate * 0.2 * sqrt(the larger side of the matrix)
  bool nesterov = false;
};

/// Updates momentum_buffer; the gradient becomes the direction.
void muon_direction(const MuonStep& step, std::span<float> gradient,
                    std::span<float> momentum_buffer) noexcept;
/// parameter = parameter * shrink - step_size * direction.
void muon_step(const MuonStep& step, std::span<const float> direction,
               std::span<float> parameter) noexcept;

/// average = decay * average + (1 - decay) * parameter.
void ema_step(float decay, std::span<const float> parameter, std::span<float> average) noexcept;

}  // namespace tinycnn::kernels
