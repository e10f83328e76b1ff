// SPDX-License-Identifier: MIT
// Batch normalization over blocks of B samples: each channel by its mean and variance over the
// whole mini-batch. S. Ioffe, C. Szegedy, arXiv:1502.03167; numbers as torch.nn.BatchNorm2d has
// them. C: channels, P: pixels of a channel. Only the first `lanes` samples of a block count.
#pragma once

#include <span>

namespace tinycnn::kernels {

/// input [C][P][B] -> of this block: mean [C] and m2 [C], the sum of squared distances from it.
void batch_norm_moments(std::span<const float> input, int lanes, std::span<float> mean,
                        std::span<float> m2) noexcept;

/// output = input * scale[c] + shift[c].
void batch_norm_forward(std::span<const float> input, std::span<const float> scale,
                        std::span<const float> shift, std::span<float> output) noexcept;

/// Of this block: sum_d [C], the sum of d_output, and sum_dx [C], that of
/// d_output * (input - mean[c]).
void batch_norm_backward_sums(std::span<const float> input, std::span<const float> d_output,
                              std::span<const float> mean, int lanes, std::span<float> sum_d,
                              std::span<float> sum_dx) noexcept;

/// d_input = d_output * a[c] - (input - mean[c]) * b[c] - c0[c]; zero in lanes that do not count.
void batch_norm_backward(std::span<const float> input, std::span<const float> d_output,
                         std::span<const float> mean, std::span<const float> a,
                         std::span<const float> b, std::span<const float> c0, int lanes,
                         std::span<float> d_input) noexcept;

}  // namespace tinycnn::kernels
