// SPDX-License-Identifier: MIT
// Gradients by differences on both sides. Points within a step of a kink have no gradient to
// compare with; they are counted and left out.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <vector>

namespace tinycnn::test {

/// A function's value and the branches (NetworkPass::branches) that it went through.
struct Evaluated {
  double value = 0.0;
  std::vector<int> branches;
};

struct Comparison {
  double worst = 0.0;  ///< largest |gradient - difference quotient|
  std::size_t compared = 0;
  std::size_t at_kinks = 0;
};

/// Compares gradient[i] with the difference quotient of `function` in variables[i], for every
/// `every`-th i. function reads `variables`, which are restored.
inline Comparison compare_with_differences(std::vector<double>& variables,
                                           const std::vector<double>& gradient,
                                           const std::function<Evaluated()>& function,
                                           std::size_t every = 1) {
  constexpr double kStep = 1e-5;  // truncation about 1e-10, rounding about 1e-11
  Comparison result;
  const std::vector<int> branches = function().branches;
  for (std::size_t i = 0; i < variables.size(); i += every) {
    const double old = variables[i];
    variables[i] = old + kStep;
    const Evaluated above = function();
    variables[i] = old - kStep;
    const Evaluated below = function();
    variables[i] = old;
    if (above.branches != branches || below.branches != branches) {
      ++result.at_kinks;
      continue;
    }
    const double quotient = (above.value - below.value) / (2.0 * kStep);
    result.worst = std::max(result.worst, std::abs(gradient[i] - quotient));
    ++result.compared;
  }
  return result;
}

}  // namespace tinycnn::test
