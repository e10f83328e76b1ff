// SPDX-License-Identifier: MIT
// The largest input is subtracted first, so that exp cannot overflow.
#include "kernels/softmax.h"

#include <cstddef>

#include "kernels/exp_log.h"
#include "kernels/simd.h"
#include "kernels/softmax_normalizer.h"

namespace tinycnn::kernels {
namespace {

/// Sum of term(offset) over classes in order, for the lane group at `group`.
template <class Term>
Batch sum_classes(std::size_t size, std::size_t group, const Term& term) {
  Batch sum(0.0F);
  for (std::size_t i = group; i < size; i += kLanes) {
    sum = sum + term(i);
  }
  return sum;
}

}  // namespace

void softmax_forward(std::span<const float> input, std::span<float> output) noexcept {
  for (std::size_t group = 0; group < kLanes; group += kWidth) {
    const Normalizer n = normalize(input.data() + group, input.size() / kLanes);
    for (std::size_t i = group; i < input.size(); i += kLanes) {
      store(&output[i], divide(portable_exp(load(&input[i]) - n.largest), n.sum));
    }
  }
}

void softmax_backward(std::span<const float> output, std::span<const float> d_output,
                      std::span<float> d_input) noexcept {
  for (std::size_t group = 0; group < kLanes; group += kWidth) {
    const Batch sum = sum_classes(
        output.size(), group, [&](std::size_t i) { return load(&output[i]) * load(&d_output[i]); });
    for (std::size_t i = group; i < output.size(); i += kLanes) {
      store(&d_input[i], load(&output[i]) * (load(&d_output[i]) - sum));
    }
  }
}

void log_softmax_forward(std::span<const float> input, std::span<float> output) noexcept {
  for (std::size_t group = 0; group < kLanes; group += kWidth) {
    const Normalizer n = normalize(input.data() + group, input.size() / kLanes);
    const Batch log_sum = portable_log(n.sum);
    for (std::size_t i = group; i < input.size(); i += kLanes) {
      store(&output[i], (load(&input[i]) - n.largest) - log_sum);
    }
  }
}

void log_softmax_backward(std::span<const float> output, std::span<const float> d_output,
                          std::span<float> d_input) noexcept {
  for (std::size_t group = 0; group < kLanes; group += kWidth) {
    const Batch sum =
        sum_classes(output.size(), group, [&](std::size_t i) { return load(&d_output[i]); });
    for (std::size_t i = group; i < output.size(); i += kLanes) {
      store(&d_input[i], load(&d_output[i]) - portable_exp(load(&output[i])) * sum);
    }
  }
}

}  // namespace tinycnn::kernels
