// SPDX-License-Identifier: MIT
#include "tinycnn/optimizer.h"

#include <cmath>
#include <string_view>

#include "integer_power.h"
#include "kernels/optimizer.h"
#include "tinycnn/error.h"

namespace tinycnn {
namespace {

void require(bool holds, std::string_view expected, double got) {
  if (!holds) {
    fail("[optimizer] expected ", expected, ", got ", got);
  }
}

kernels::AdamStep adam_numbers(const OptimizerOptions& options, double learning_rate,
                               std::int64_t step) {
  const double bias_correction1 = 1.0 - integer_power(options.beta1, step);
  const double bias_correction2 = 1.0 - integer_power(options.beta2, step);
  return {.beta1 = static_cast<float>(options.beta1),
          .one_minus_beta1 = static_cast<float>(1.0 - options.beta1),
          .beta2 = static_cast<float>(options.beta2),
          .one_minus_beta2 = static_cast<float>(1.0 - options.beta2),
          .eps = static_cast<float>(options.eps),
          .weight_decay = static_cast<float>(options.weight_decay),
          .step_size = static_cast<float>(learning_rate / bias_correction1),
          .inverse_sqrt_bias_correction = static_cast<float>(1.0 / std::sqrt(bias_correction2))};
}

}  // namespace

void require_valid(const OptimizerOptions& options) {
  if (options.type != OptimizerType::kAdam && options.type != OptimizerType::kSgd) {
    fail("[optimizer] expected a known type, got number ", static_cast<int>(options.type));
  }
  require(options.learning_rate >= 0.0 && std::isfinite(options.learning_rate),
          "a learning rate of at least 0", options.learning_rate);
  require(options.weight_decay >= 0.0 && std::isfinite(options.weight_decay),
          "a weight decay of at least 0", options.weight_decay);
  require(options.beta1 >= 0.0 && options.beta1 < 1.0, "beta1 from 0 to below 1", options.beta1);
  require(options.beta2 >= 0.0 && options.beta2 < 1.0, "beta2 from 0 to below 1", options.beta2);
  require(options.eps >= 0.0 && std::isfinite(options.eps), "eps of at least 0", options.eps);
  require(options.momentum >= 0.0 && std::isfinite(options.momentum), "a momentum of at least 0",
          options.momentum);
}

std::size_t state_per_parameter(OptimizerType type) noexcept {
  return type == OptimizerType::kAdam ? 2 : 1;
}

void optimizer_step(const OptimizerOptions& options, double learning_rate, std::int64_t step,
                    std::size_t first, std::size_t count, std::span<const float> gradient,
                    std::span<float> parameters, std::span<float> state) noexcept {
  const std::span<float> first_state = state.subspan(first, count);
  const std::span<const float> g = gradient.subspan(first, count);
  const std::span<float> p = parameters.subspan(first, count);
  if (options.type == OptimizerType::kAdam) {
    kernels::adam_step(adam_numbers(options, learning_rate, step), g, p, first_state,
                       state.subspan(parameters.size() + first, count));
  } else {
    kernels::sgd_step({.learning_rate = static_cast<float>(learning_rate),
                       .momentum = static_cast<float>(options.momentum),
                       .weight_decay = static_cast<float>(options.weight_decay)},
                      g, p, first_state);
  }
}

}  // namespace tinycnn
