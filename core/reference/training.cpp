// SPDX-License-Identifier: MIT
// Reference implementations of the kernels around the layers: losses, optimizers, data.
#include <cmath>
#include <cstddef>
#include <limits>

#include "kernels/exp_log.h"
#include "reference/normalizer.h"
#include "reference/reference.h"

namespace tinycnn::reference {
namespace {

/// (1 - share) * own + share * other for the labels of a lane; own alone where none is mixed.
float mixed(const kernels::LossTarget& target, std::size_t b, float own, float other) {
  if (target.others == nullptr) {
    return own;
  }
  const float share = target.others->shares[b];
  return (1.0F - share) * own + share * other;
}

/// value, or 0 where it is smaller than every normal number.
float normal_or_zero(float value) {
  return std::abs(value) < std::numeric_limits<float>::min() ? 0.0F : value;
}

/// The second label; without one the first.
std::size_t other_label(const kernels::LossTarget& target, std::size_t b) {
  return target.others == nullptr ? target.labels[b] : target.others->labels[b];
}

/// d less what the labels of the lane take of `amount` where they are class k.
float less_at_labels(const kernels::LossTarget& target, std::size_t b, std::size_t k, float amount,
                     float d) {
  const float share = target.others == nullptr ? 0.0F : target.others->shares[b];
  if (k == target.labels[b]) {
    d = d - (target.others == nullptr ? amount : amount * (1.0F - share));
  }
  if (target.others != nullptr && k == target.others->labels[b]) {
    d = d - amount * share;
  }
  return d;
}

}  // namespace

void cross_entropy(std::span<const float> logits, const kernels::LossTarget& target,
                   float label_smoothing, std::span<float> losses, std::span<float> d_output) {
  const std::size_t classes = logits.size() / kLanes;
  const float smoothing = label_smoothing / static_cast<float>(classes);
  for (std::size_t b = 0; b < kLanes; ++b) {
    const bool used = b < static_cast<std::size_t>(target.samples);
    const Normalizer n = normalize(logits, b);
    const float log_sum = kernels::portable_log(n.sum);
    const auto loss_of = [&](std::size_t k) {
      return log_sum - (logits[k * kLanes + b] - n.largest);
    };
    const auto logit_of = [&](std::size_t k) { return logits[k * kLanes + b]; };
    const float at_labels =
        mixed(target, b, logit_of(target.labels[b]), logit_of(other_label(target, b)));
    float loss = log_sum - (at_labels - n.largest);
    if (label_smoothing > 0.0F) {
      float sum = 0.0F;
      for (std::size_t k = 0; k < classes; ++k) {
        sum = sum + loss_of(k);
      }
      loss = (1.0F - label_smoothing) * loss + smoothing * sum;
    }
    losses[b] = used ? loss : 0.0F;
    for (std::size_t k = 0; k < d_output.size() / kLanes; ++k) {
      const std::size_t i = k * kLanes + b;
      const float probability = kernels::portable_exp(logits[i] - n.largest) / n.sum;
      const float at_label = (1.0F - label_smoothing) * target.scale;
      const float d = (probability - smoothing) * target.scale;
      d_output[i] = used ? less_at_labels(target, b, k, at_label, d) : 0.0F;
    }
  }
}

void negative_log_likelihood(std::span<const float> log_probabilities,
                             const kernels::LossTarget& target, std::span<float> losses,
                             std::span<float> d_output) {
  for (std::size_t b = 0; b < kLanes; ++b) {
    const bool used = b < static_cast<std::size_t>(target.samples);
    const auto at = [&](std::size_t k) { return log_probabilities[k * kLanes + b]; };
    losses[b] = used ? -mixed(target, b, at(target.labels[b]), at(other_label(target, b))) : 0.0F;
    for (std::size_t i = b; i < d_output.size(); i += kLanes) {
      d_output[i] = used ? less_at_labels(target, b, i / kLanes, target.scale, 0.0F) : 0.0F;
    }
  }
}

void mean_squared_error(std::span<const float> output, const kernels::LossTarget& target,
                        std::span<float> losses, std::span<float> d_output) {
  const std::size_t count = output.size() / kLanes;
  const auto classes = static_cast<float>(count);
  for (std::size_t b = 0; b < kLanes; ++b) {
    const bool used = b < static_cast<std::size_t>(target.samples);
    float sum = 0.0F;
    for (std::size_t i = b; i < output.size(); i += kLanes) {
      const auto is = [&](std::size_t label) { return i / kLanes == label ? 1.0F : 0.0F; };
      const float wanted = mixed(target, b, is(target.labels[b]), is(other_label(target, b)));
      const float distance = output[i] - wanted;
      sum = sum + distance * distance;
      if (!d_output.empty()) {
        d_output[i] = used ? distance * (2.0F / classes * target.scale) : 0.0F;
      }
    }
    losses[b] = used ? sum / classes : 0.0F;
  }
}

void argmax(std::span<const float> logits, std::span<std::uint8_t> predicted) {
  for (std::size_t b = 0; b < kLanes; ++b) {
    std::size_t best = b;
    for (std::size_t i = b; i < logits.size(); i += kLanes) {
      best = logits[i] > logits[best] ? i : best;
    }
    predicted[b] = static_cast<std::uint8_t>(best / kLanes);
  }
}

void adam_step(const kernels::AdamStep& step, std::span<const float> gradient,
               std::span<float> parameter, std::span<float> exp_avg, std::span<float> exp_avg_sq) {
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const float p = parameter[i] * step.shrink;
    const float g = gradient[i] * step.gradient_scale + step.weight_decay * p;
    exp_avg[i] = normal_or_zero(exp_avg[i] * step.beta1 + step.one_minus_beta1 * g);
    exp_avg_sq[i] = normal_or_zero(exp_avg_sq[i] * step.beta2 + step.one_minus_beta2 * g * g);
    const float denominator =
        std::sqrt(exp_avg_sq[i]) * step.inverse_sqrt_bias_correction + step.eps;
    parameter[i] = p - step.step_size * exp_avg[i] / denominator;
  }
}

