// SPDX-License-Identifier: MIT
// The maximum and the sum of exponentials that every form of softmax needs.
#pragma once

#include <cstddef>

#include "kernels/exp_log.h"
#include "kernels/simd.h"

namespace tinycnn::kernels {

struct Normalizer {
  Batch largest;
  Batch sum;  // of exp(logit - largest)
};

/// Sums over classes in order, for the lane group at `logits`.
inline Normalizer normalize(const float* logits, std::size_t classes) {
  Batch largest = load(logits);
  for (std::size_t k = 1; k < classes; ++k) {
    const Batch value = load(logits + k * kLanes);
    largest = xsimd::select(value > largest, value, largest);
  }
  Batch sum(0.0F);
  for (std::size_t k = 0; k < classes; ++k) {
    sum = sum + portable_exp(load(logits + k * kLanes) - largest);
  }
  return {largest, sum};
}

}  // namespace tinycnn::kernels
