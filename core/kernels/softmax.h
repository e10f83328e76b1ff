// SPDX-License-Identifier: MIT
// Softmax and its logarithm over the classes of each lane (torch.nn.Softmax, LogSoftmax with
// dim=1).
#pragma once

#include <span>

namespace tinycnn::kernels {

/// input [K][B] -> output [K][B]. input and output may be the same memory.
void softmax_forward(std::span<const float> input, std::span<float> output) noexcept;
/// d_input = output * (d_output - sum over classes of output * d_output).
void softmax_backward(std::span<const float> output, std::span<const float> d_output,
                      std::span<float> d_input) noexcept;

/// input [K][B] -> output [K][B]. input and output may be the same memory.
void log_softmax_forward(std::span<const float> input, std::span<float> output) noexcept;
/// d_input = d_output - e^output * sum over classes of d_output.
void log_softmax_backward(std::span<const float> output, std::span<const float> d_output,
                          std::span<float> d_input) noexcept;

}  // namespace tinycnn::kernels
