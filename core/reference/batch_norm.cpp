// SPDX-License-Identifier: MIT
// Reference implementations of the batch norm kernels.
#include <cstddef>

#include "reference/reference.h"

namespace tinycnn::reference {
namespace {

/// Sum of term(i) over the elements i of channel c in lanes in use: pixel by pixel in each lane,
/// then over lanes in a tree that halves their number: 8 to 4 to 2 to 1.
template <class Term>
float sum_channel(std::size_t c, std::size_t size, int used, const Term& term) {
  float sums[kLanes] = {};
  for (std::size_t i = c * size; i < (c + 1) * size; ++i) {
    const std::size_t b = i % kLanes;
    sums[b] = sums[b] + (b < static_cast<std::size_t>(used) ? term(i) : 0.0F);
  }
  for (int width = kLanes / 2; width > 0; width /= 2) {
    for (int b = 0; b < width; ++b) {
      sums[b] = sums[b] + sums[b + width];
    }
  }
  return sums[0];
}

}  // namespace

void batch_norm_moments(std::span<const float> input, int lanes, std::span<float> mean,
                        std::span<float> m2) {
  const std::size_t size = input.size() / mean.size();
  const std::size_t pixels = size / kLanes;
  const auto count = static_cast<float>(pixels * static_cast<std::size_t>(lanes));
  for (std::size_t c = 0; c < mean.size(); ++c) {
    mean[c] = sum_channel(c, size, lanes, [&](std::size_t i) { return input[i]; }) / count;
    m2[c] = sum_channel(c, size, lanes,
                        [&](std::size_t i) { return (input[i] - mean[c]) * (input[i] - mean[c]); });
  }
}

void batch_norm_forward(std::span<const float> input, std::span<const float> scale,
                        std::span<const float> shift, std::span<float> output) {
  const std::size_t size = input.size() / scale.size();
  for (std::size_t i = 0; i < input.size(); ++i) {
    output[i] = input[i] * scale[i / size] + shift[i / size];
  }
}

void batch_norm_backward_sums(std::span<const float> input, std::span<const float> d_output,
                              std::span<const float> mean, int lanes, std::span<float> sum_d,
                              std::span<float> sum_dx) {
  const std::size_t size = input.size() / mean.size();
  for (std::size_t c = 0; c < mean.size(); ++c) {
    sum_d[c] = sum_channel(c, size, lanes, [&](std::size_t i) { return d_output[i]; });
    sum_dx[c] = sum_channel(c, size, lanes,
                            [&](std::size_t i) { return d_output[i] * (input[i] - mean[c]); });
  }
}

void batch_norm_backward(std::span<const float> input, std::span<const float> d_output,
                         const kernels::BatchNormGradient& channels, int lanes,
                         std::span<float> d_input) {
  const std::size_t size = input.size() / channels.mean.size();
  for (std::size_t i = 0; i < input.size(); ++i) {
    const std::size_t c = i / size;
    const float d = d_output[i] * channels.gradient_scale[c] -
                    (input[i] - channels.mean[c]) * channels.input_scale[c] -
                    channels.gradient_offset[c];
    d_input[i] = i % kLanes < static_cast<std::size_t>(lanes) ? d : 0.0F;
  }
}

}  // namespace tinycnn::reference
