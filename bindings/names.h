// SPDX-License-Identifier: MIT
// The names that enumerations of the options go by in JavaScript, one table for both directions.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "tinycnn/error.h"
#include "tinycnn/loss.h"
#include "tinycnn/optimizer.h"
#include "tinycnn/schedule.h"
#include "tinycnn/trainer.h"

namespace tinycnn::bindings {

/// The names that an enumeration goes by in JavaScript.
template <class Enum, std::size_t Count>
using Names = std::array<std::pair<Enum, std::string_view>, Count>;

constexpr Names<OptimizerType, 4> kOptimizers{{{OptimizerType::kAdam, "adam"},
                                               {OptimizerType::kAdamW, "adamW"},
                                               {OptimizerType::kSgd, "sgd"},
                                               {OptimizerType::kRmsprop, "rmsprop"}}};
constexpr Names<ScheduleType, 5> kSchedules{{{ScheduleType::kConstant, "constant"},
                                             {ScheduleType::kOneCycle, "oneCycle"},
                                             {ScheduleType::kExponential, "exponential"},
                                             {ScheduleType::kStep, "step"},
                                             {ScheduleType::kCosine, "cosine"}}};
constexpr Names<Anneal, 2> kAnneals{{{Anneal::kCosine, "cos"}, {Anneal::kLinear, "linear"}}};
constexpr Names<LossType, 3> kLosses{{{LossType::kCrossEntropy, "crossEntropy"},
                                      {LossType::kNegativeLogLikelihood, "nll"},
                                      {LossType::kMeanSquaredError, "mse"}}};

constexpr Names<Split, kSplits> kSplitNames{
    {{Split::kTrain, "train"}, {Split::kTest, "test"}, {Split::kValidation, "validation"}}};

/// The index of `text` among the names. Throws Error that lists them.
std::size_t index_of(std::span<const std::string_view> names, const std::string& text,
                     const std::string& what);

/// Throws Error that lists the known names.
template <class Enum, std::size_t Count>
Enum to_enum(const Names<Enum, Count>& names, const std::string& text, const std::string& what) {
  std::array<std::string_view, Count> known;
  std::ranges::transform(names, known.begin(), &std::pair<Enum, std::string_view>::second);
  return names[index_of(known, text, what)].first;
}

template <class Enum, std::size_t Count>
std::string name_of(const Names<Enum, Count>& names, Enum wanted) {
  return std::string(
      std::ranges::find(names, wanted, &std::pair<Enum, std::string_view>::first)->second);
}

}  // namespace tinycnn::bindings
