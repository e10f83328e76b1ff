// SPDX-License-Identifier: MIT
// Reference implementations of the kernels: slow and obvious, linked by tests and benchmarks only.
// They take the same arguments and layouts ([C][H][W][B]) and sum in the order that the kernel
// documents, so results are bit-exact.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/activation_types.h"
#include "kernels/batch_norm.h"
#include "kernels/conv2d.h"
#include "kernels/dropout.h"
#include "kernels/linear.h"
#include "kernels/load_images.h"
#include "kernels/loss.h"
#include "kernels/newton_schulz.h"
#include "kernels/optimizer.h"
#include "kernels/pool2d_shape.h"

namespace tinycnn::reference {

using kernels::Activation;
using kernels::Conv2dShape;
using kernels::LinearShape;
using kernels::Pool2dShape;

/// weight [K][C][R][S], not packed.
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
                        Activation activation, std::span<float> output, std::span<float> winner);
void max_pool2d_backward(const Pool2dShape& shape, std::span<const float> d_output,
                         std::span<const float> winner, std::span<float> d_input);

void avg_pool2d_forward(const Pool2dShape& shape, std::span<const float> input,
                        std::span<float> output);
void avg_pool2d_backward(const Pool2dShape& shape, std::span<const float> d_output,
                         std::span<float> d_input);

void multiply_forward(int channels, std::span<const std::span<const float>> inputs,
                      std::span<float> output);
void multiply_backward(int channels, std::span<const std::span<const float>> inputs,
                       std::size_t which, std::span<const float> d_output,
                       std::span<float> d_input);

void pad(const Shape& shape, const Sides2d& sides, float value, std::span<const float> input,
         std::span<float> padded);
void crop(const Shape& shape, const Sides2d& sides, std::span<const float> padded,
          std::span<float> output);

void activation_forward(kernels::ActivationType type, float negative_slope,
                        std::span<const float> input, std::span<float> output);
void activation_backward(kernels::ActivationType type, float negative_slope,
                         std::span<const float> input, std::span<const float> d_output,
                         std::span<float> d_input);

void fake_quantize_forward(float scale, int zero_point, std::span<const float> input,
                           std::span<float> output);
void fake_quantize_backward(float scale, int zero_point, std::span<const float> input,
                            std::span<const float> d_output, std::span<float> d_input);

void batch_norm_moments(std::span<const float> input, int lanes, std::span<float> mean,
                        std::span<float> m2);
void batch_norm_forward(std::span<const float> input, std::span<const float> scale,
                        std::span<const float> shift, std::span<float> output);
void batch_norm_backward_sums(std::span<const float> input, std::span<const float> d_output,
                              std::span<const float> mean, int lanes, std::span<float> sum_d,
                              std::span<float> sum_dx);
void batch_norm_backward(std::span<const float> input, std::span<const float> d_output,
                         const kernels::BatchNormGradient& channels, int lanes,
                         std::span<float> d_input);

void dropout_mask(const kernels::DropoutKey& key, float p, std::span<float> mask);
void dropout_apply(std::span<const float> input, std::span<const float> mask, std::size_t repeat,
                   std::span<float> output);

void softmax_forward(std::span<const float> input, std::span<float> output);
void softmax_backward(std::span<const float> output, std::span<const float> d_output,
                      std::span<float> d_input);
void log_softmax_forward(std::span<const float> input, std::span<float> output);
void log_softmax_backward(std::span<const float> output, std::span<const float> d_output,
                          std::span<float> d_input);

void cross_entropy(std::span<const float> logits, const kernels::LossTarget& target,
                   float label_smoothing, std::span<float> losses, std::span<float> d_output);
void negative_log_likelihood(std::span<const float> log_probabilities,
                             const kernels::LossTarget& target, std::span<float> losses,
                             std::span<float> d_output);
void mean_squared_error(std::span<const float> output, const kernels::LossTarget& target,
                        std::span<float> losses, std::span<float> d_output);
void argmax(std::span<const float> logits, std::span<std::uint8_t> predicted);

void adam_step(const kernels::AdamStep& step, std::span<const float> gradient,
               std::span<float> parameter, std::span<float> exp_avg, std::span<float> exp_avg_sq);
void sgd_step(const kernels::SgdStep& step, std::span<const float> gradient,
              std::span<float> parameter, std::span<float> momentum_buffer);
void rmsprop_step(const kernels::RmspropStep& step, std::span<const float> gradient,
                  std::span<float> parameter, std::span<float> square_avg,
                  std::span<float> momentum_buffer);
void muon_direction(const kernels::MuonStep& step, std::span<float> gradient,
                    std::span<float> momentum_buffer);
void muon_step(const kernels::MuonStep& step, std::span<const float> direction,
               std::span<float> parameter);
void newton_schulz(const kernels::MatrixShape& shape, std::span<float> matrix);
void ema_step(float decay, std::span<const float> parameter, std::span<float> average);
void sum_slots(std::span<float* const> slots, std::size_t count);

void load_images(std::span<const std::uint8_t* const> samples, const kernels::PixelTable& table,
                 std::span<float> block);

}  // namespace tinycnn::reference
