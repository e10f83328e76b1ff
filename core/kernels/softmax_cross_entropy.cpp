// SPDX-License-Identifier: MIT
// The largest logit is subtracted first, so that exp never overflows.
#include "kernels/softmax_cross_entropy.h"

#include <cassert>
#include <cstddef>

#include "kernels/exp_log.h"
#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

struct Normalizer {
  Batch largest;
  Batch sum;  // of exp(logit - largest)
};

/// Over classes in order, for the lane group at `logits`.
Normalizer normalize(const float* logits, std::size_t classes) {
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

}  // namespace

void softmax_forward(std::span<const float> logits, std::span<float> probabilities) noexcept {
  const std::size_t classes = logits.size() / kLanes;
  for (int group = 0; group < kLanes; group += kWidth) {
    const float* in = logits.data() + group;
    float* out = probabilities.data() + group;
    const Normalizer n = normalize(in, classes);
    for (std::size_t k = 0; k < classes; ++k) {
      store(out + k * kLanes, portable_exp(load(in + k * kLanes) - n.largest) / n.sum);
    }
  }
}

void softmax_cross_entropy(std::span<const float> logits, std::span<const std::uint8_t> labels,
                           int samples, float scale, std::span<float> losses,
                           std::span<float> d_logits) noexcept {
  assert(labels.size() == kLanes && losses.size() == kLanes);
  const std::size_t classes = logits.size() / kLanes;
  float at_label[kLanes];
  float is_used[kLanes];
  for (int b = 0; b < kLanes; ++b) {
    at_label[b] = logits[labels[static_cast<std::size_t>(b)] * std::size_t{kLanes} +
                         static_cast<std::size_t>(b)];
    is_used[b] = b < samples ? 1.0F : 0.0F;
  }
  for (int group = 0; group < kLanes; group += kWidth) {
    const float* in = logits.data() + group;
    const Normalizer n = normalize(in, classes);
    const auto used = load(is_used + group) > Batch(0.0F);
    const Batch loss = portable_log(n.sum) - (load(at_label + group) - n.largest);
    store(&losses[static_cast<std::size_t>(group)], xsimd::select(used, loss, Batch(0.0F)));
    for (std::size_t k = 0; k < classes && !d_logits.empty(); ++k) {
      const Batch d = portable_exp(load(in + k * kLanes) - n.largest) / n.sum * Batch(scale);
      store(d_logits.data() + k * kLanes + group, xsimd::select(used, d, Batch(0.0F)));
    }
  }
  for (std::size_t b = 0; b < static_cast<std::size_t>(samples) && !d_logits.empty(); ++b) {
    d_logits[labels[b] * std::size_t{kLanes} + b] -= scale;
  }
}

void argmax(std::span<const float> logits, std::span<std::uint8_t> predicted) noexcept {
  const std::size_t classes = logits.size() / kLanes;
  for (std::size_t b = 0; b < kLanes; ++b) {
    std::size_t best = 0;
    for (std::size_t k = 1; k < classes; ++k) {
      if (logits[k * kLanes + b] > logits[best * kLanes + b]) {
        best = k;
      }
    }
    predicted[b] = static_cast<std::uint8_t>(best);
  }
}

}  // namespace tinycnn::kernels
