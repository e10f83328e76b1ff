// SPDX-License-Identifier: MIT
// Reference implementation of kernels/softmax_normalizer.h.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "kernels/exp_log.h"
#include "tinycnn/shape.h"

namespace tinycnn::reference {

struct Normalizer {
  float largest = 0.0F;
  float sum = 0.0F;  ///< of exp(logit - largest)
};

/// Over the classes of lane b, in order.
inline Normalizer normalize(std::span<const float> logits, std::size_t b) {
  Normalizer n{.largest = logits[b]};
  for (std::size_t i = b; i < logits.size(); i += kLanes) {
    n.largest = std::max(n.largest, logits[i]);
  }
  for (std::size_t i = b; i < logits.size(); i += kLanes) {
    n.sum = n.sum + kernels::portable_exp(logits[i] - n.largest);
  }
  return n;
}

}  // namespace tinycnn::reference