void sgd_step(const kernels::SgdStep& step, std::span<const float> gradient,
              std::span<float> parameter, std::span<float> momentum_buffer) {
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const float g = gradient[i] * step.gradient_scale + step.weight_decay * parameter[i];
    float direction = g;
    if (step.momentum != 0.0F) {
      momentum_buffer[i] = normal_or_zero(momentum_buffer[i] * step.momentum + g);
      direction = step.nesterov ? g + step.momentum * momentum_buffer[i] : momentum_buffer[i];
    }
    parameter[i] = parameter[i] - step.learning_rate * direction;
  }
}

void rmsprop_step(const kernels::RmspropStep& step, std::span<const float> gradient,
                  std::span<float> parameter, std::span<float> square_avg,
                  std::span<float> momentum_buffer) {
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const float g = gradient[i] * step.gradient_scale + step.weight_decay * parameter[i];
    square_avg[i] = normal_or_zero(square_avg[i] * step.alpha + step.one_minus_alpha * g * g);
    momentum_buffer[i] = normal_or_zero(momentum_buffer[i] * step.momentum +
                                        g / (std::sqrt(square_avg[i]) + step.eps));
    parameter[i] = parameter[i] - step.learning_rate * momentum_buffer[i];
  }
}

void muon_direction(const kernels::MuonStep& step, std::span<float> gradient,
                    std::span<float> momentum_buffer) {
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const float g = gradient[i] * step.gradient_scale;
    const float mean =
        normal_or_zero(momentum_buffer[i] * step.momentum + step.one_minus_momentum * g);
    momentum_buffer[i] = mean;
    gradient[i] = step.nesterov ? mean * step.momentum + step.one_minus_momentum * g : mean;
  }
}

void muon_step(const kernels::MuonStep& step, std::span<const float> direction,
               std::span<float> parameter) {
  for (std::size_t i = 0; i < parameter.size(); ++i) {
    parameter[i] = parameter[i] * step.shrink - step.step_size * direction[i];
  }
}

void ema_step(float decay, std::span<const float> parameter, std::span<float> average) {
  for (std::size_t i = 0; i < parameter.size(); ++i) {
    average[i] = normal_or_zero(average[i] * decay + parameter[i] * (1.0F - decay));
  }
}

void sum_slots(std::span<float* const> slots, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    float sums[kGradientSlots] = {};
    for (std::size_t s = 0; s < slots.size(); ++s) {
      sums[s] = slots[s][i];
    }
    for (std::size_t step = 1; step < slots.size(); step *= 2) {
      for (std::size_t s = 0; s + step < slots.size(); s += 2 * step) {
        sums[s] = sums[s] + sums[s + step];
      }
    }
    slots[0][i] = sums[0];
  }
}

void load_images(std::span<const std::uint8_t* const> samples, const kernels::PixelTable& table,
                 std::span<float> block) {
  for (std::size_t i = 0; i < block.size(); ++i) {
    const std::size_t b = i % kLanes;
    block[i] = b < samples.size() ? table[samples[b][i / kLanes]] : 0.0F;
  }
}

}  // namespace tinycnn::reference
