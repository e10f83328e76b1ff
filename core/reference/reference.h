// SPDX-License-Identifier: MIT
// Scalar twins of the kernels: slow, obvious, linked by tests and benchmarks alone. Same arguments
// and layouts ([C][H][W][B]); each sums in the order that its kernel documents, so results are
// equal to the last bit.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/conv2d.h"
#include "kernels/linear.h"
#include "kernels/load_images.h"
#include "kernels/loss.h"
#include "kernels/max_pool2d.h"
#include "kernels/optimizer.h"

namespace tinycnn::reference {

using kernels::Activation;
using kernels::Conv2dShape;
using kernels::LinearShape;
using kernels::Pool2dShape;

/// weight [K][C][R][S], unpacked.
void conv2d_forward(const Conv2dShape& shape, std::span<const float> input,
                    std::span<const float> weight, std::span<const float> bias,
                    Activation activation, std::span<float> output);
/// d_input has the unpadded shape.
void conv2d_backward_input(const Conv2dShape& shape, const Shape& unpadded, const Size2d& padding,
                           std::span<const float> d_output, std::span<const float> weight,
                           std::span<float> d_input);
void conv2d_backward_weight(const Conv2dShape& shape, std::span<const float> input,
                            std::span<const float> d_output, std::span<float> d_weight,
                            std::span<float> d_bias);

void linear_forward(const LinearShape& shape, std::span<const float> input,
                    std::span<const float> weight, std::span<const float> bias,
                    Activation activation, std::span<float> output);
void linear_backward_input(const LinearShape& shape, std::span<const float> d_output,
                           std::span<const float> weight, std::span<float> d_input);
void linear_backward_weight(const LinearShape& shape, std::span<const float> input,
                            std::span<const float> d_output, std::span<float> d_weight,
                            std::span<float> d_bias);

void relu_forward(std::span<const float> input, std::span<float> output);
void relu_backward(std::span<const float> output, std::span<const float> d_output,
                   std::span<float> d_input);

void max_pool2d_forward(const Pool2dShape& shape, std::span<const float> input,
                        std::span<float> output, std::span<float> winner);
void max_pool2d_backward(const Pool2dShape& shape, std::span<const float> d_output,
                         std::span<const float> winner, std::span<float> d_input);

void softmax_forward(std::span<const float> logits, std::span<float> probabilities);
void cross_entropy(std::span<const float> logits, const kernels::LossTarget& target,
                   float label_smoothing, std::span<float> losses, std::span<float> d_output);
void argmax(std::span<const float> logits, std::span<std::uint8_t> predicted);

void adam_step(const kernels::AdamStep& step, std::span<const float> gradient,
               std::span<float> parameter, std::span<float> exp_avg, std::span<float> exp_avg_sq);
void sgd_step(const kernels::SgdStep& step, std::span<const float> gradient,
              std::span<float> parameter, std::span<float> momentum_buffer);
void sum_slots(std::span<float* const> slots, std::size_t count);

void load_images(std::span<const std::uint8_t* const> samples, const kernels::PixelTable& table,
                 std::span<float> block);

}  // namespace tinycnn::reference
