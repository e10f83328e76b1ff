// SPDX-License-Identifier: MIT
// The names of enumerations in texts and in JavaScript, one table for reading and writing.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace tinycnn {

/// In the order of the values of ScheduleType, Anneal and LossType.
inline constexpr std::array<std::string_view, 5> kScheduleNames{"constant", "oneCycle",
                                                                "exponential", "step", "cosine"};
inline constexpr std::array<std::string_view, 2> kAnnealNames{"cos", "linear"};
inline constexpr std::array<std::string_view, 3> kLossNames{"crossEntropy", "nll", "mse"};

/// The name of a value. wanted: below the number of names, which is not checked.
template <class Enum>
std::string_view name_of(std::span<const std::string_view> names, Enum wanted) {
  return names[static_cast<std::size_t>(wanted)];
}

}  // namespace tinycnn
