// SPDX-License-Identifier: MIT
#include "training/optimizer.h"

#include <cmath>
#include <string>

#include "kernels/optimizer.h"
#include "support/integer_power.h"
#include "support/text.h"
#include "training/optimizer_types.h"

namespace tinycnn {
namespace {

void require(bool holds, std::string_view expected, double got) {
  if (!holds) {
    fail("[optimizer] expected ", expected, ", got ", got);
  }
}

kernels::SgdStep sgd_numbers(const OptimizerOptions& options, const OptimizerStep& step) {
  return {.learning_rate = static_cast<float>(step.learning_rate),
          .momentum = static_cast<float>(step.momentum),
          .weight_decay = static_cast<float>(options.weight_decay),
          .gradient_scale = static_cast<float>(step.gradient_scale),
          .nesterov = options.nesterov};
}

kernels::RmspropStep rmsprop_numbers(const OptimizerOptions& options, const OptimizerStep& step) {
  return {.learning_rate = static_cast<float>(step.learning_rate),
          .alpha = static_cast<float>(options.alpha),
          .one_minus_alpha = static_cast<float>(1.0 - options.alpha),
          .eps = static_cast<float>(options.eps),
          .momentum = static_cast<float>(step.momentum),
          .weight_decay = static_cast<float>(options.weight_decay),
          .gradient_scale = static_cast<float>(step.gradient_scale)};
}

/// A page that does not use Muon does not load it: it must not be inlined.
[[gnu::noinline]] void require_averaging(const OptimizerOptions& options) {
  require(options.momentum < 1.0, "muon's momentum below 1", options.momentum);
}

void require_known(OptimizerType type) {
  if (!is_known(type)) {
    fail("[optimizer] expected a known type, got number ", static_cast<int>(type));
  }
}

}  // namespace

kernels::AdamStep adam_numbers(const OptimizerOptions& options, const OptimizerStep& step) {
  // Of Muon's parts that are no matrices only the momentum of the others cycles.
  const double beta1 = options.type == OptimizerType::kMuon ? options.beta1 : step.momentum;
  // torch.optim.Adam corrects by the present beta1 to the power of the step, also when it cycles.
  const double bias_correction1 = 1.0 - integer_power(beta1, step.number);
  const double bias_correction2 = 1.0 - integer_power(options.beta2, step.number);
  const bool decoupled = options.type != OptimizerType::kAdam;
  return {.beta1 = static_cast<float>(beta1),
          .one_minus_beta1 = static_cast<float>(1.0 - beta1),
          .beta2 = static_cast<float>(options.beta2),
          .one_minus_beta2 = static_cast<float>(1.0 - options.beta2),
          .eps = static_cast<float>(options.eps),
          .weight_decay = decoupled ? 0.0F : static_cast<float>(options.weight_decay),
          .gradient_scale = static_cast<float>(step.gradient_scale),
          .shrink = decoupled ? static_cast<float>(1.0 - step.learning_rate * options.weight_decay)
                              : 1.0F,
          .step_size = static_cast<float>(step.learning_rate / bias_correction1),
          .inverse_sqrt_bias_correction = static_cast<float>(1.0 / std::sqrt(bias_correction2))};
}

std::string_view to_string(OptimizerType type) {
  return is_known(type) ? info_of(type).name : "unknown";
}

OptimizerType optimizer_type_from_string(std::string_view name) {
  std::string known;
  for (const OptimizerTypeInfo& info : kOptimizerTypes) {
    if (info.name == name) {
      return info.type;
    }
    known += concat(known.empty() ? "" : ", ", info.name);
  }
  fail("[optimizer.type] expected one of ", known, ", got '", name, "'");
}

std::span<const Field<OptimizerOptions>> optimizer_fields(OptimizerType type) {
  require_known(type);
  return info_of(type).fields;
}

OptimizerOptions default_options(OptimizerType type) {
  require_known(type);
  return {.type = type,
          .learning_rate = info_of(type).learning_rate,
          .weight_decay = info_of(type).weight_decay,
          .momentum = info_of(type).momentum,
          .nesterov = info_of(type).nesterov};
}

void require_valid(const OptimizerOptions& options) {
  require_known(options.type);
  require(options.learning_rate >= 0.0 && std::isfinite(options.learning_rate),
          "a learning rate of at least 0", options.learning_rate);
  require(options.weight_decay >= 0.0 && std::isfinite(options.weight_decay),
          "a weight decay of at least 0", options.weight_decay);
  require(options.beta1 >= 0.0 && options.beta1 < 1.0, "beta1 from 0 to below 1", options.beta1);
  require(options.beta2 >= 0.0 && options.beta2 < 1.0, "beta2 from 0 to below 1", options.beta2);
  require(options.eps >= 0.0 && std::isfinite(options.eps), "eps of at least 0", options.eps);
  require(options.momentum >= 0.0 && std::isfinite(options.momentum), "a momentum of at least 0",
          options.momentum);
  require(options.alpha >= 0.0 && options.alpha < 1.0, "alpha from 0 to below 1", options.alpha);
  if (options.type == OptimizerType::kMuon) {
    require_averaging(options);
  } else {
    require(!options.nesterov || options.momentum > 0.0, "a momentum above 0 for Nesterov's",
            options.momentum);
  }
  require(options.clip_norm >= 0.0 && std::isfinite(options.clip_norm), "a clipNorm of at least 0",
          options.clip_norm);
}

std::size_t state_per_parameter(OptimizerType type) noexcept { return info_of(type).state_slots; }

OptimizerStep plain_step(const OptimizerOptions& options, std::int64_t number) noexcept {
  return {.number = number,
          .learning_rate = options.learning_rate,
          .momentum = info_of(options.type).beta1_is_momentum ? options.beta1 : options.momentum};
}

void apply_optimizer(const OptimizerOptions& options, const OptimizerStep& step, std::size_t first,
                     std::size_t count, std::span<const float> gradient,
                     std::span<float> parameters, std::span<float> state) noexcept {
  const std::span<const float> g = gradient.subspan(first, count);
  const std::span<float> p = parameters.subspan(first, count);
  const std::span<float> first_state = state.subspan(first, count);
  const auto second_state = [&] { return state.subspan(parameters.size() + first, count); };
  switch (options.type) {
    case OptimizerType::kAdam:
    case OptimizerType::kAdamW:
    case OptimizerType::kMuon:
      return kernels::adam_step(adam_numbers(options, step), g, p, first_state, second_state());
    case OptimizerType::kSgd:
      return kernels::sgd_step(sgd_numbers(options, step), g, p, first_state);
    case OptimizerType::kRmsprop:
      return kernels::rmsprop_step(rmsprop_numbers(options, step), g, p, first_state,
                                   second_state());
  }
}

}  // namespace tinycnn
