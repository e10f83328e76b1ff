// SPDX-License-Identifier: MIT
// Sums run over pixels in each lane, then over lanes in the fixed tree. A block's moments are taken
// in two passes, around its own mean, so that nothing cancels.
#include "kernels/batch_norm.h"

#include <array>
#include <cassert>
#include <cstddef>

#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

using Lanes = std::array<float, kLanes>;

/// 1 for lanes that count, else 0.
Lanes lane_mask(int lanes) {
  Lanes mask{};
  for (std::size_t b = 0; b < mask.size(); ++b) {
    mask[b] = b < static_cast<std::size_t>(lanes) ? 1.0F : 0.0F;
  }
  return mask;
}

/// Sum over a channel's pixels and its lanes that count of term(offset of the lane group).
template <class Term>
float sum_channel(std::size_t size, const Lanes& mask, const Term& term) {
  Lanes sums{};
  for (std::size_t group = 0; group < kLanes; group += kWidth) {
    const auto counts = load(&mask[group]) > Batch(0.0F);
    Batch sum(0.0F);
    for (std::size_t i = group; i < size; i += kLanes) {
      sum = sum + xsimd::select(counts, term(i), Batch(0.0F));
    }
    store(&sums[group], sum);
  }
  return sum_lanes(sums.data());
}

}  // namespace

void batch_norm_moments(std::span<const float> input, int lanes, std::span<float> mean,
                        std::span<float> m2) noexcept {
  const std::size_t size = input.size() / mean.size();
  const Lanes mask = lane_mask(lanes);
  const std::size_t pixels = size / kLanes;
  const float count = static_cast<float>(pixels) * static_cast<float>(lanes);
  for (std::size_t c = 0; c < mean.size(); ++c) {
    const float* channel = input.data() + c * size;
    mean[c] = sum_channel(size, mask, [&](std::size_t i) { return load(channel + i); }) / count;
    const Batch center(mean[c]);
    m2[c] = sum_channel(size, mask, [&](std::size_t i) {
      const Batch distance = load(channel + i) - center;
      return distance * distance;
    });
  }
}

void batch_norm_forward(std::span<const float> input, std::span<const float> scale,
                        std::span<const float> shift, std::span<float> output) noexcept {
  const std::size_t size = input.size() / scale.size();
  for (std::size_t c = 0; c < scale.size(); ++c) {
    for (std::size_t i = c * size; i < (c + 1) * size; i += kWidth) {
      store(&output[i], load(&input[i]) * Batch(scale[c]) + Batch(shift[c]));
    }
  }
}

void batch_norm_backward_sums(std::span<const float> input, std::span<const float> d_output,
                              std::span<const float> mean, int lanes, std::span<float> sum_d,
                              std::span<float> sum_dx) noexcept {
  const std::size_t size = input.size() / mean.size();
  const Lanes mask = lane_mask(lanes);
  for (std::size_t c = 0; c < mean.size(); ++c) {
    const float* in = input.data() + c * size;
    const float* d = d_output.data() + c * size;
    const Batch center(mean[c]);
    sum_d[c] = sum_channel(size, mask, [&](std::size_t i) { return load(d + i); });
    sum_dx[c] = sum_channel(size, mask,
                            [&](std::size_t i) { return load(d + i) * (load(in + i) - center); });
  }
}

void batch_norm_backward(std::span<const float> input, std::span<const float> d_output,
                         std::span<const float> mean, std::span<const float> a,
                         std::span<const float> b, std::span<const float> c0, int lanes,
                         std::span<float> d_input) noexcept {
  const std::size_t size = input.size() / mean.size();
  const Lanes mask = lane_mask(lanes);
  for (std::size_t c = 0; c < mean.size(); ++c) {
    const Batch center(mean[c]);
    for (std::size_t i = c * size; i < (c + 1) * size; i += kWidth) {
      const auto counts = load(&mask[i % kLanes]) > Batch(0.0F);
      const Batch d = load(&d_output[i]) * Batch(a[c]) - (load(&input[i]) - center) * Batch(b[c]) -
                      Batch(c0[c]);
      store(&d_input[i], xsimd::select(counts, d, Batch(0.0F)));
    }
  }
}

}  // namespace tinycnn::kernels
