// SPDX-License-Identifier: MIT
#include "kernels/loss.h"

#include <array>
#include <cassert>
#include <cstddef>

#include "kernels/exp_log.h"
#include "kernels/simd.h"
#include "kernels/softmax_normalizer.h"

namespace tinycnn::kernels {
namespace {

using Lanes = std::array<float, kLanes>;

/// 1 for lanes with a sample, else 0.
Lanes used_lanes(int samples) {
  Lanes used{};
  for (std::size_t b = 0; b < used.size(); ++b) {
    used[b] = b < static_cast<std::size_t>(samples) ? 1.0F : 0.0F;
  }
  return used;
}

/// output[label of the lane][lane].
Lanes at_labels(std::span<const float> output, std::span<const std::uint8_t> labels) {
  Lanes values{};
  for (std::size_t b = 0; b < values.size(); ++b) {
    values[b] = output[labels[b] * std::size_t{kLanes} + b];
  }
  return values;
}

/// own = (1 - share) * own + share * other, lane by lane. A page that mixes no images loads neither
/// this nor the other function that must not be inlined.
[[gnu::noinline]] void mix(const MixedLabels& others, const Lanes& other, Lanes& own) {
  for (std::size_t b = 0; b < own.size(); ++b) {
    own[b] = (1.0F - others.shares[b]) * own[b] + others.shares[b] * other[b];
  }
}

/// Of output at the labels, which may be mixed: one value for each lane.
Lanes at_labels(std::span<const float> output, const LossTarget& target) {
  Lanes values = at_labels(output, target.labels);
  if (target.others != nullptr) {
    mix(*target.others, at_labels(output, target.others->labels), values);
  }
  return values;
}

/// 1 in the lanes whose label is k.
Lanes is_label(std::span<const std::uint8_t> labels, std::size_t k) {
  Lanes is{};
  for (std::size_t b = 0; b < is.size(); ++b) {
    is[b] = labels[b] == k ? 1.0F : 0.0F;
  }
  return is;
}

Lanes target_of(const LossTarget& target, std::size_t k) {
  Lanes wanted = is_label(target.labels, k);
  if (target.others != nullptr) {
    mix(*target.others, is_label(target.others->labels, k), wanted);
  }
  return wanted;
}

/// d_output[label][lane] -= amount * share in lanes with a sample, for the first label and then the
/// second.
[[gnu::noinline]] void subtract_at_mixed_labels(const LossTarget& target, float amount,
                                                std::span<float> d_output) {
  const MixedLabels& others = *target.others;
  for (std::size_t b = 0; b < static_cast<std::size_t>(target.samples) && !d_output.empty(); ++b) {
    d_output[target.labels[b] * std::size_t{kLanes} + b] -= amount * (1.0F - others.shares[b]);
    d_output[others.labels[b] * std::size_t{kLanes} + b] -= amount * others.shares[b];
  }
}

/// d_output[label][lane] -= amount in lanes with a sample.
void subtract_at_labels(const LossTarget& target, float amount, std::span<float> d_output) {
  if (target.others != nullptr) {
    return subtract_at_mixed_labels(target, amount, d_output);
  }
  for (std::size_t b = 0; b < static_cast<std::size_t>(target.samples) && !d_output.empty(); ++b) {
    d_output[target.labels[b] * std::size_t{kLanes} + b] -= amount;
  }
}

}  // namespace

void cross_entropy(std::span<const float> logits, const LossTarget& target, float label_smoothing,
                   std::span<float> losses, std::span<float> d_output) noexcept {
  assert(target.labels.size() == kLanes && losses.size() == kLanes);
  const std::size_t classes = logits.size() / kLanes;
  const Lanes at_label = at_labels(logits, target);
  const Lanes is_used = used_lanes(target.samples);
  const float smoothing = label_smoothing / static_cast<float>(classes);
  for (std::size_t group = 0; group < kLanes; group += kWidth) {
    const float* in = logits.data() + group;
    const Normalizer n = normalize(in, classes);
    const auto used = load(&is_used[group]) > Batch(0.0F);
    const Batch log_sum = portable_log(n.sum);
    Batch loss = log_sum - (load(&at_label[group]) - n.largest);
    if (label_smoothing > 0.0F) {
      Batch sum(0.0F);  // of all classes' losses
      for (std::size_t k = 0; k < classes; ++k) {
        sum = sum + (log_sum - (load(in + k * kLanes) - n.largest));
      }
      loss = Batch(1.0F - label_smoothing) * loss + Batch(smoothing) * sum;
    }
    store(&losses[group], xsimd::select(used, loss, Batch(0.0F)));
    for (std::size_t k = 0; k < classes && !d_output.empty(); ++k) {
      const Batch probability = divide(portable_exp(load(in + k * kLanes) - n.largest), n.sum);
      const Batch d = (probability - Batch(smoothing)) * Batch(target.scale);
      store(d_output.data() + k * kLanes + group, xsimd::select(used, d, Batch(0.0F)));
    }
  }
  subtract_at_labels(target, (1.0F - label_smoothing) * target.scale, d_output);
}

void negative_log_likelihood(std::span<const float> log_probabilities, const LossTarget& target,
                             std::span<float> losses, std::span<float> d_output) noexcept {
  assert(target.labels.size() == kLanes && losses.size() == kLanes);
  const Lanes at_label = at_labels(log_probabilities, target);
  for (std::size_t b = 0; b < kLanes; ++b) {
    losses[b] = b < static_cast<std::size_t>(target.samples) ? -at_label[b] : 0.0F;
  }
  for (float& d : d_output) {
    d = 0.0F;
  }
  subtract_at_labels(target, target.scale, d_output);
}

void mean_squared_error(std::span<const float> output, const LossTarget& target,
                        std::span<float> losses, std::span<float> d_output) noexcept {
  assert(target.labels.size() == kLanes && losses.size() == kLanes);
  const std::size_t classes = output.size() / kLanes;
  const Lanes is_used = used_lanes(target.samples);
  const float factor = 2.0F / static_cast<float>(classes) * target.scale;
  for (std::size_t group = 0; group < kLanes; group += kWidth) {
    const auto used = load(&is_used[group]) > Batch(0.0F);
    Batch sum(0.0F);
    for (std::size_t k = 0; k < classes; ++k) {
      const Lanes wanted = target_of(target, k);
      const Batch distance = load(&output[k * kLanes + group]) - load(&wanted[group]);
      sum = sum + distance * distance;
      if (!d_output.empty()) {
        store(&d_output[k * kLanes + group],
              xsimd::select(used, distance * Batch(factor), Batch(0.0F)));
      }
    }
    const Batch mean = divide(sum, Batch(static_cast<float>(classes)));
    store(&losses[group], xsimd::select(used, mean, Batch(0.0F)));
  }
}

void argmax(std::span<const float> output, std::span<std::uint8_t> predicted) noexcept {
  const std::size_t classes = output.size() / kLanes;
  for (std::size_t b = 0; b < kLanes; ++b) {
    std::size_t best = 0;
    for (std::size_t k = 1; k < classes; ++k) {
      if (output[k * kLanes + b] > output[best * kLanes + b]) {
        best = k;
      }
    }
    predicted[b] = static_cast<std::uint8_t>(best);
  }
}

}  // namespace tinycnn::kernels
