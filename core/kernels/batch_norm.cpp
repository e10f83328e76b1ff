// SPDX-License-Identifier: MIT
// Sums run over pixels in each lane, then over lanes in the fixed tree. The moments of a block are
// computed in two passes, the second around the block's own mean, to avoid cancellation.
#include "kernels/batch_norm.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>

#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

using Lanes = std::array<float, kLanes>;

constexpr int kChannelTile = 4 / kGroups;  // channels summed together: four sums in flight

/// 1 for lanes in use, else 0.
Lanes lane_mask(int lanes) {
  Lanes mask{};
  for (std::size_t b = 0; b < mask.size(); ++b) {
    mask[b] = b < static_cast<std::size_t>(lanes) ? 1.0F : 0.0F;
  }
  return mask;
}

/// Sums the lanes in use; the values of the others are ignored, NaN included.
float sum_lanes_in_use(const Batch (&sums)[kGroups], const Lanes& mask) {
  Lanes lanes{};
  for (std::size_t group = 0; group < kGroups; ++group) {
    const auto counts = load(&mask[group * kWidth]) > Batch(0.0F);
    store(&lanes[group * kWidth], keep(counts, sums[group]));
  }
  return sum_lanes(lanes.data());
}

/// For each channel c of a tile, calls put(c, sum), where sum is over its pixels and its lanes in
/// use of term(c, offset into the channel).
template <int Channels, class Term, class Put>
inline void sum_channels(std::size_t size, const Lanes& mask, const Term& term, const Put& put) {
  Batch sums[Channels][kGroups];
  for (auto& channel : sums) {
    std::ranges::fill(channel, Batch(0.0F));
  }
  for (std::size_t i = 0; i < size; i += kLanes) {
    for (std::size_t c = 0; c < Channels; ++c) {
      for (std::size_t group = 0; group < kGroups; ++group) {
        sums[c][group] = sums[c][group] + term(c, i + group * kWidth);
      }
    }
  }
  for (std::size_t c = 0; c < Channels; ++c) {
    put(c, sum_lanes_in_use(sums[c], mask));
  }
}

/// The moments of `Channels` channels, `size` floats apart.
template <int Channels>
[[gnu::noinline]] void moments(const float* input, std::size_t size, const Lanes& mask, float count,
                               float* mean, float* m2) {
  const auto value = [&](std::size_t c, std::size_t i) { return load(input + c * size + i); };
  sum_channels<Channels>(size, mask, value,
                         [&](std::size_t c, float sum) { mean[c] = sum / count; });
  Batch center[Channels];
  for (std::size_t c = 0; c < Channels; ++c) {
    center[c] = Batch(mean[c]);
  }
  const auto squared_distance = [&](std::size_t c, std::size_t i) {
    const Batch distance = value(c, i) - center[c];
    return distance * distance;
  };
  sum_channels<Channels>(size, mask, squared_distance,
                         [&](std::size_t c, float sum) { m2[c] = sum; });
}

struct BackwardSums {
  float d = 0.0F;
  float dx = 0.0F;
};

[[gnu::noinline]] BackwardSums backward_sums(const float* input, const float* d_output, float mean,
                                             std::size_t size, const Lanes& mask) {
  const Batch center(mean);
  Batch sum_d[kGroups];
  Batch sum_dx[kGroups];
  std::ranges::fill(sum_d, Batch(0.0F));
  std::ranges::fill(sum_dx, Batch(0.0F));
  for (std::size_t i = 0; i < size; i += kLanes) {
    for (std::size_t group = 0; group < kGroups; ++group) {
      const Batch d = load(d_output + i + group * kWidth);
      sum_d[group] = sum_d[group] + d;
      sum_dx[group] = sum_dx[group] + d * (load(input + i + group * kWidth) - center);
    }
  }
  return {sum_lanes_in_use(sum_d, mask), sum_lanes_in_use(sum_dx, mask)};
}

/// See BatchNormGradient.
struct ChannelGradient {
  float mean = 0.0F;
  float gradient_scale = 0.0F;
  float input_scale = 0.0F;
  float gradient_offset = 0.0F;
};

/// One channel; stores finish(value, offset) in d_input.
template <class Finish>
inline void backward_channel(const float* input, const float* d_output,
                             const ChannelGradient& channel, std::size_t size, float* d_input,
                             const Finish& finish) {
  const Batch mean(channel.mean);
  const Batch gradient_scale(channel.gradient_scale);
  const Batch input_scale(channel.input_scale);
  const Batch gradient_offset(channel.gradient_offset);
  for (std::size_t i = 0; i < size; i += kWidth) {
    const Batch d = load(d_output + i) * gradient_scale - (load(input + i) - mean) * input_scale -
                    gradient_offset;
    store(d_input + i, finish(d, i));
  }
}

}  // namespace

void batch_norm_moments(std::span<const float> input, int lanes, std::span<float> mean,
                        std::span<float> m2) noexcept {
  const std::size_t size = input.size() / mean.size();
  const Lanes mask = lane_mask(lanes);
  const std::size_t pixels = size / kLanes;
  const float count = static_cast<float>(pixels) * static_cast<float>(lanes);
  for_tiles<kChannelTile>(static_cast<int>(mean.size()), [&]<class Channels>(Channels, int first) {
    const auto c = static_cast<std::size_t>(first);
    moments<Channels::value>(&input[c * size], size, mask, count, &mean[c], &m2[c]);
  });
}

void batch_norm_forward(std::span<const float> input, std::span<const float> scale,
                        std::span<const float> shift, std::span<float> output) noexcept {
  const std::size_t size = input.size() / scale.size();
  for (std::size_t c = 0; c < scale.size(); ++c) {
    const Batch factor(scale[c]);
    const Batch summand(shift[c]);
    for (std::size_t i = c * size; i < (c + 1) * size; i += kWidth) {
      store(&output[i], load(&input[i]) * factor + summand);
    }
  }
}

void batch_norm_backward_sums(std::span<const float> input, std::span<const float> d_output,
                              std::span<const float> mean, int lanes, std::span<float> sum_d,
                              std::span<float> sum_dx) noexcept {
  const std::size_t size = input.size() / mean.size();
  const Lanes mask = lane_mask(lanes);
  for (std::size_t c = 0; c < mean.size(); ++c) {
    const BackwardSums sums =
        backward_sums(&input[c * size], &d_output[c * size], mean[c], size, mask);
    sum_d[c] = sums.d;
    sum_dx[c] = sums.dx;
  }
}

void batch_norm_backward(std::span<const float> input, std::span<const float> d_output,
                         const BatchNormGradient& channels, int lanes,
                         std::span<float> d_input) noexcept {
  const std::size_t size = input.size() / channels.mean.size();
  const Lanes mask = lane_mask(lanes);
  for (std::size_t c = 0; c < channels.mean.size(); ++c) {
    const std::size_t first = c * size;
    const ChannelGradient channel{channels.mean[c], channels.gradient_scale[c],
                                  channels.input_scale[c], channels.gradient_offset[c]};
    if (lanes == kLanes) {
      backward_channel(&input[first], &d_output[first], channel, size, &d_input[first],
                       [](const Batch& d, std::size_t) { return d; });
    } else {
      backward_channel(&input[first], &d_output[first], channel, size, &d_input[first],
                       [&](const Batch& d, std::size_t i) {
                         return keep(load(&mask[i % kLanes]) > Batch(0.0F), d);
                       });
    }
  }
}

}  // namespace tinycnn::kernels
