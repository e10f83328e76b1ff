// SPDX-License-Identifier: MIT
// The JavaScript names of enumerations in options, one table for both directions.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace tinycnn::bindings {

/// In the order of the enumerations' values.
constexpr std::array<std::string_view, 5> kSchedules{"constant", "oneCycle", "exponential", "step",
                                                     "cosine"};
constexpr std::array<std::string_view, 2> kAnneals{"cos", "linear"};
constexpr std::array<std::string_view, 3> kLosses{"crossEntropy", "nll", "mse"};

template <class Enum>
std::string_view name_of(std::span<const std::string_view> names, Enum wanted) {
  return names[static_cast<std::size_t>(wanted)];
}

}  // namespace tinycnn::bindings
