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
  const Batch scale(step.gradient_scale);
  const Batch weight_decay(step.weight_decay);
  const Batch shrink(step.shrink);
  const Batch step_size(step.step_size);
  const Batch correction(step.inverse_sqrt_bias_correction);
  const Batch eps(step.eps);
  for_registers(gradient.size(), [=](std::size_t i) {
    const Batch p = load(&parameter[i]) * shrink;
    const Batch g = load(&gradient[i]) * scale + weight_decay * p;
    const Batch m = normal_or_zero(load(&exp_avg[i]) * beta1 + one_minus_beta1 * g);
    const Batch v = normal_or_zero(load(&exp_avg_sq[i]) * beta2 + one_minus_beta2 * g * g);
    store(&exp_avg[i], m);
    store(&exp_avg_sq[i], v);
    store(&parameter[i], p - divide(step_size * m, square_root(v) * correction + eps));
  });
}

void sgd_step(const SgdStep& step, std::span<const float> gradient, std::span<float> parameter,
              std::span<float> momentum_buffer) noexcept {
  assert(gradient.size() % kLanes == 0);
  const Batch momentum(step.momentum);
  const Batch scale(step.gradient_scale);
  const Batch weight_decay(step.weight_decay);
  const Batch learning_rate(step.learning_rate);
  const auto gradient_at = [=](std::size_t i, const Batch& p) {
    return load(&gradient[i]) * scale + weight_decay * p;
  };
  if (step.momentum == 0.0F && step.weight_decay == 0.0F && step.gradient_scale == 1.0F) {
    for_registers(gradient.size(), [=](std::size_t i) {
      store(&parameter[i], load(&parameter[i]) - learning_rate * load(&gradient[i]));
    });
    return;
  }
  if (step.momentum == 0.0F) {
    for_registers(gradient.size(), [=](std::size_t i) {
      const Batch p = load(&parameter[i]);
      store(&parameter[i], p - learning_rate * gradient_at(i, p));
    });
    return;
  }
  for_registers(gradient.size(), [=, nesterov = step.nesterov](std::size_t i) {
    const Batch p = load(&parameter[i]);
    const Batch g = gradient_at(i, p);
    const Batch velocity = normal_or_zero(load(&momentum_buffer[i]) * momentum + g);
    store(&momentum_buffer[i], velocity);
    store(&parameter[i], p - learning_rate * (nesterov ? g + momentum * velocity : velocity));
  });
}

void rmsprop_step(const RmspropStep& step, std::span<const float> gradient,
                  std::span<float> parameter, std::span<float> square_avg,
                  std::span<float> momentum_buffer) noexcept {
  assert(gradient.size() % kLanes == 0);
  const Batch alpha(step.alpha);
  const Batch one_minus_alpha(step.one_minus_alpha);
  const Batch scale(step.gradient_scale);
  const Batch weight_decay(step.weight_decay);
  const Batch momentum(step.momentum);
  const Batch learning_rate(step.learning_rate);
  const Batch eps(step.eps);
  for_registers(gradient.size(), [=](std::size_t i) {
    const Batch p = load(&parameter[i]);
    const Batch g = load(&gradient[i]) * scale + weight_decay * p;
    const Batch square = normal_or_zero(load(&square_avg[i]) * alpha + one_minus_alpha * g * g);
    const Batch velocity =
        normal_or_zero(load(&momentum_buffer[i]) * momentum + divide(g, square_root(square) + eps));
    store(&square_avg[i], square);
    store(&momentum_buffer[i], velocity);
    store(&parameter[i], p - learning_rate * velocity);
  });
}

void muon_direction(const MuonStep& step, std::span<float> gradient,
                    std::span<float> momentum_buffer) noexcept {
  assert(gradient.size() % kLanes == 0);
  const Batch momentum(step.momentum);
  const Batch one_minus_momentum(step.one_minus_momentum);
  const Batch scale(step.gradient_scale);
  for_registers(gradient.size(), [=, nesterov = step.nesterov](std::size_t i) {
    const Batch g = load(&gradient[i]) * scale;
    const Batch mean =
        normal_or_zero(load(&momentum_buffer[i]) * momentum + one_minus_momentum * g);
    store(&momentum_buffer[i], mean);
    store(&gradient[i], nesterov ? mean * momentum + one_minus_momentum * g : mean);
  });
}

void muon_step(const MuonStep& step, std::span<const float> direction,
               std::span<float> parameter) noexcept {
  assert(direction.size() % kLanes == 0);
  const Batch shrink(step.shrink);
  const Batch step_size(step.step_size);
  for_registers(direction.size(), [=](std::size_t i) {
    store(&parameter[i], load(&parameter[i]) * shrink - step_size * load(&direction[i]));
  });
}

void ema_step(float decay, std::span<const float> parameter, std::span<float> average) noexcept {
  assert(parameter.size() % kLanes == 0);
  for_registers(parameter.size(), [&](std::size_t i) {
    store(&average[i], normal_or_zero(load(&average[i]) * Batch(decay) +
                                      load(&parameter[i]) * Batch(1.0F - decay)));
  });
}

}  // namespace tinycnn::kernels
