// SPDX-License-Identifier: MIT
// The table of optimizers: everything about a type that is data. Parsing, printing, checkpoints,
// the trainer and the bindings read it.
//
// A new optimizer without new fields takes an enumerator in tinycnn/optimizer.h, a row here, its
// step in training/optimizer.cpp and a kernel in kernels/optimizer.cpp with its reference
// implementation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "tinycnn/optimizer.h"

namespace tinycnn {

namespace optimizer_fields_table {

using Optimizer = Field<OptimizerOptions>;
inline constexpr Optimizer kLearningRate{"learningRate", &OptimizerOptions::learning_rate};
inline constexpr Optimizer kWeightDecay{"weightDecay", &OptimizerOptions::weight_decay};
inline constexpr Optimizer kBetas{"betas", &OptimizerOptions::beta1, &OptimizerOptions::beta2};
inline constexpr Optimizer kEps{"eps", &OptimizerOptions::eps};
inline constexpr Optimizer kMomentum{"momentum", &OptimizerOptions::momentum};
inline constexpr Optimizer kAlpha{"alpha", &OptimizerOptions::alpha};
inline constexpr Optimizer kNesterov{"nesterov", &OptimizerOptions::nesterov};
inline constexpr Optimizer kClipNorm{"clipNorm", &OptimizerOptions::clip_norm};

/// Every field. Checkpoints store them in this order: changing it changes their format.
inline constexpr std::array kAll{kLearningRate, kWeightDecay, kBetas,    kEps,
                                 kMomentum,     kAlpha,       kNesterov, kClipNorm};

inline constexpr std::array kAdam{kLearningRate, kWeightDecay, kBetas, kEps, kClipNorm};
inline constexpr std::array kSgd{kLearningRate, kWeightDecay, kMomentum, kNesterov, kClipNorm};
inline constexpr std::array kRmsprop{kLearningRate, kWeightDecay, kMomentum,
                                     kAlpha,        kEps,         kClipNorm};
inline constexpr std::array kMuon{kLearningRate, kWeightDecay, kMomentum, kNesterov,
                                  kBetas,        kEps,         kClipNorm};

}  // namespace optimizer_fields_table

struct OptimizerTypeInfo {
  OptimizerType type{};
  std::string_view name;
  std::span<const Field<OptimizerOptions>> fields;  ///< besides type
  std::size_t state_slots = 0;                      ///< numbers kept for each parameter
  bool beta1_is_momentum = false;  ///< whether a schedule that cycles the momentum cycles beta1
  double learning_rate = 1e-3;     ///< torch.optim's default
  double weight_decay = 0.0;       ///< likewise
  double momentum = 0.0;           ///< likewise
  bool nesterov = false;           ///< likewise
};

/// In the order of OptimizerType's values.
inline constexpr std::array<OptimizerTypeInfo, 5> kOptimizerTypes{{
    {.type = OptimizerType::kAdam,
     .name = "adam",
     .fields = optimizer_fields_table::kAdam,
     .state_slots = 2,
     .beta1_is_momentum = true},
    {.type = OptimizerType::kSgd,
     .name = "sgd",
     .fields = optimizer_fields_table::kSgd,
     .state_slots = 1},
    {.type = OptimizerType::kAdamW,
     .name = "adamW",
     .fields = optimizer_fields_table::kAdam,
     .state_slots = 2,
     .beta1_is_momentum = true,
     .weight_decay = 0.01},
    {.type = OptimizerType::kRmsprop,
     .name = "rmsprop",
     .fields = optimizer_fields_table::kRmsprop,
     .state_slots = 2,
     .learning_rate = 0.01},
    {.type = OptimizerType::kMuon,
     .name = "muon",
     .fields = optimizer_fields_table::kMuon,
     .state_slots = 2,
     .weight_decay = 0.1,
     .momentum = 0.95,
     .nesterov = true},
}};

constexpr bool is_known(OptimizerType type) {
  return static_cast<std::size_t>(type) < kOptimizerTypes.size();
}

/// type: a known one.
constexpr const OptimizerTypeInfo& info_of(OptimizerType type) {
  return kOptimizerTypes[static_cast<std::size_t>(type)];
}

static_assert(
    [] {
      for (std::size_t i = 0; i < kOptimizerTypes.size(); ++i) {
        if (static_cast<std::size_t>(kOptimizerTypes[i].type) != i) {
          return false;
        }
      }
      return true;
    }(),
    "the rows must be in the order of the types");

}  // namespace tinycnn
