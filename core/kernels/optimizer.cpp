// SPDX-License-Identifier: MIT
#include "kernels/optimizer.h"

#include <cassert>
#include <cstddef>

#include "kernels/simd.h"

namespace tinycnn::kernels {

void adam_step(const AdamStep& step, std::span<const float> gradient, std::span<float> parameter,
               std::span<float> exp_avg, std::span<float> exp_avg_sq) noexcept {
  assert(gradient.size() % kLanes == 0);
  const Batch beta1(step.beta1);
  const Batch one_minus_beta1(step.one_minus_beta1);
  const Batch beta2(step.beta2);
  const Batch one_minus_beta2(step.one_minus_beta2);
  for (std::size_t i = 0; i < gradient.size(); i += kWidth) {
    const Batch p = load(&parameter[i]) * Batch(step.shrink);
    const Batch g = load(&gradient[i]) * Batch(step.gradient_scale) + Batch(step.weight_decay) * p;
    const Batch m = load(&exp_avg[i]) * beta1 + one_minus_beta1 * g;
    const Batch v = load(&exp_avg_sq[i]) * beta2 + one_minus_beta2 * g * g;
    const Batch denominator =
        xsimd::sqrt(v) * Batch(step.inverse_sqrt_bias_correction) + Batch(step.eps);
    store(&exp_avg[i], m);
    store(&exp_avg_sq[i], v);
    store(&parameter[i], p - Batch(step.step_size) * m / denominator);
  }
}

void sgd_step(const SgdStep& step, std::span<const float> gradient, std::span<float> parameter,
              std::span<float> momentum_buffer) noexcept {
  assert(gradient.size() % kLanes == 0);
  const Batch momentum(step.momentum);
  const bool has_momentum = step.momentum != 0.0F;
  for (std::size_t i = 0; i < gradient.size(); i += kWidth) {
    const Batch p = load(&parameter[i]);
    const Batch g = load(&gradient[i]) * Batch(step.gradient_scale) + Batch(step.weight_decay) * p;
    Batch direction = g;
    if (has_momentum) {
      const Batch velocity = load(&momentum_buffer[i]) * momentum + g;
      direction = step.nesterov ? g + momentum * velocity : velocity;
      store(&momentum_buffer[i], velocity);
    }
    store(&parameter[i], p - Batch(step.learning_rate) * direction);
  }
}

void rmsprop_step(const RmspropStep& step, std::span<const float> gradient,
                  std::span<float> parameter, std::span<float> square_avg,
                  std::span<float> momentum_buffer) noexcept {
  assert(gradient.size() % kLanes == 0);
  for (std::size_t i = 0; i < gradient.size(); i += kWidth) {
    const Batch p = load(&parameter[i]);
    const Batch g = load(&gradient[i]) * Batch(step.gradient_scale) + Batch(step.weight_decay) * p;
    const Batch square =
        load(&square_avg[i]) * Batch(step.alpha) + Batch(step.one_minus_alpha) * g * g;
    const Batch scaled = g / (xsimd::sqrt(square) + Batch(step.eps));
    const Batch velocity = load(&momentum_buffer[i]) * Batch(step.momentum) + scaled;
    store(&square_avg[i], square);
    store(&momentum_buffer[i], velocity);
    store(&parameter[i], p - Batch(step.learning_rate) * velocity);
  }
}

void ema_step(float decay, std::span<const float> parameter, std::span<float> average) noexcept {
  assert(parameter.size() % kLanes == 0);
  for (std::size_t i = 0; i < parameter.size(); i += kWidth) {
    store(&average[i],
          load(&average[i]) * Batch(decay) + load(&parameter[i]) * Batch(1.0F - decay));
  }
}

void sum_slots(std::span<float* const> slots, std::size_t count) noexcept {
  assert(count % kLanes == 0);
  for (std::size_t step = 1; step < slots.size(); step *= 2) {
    for (std::size_t s = 0; s + step < slots.size(); s += 2 * step) {
      float* to = slots[s];
      const float* from = slots[s + step];
      for (std::size_t i = 0; i < count; i += kWidth) {
        store(to + i, load(to + i) + load(from + i));
      }
    }
  }
}

}  // namespace tinycnn::kernels
