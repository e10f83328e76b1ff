// SPDX-License-Identifier: MIT
// Batch normalization over blocks of B samples: each channel is normalized by its mean and variance
// over the whole mini-batch. S. Ioffe, C. Szegedy, arXiv:1502.03167; the same arithmetic as
// torch.nn.BatchNorm2d. C: channels, P: pixels of a channel. Only the first `lanes` samples of a
// block are in use.
#pragma once

#include <span>

namespace tinycnn::kernels {

/// input [C][P][B] -> mean [C] of this block, and m2 [C], the sum of squared distances from it.
void batch_norm_moments(std::span<const float> input, int lanes, std::span<float> mean,
                        std::span<float> m2) noexcept;

/// output = input * scale[c] + shift[c].
void batch_norm_forward(std::span<const float> input, std::span<const float> scale,
                        std::span<const float> shift, std::span<float> output) noexcept;

/// For this block: sum_d [C] is the sum of d_output, sum_dx [C] the sum of
/// d_output * (input - mean[c]).
void batch_norm_backward_sums(std::span<const float> input, std::span<const float> d_output,
                              std::span<const float> mean, int lanes, std::span<float> sum_d,
                              std::span<float> sum_dx) noexcept;

/// What backward needs of each channel, all [C].
struct BatchNormGradient {
  std::span<const float> mean;
  std::span<const float> gradient_scale;
  std::span<const float> input_scale;
  std::span<const float> gradient_offset;
};

/// d_input = d_output * gradient_scale[c] - (input - mean[c]) * input_scale[c] -
/// gradient_offset[c]; zero in lanes that are not in use.
void batch_norm_backward(std::span<const float> input, std::span<const float> d_output,
                         const BatchNormGradient& channels, int lanes,
                         std::span<float> d_input) noexcept;

}  // namespace tinycnn::kernels
