// SPDX-License-Identifier: MIT
// The moments of the blocks are combined in double precision, block by block in order, by the
// formula of T. Chan, G. Golub, R. LeVeque, "Updating formulae and a pairwise algorithm for
// computing sample variances", 1979.
#include "layers/batch_norm.h"

#include <algorithm>
#include <cmath>

#include "kernels/batch_norm.h"
#include "support/buffer.h"

namespace tinycnn {
namespace {

/// Samples in use of block `index`.
double lanes_of(const Pass& pass, std::size_t index) {
  return static_cast<double>(std::min<std::size_t>(kLanes, pass.samples - index * kLanes));
}

}  // namespace

BatchNorm::BatchNorm(const LayerSummary& summary)
    : channels_(static_cast<std::size_t>(summary.input.channels)),
      variance_offset_(round_up_to_lanes(channels_)),
      pixels_(summary.input.size() / channels_),
      eps_(summary.spec.eps),
      momentum_(summary.spec.momentum),
      frozen_(summary.spec.frozen) {}

void BatchNorm::forward_statistics(const BlockForward& block,
                                   std::span<float> statistics) const noexcept {
  kernels::batch_norm_moments(block.input(), block.lanes(), statistics.first(channels_),
                              statistics.last(channels_));
}

void BatchNorm::reduce_forward_statistics(const Pass& pass, const Weights& weights,
                                          std::span<const std::span<float>> statistics,
                                          std::span<float> shared,
                                          std::span<float> running) const noexcept {
  for (std::size_t c = 0; c < channels_; ++c) {
    double count = 0.0;
    double mean = 0.0;
    double m2 = 0.0;
    for (std::size_t block = 0; block < statistics.size(); ++block) {
      const double added = lanes_of(pass, block) * static_cast<double>(pixels_);
      const double delta = statistics[block][c] - mean;
      const double total = count + added;
      mean += delta * added / total;
      m2 += statistics[block][channels_ + c] + delta * delta * count * added / total;
      count = total;
    }
    const double variance = m2 / count;
    const double inverse_std = 1.0 / std::sqrt(variance + eps_);
    const double scale = weights.weight[c] * inverse_std;
    row(shared, kMean)[c] = static_cast<float>(mean);
    row(shared, kInverseStd)[c] = static_cast<float>(inverse_std);
    row(shared, kScale)[c] = static_cast<float>(scale);
    row(shared, kShift)[c] = static_cast<float>(weights.bias[c] - mean * scale);
    if (pass.updates_running && count > 1.0) {  // the unbiased variance of one value does not exist
      const double unbiased = m2 / (count - 1.0);
      float& running_mean = running[c];
      float& running_variance = running[variance_offset_ + c];
      running_mean = static_cast<float>((1.0 - momentum_) * running_mean + momentum_ * mean);
      running_variance =
          static_cast<float>((1.0 - momentum_) * running_variance + momentum_ * unbiased);
    }
  }
}

void BatchNorm::running_affine(const Block& block, std::span<float> scale,
                               std::span<float> shift) const noexcept {
  for (std::size_t c = 0; c < channels_; ++c) {
    const double mean = block.weights.running[c];
    const double variance = block.weights.running[variance_offset_ + c];
    const double factor = block.weights.weight[c] / std::sqrt(variance + eps_);
    scale[c] = static_cast<float>(factor);
    shift[c] = static_cast<float>(block.weights.bias[c] - mean * factor);
  }
}

void BatchNorm::forward(const BlockForward& block) const noexcept {
  if (block.pass.mode == Mode::kTrain && !frozen_) {
    kernels::batch_norm_forward(block.input(), row(std::span<const float>(block.shared), kScale),
                                row(std::span<const float>(block.shared), kShift), block.output);
    return;
  }
  const auto scale = block.scratch.first(channels_);
  const auto shift = block.scratch.subspan(channels_, channels_);
  running_affine(block, scale, shift);
  kernels::batch_norm_forward(block.input(), scale, shift, block.output);
}

void BatchNorm::backward_statistics(const BlockBackward& block,
                                    std::span<float> statistics) const noexcept {
  block.start_gradients();
  const auto sum_d = statistics.first(channels_);
  const auto sum_dx = statistics.last(channels_);
  kernels::batch_norm_backward_sums(block.input(), block.d_output,
                                    row(std::span<const float>(block.shared), kMean), block.lanes(),
                                    sum_d, sum_dx);
  if (!block.trains()) {
    return;
  }
  const auto inverse_std = row(block.shared, kInverseStd);
  for (std::size_t c = 0; c < channels_; ++c) {
    block.d_weight[c] += sum_dx[c] * inverse_std[c];
    block.d_bias[c] += sum_d[c];
  }
}

void BatchNorm::reduce_backward_statistics(const Pass& pass, const Weights& weights,
                                           std::span<const std::span<float>> statistics,
                                           std::span<float> shared) const noexcept {
  const double count = static_cast<double>(pass.samples) * static_cast<double>(pixels_);
  for (std::size_t c = 0; c < channels_; ++c) {
    double sum_d = 0.0;
    double sum_dx = 0.0;
    for (const std::span<float> block : statistics) {
      sum_d += block[c];
      sum_dx += block[channels_ + c];
    }
    // d_input = (d - mean(d) - (x - mean) * mean(d * (x - mean)) / var) * weight / std
    const double inverse_std = row(shared, kInverseStd)[c];
    const double scale = weights.weight[c] * inverse_std;
    row(shared, kGradientScale)[c] = static_cast<float>(scale);
    row(shared, kInputScale)[c] =
        static_cast<float>(scale * sum_dx / count * inverse_std * inverse_std);
    row(shared, kGradientOffset)[c] = static_cast<float>(scale * sum_d / count);
  }
}

void BatchNorm::backward(const BlockBackward& block) const noexcept {
  if (block.d_input().empty()) {
    return;
  }
  if (frozen_) {
    const auto scale = block.scratch.first(channels_);
    const auto shift = block.scratch.subspan(channels_, channels_);
    running_affine(block, scale, shift);
    std::ranges::fill(shift, 0.0F);
    kernels::batch_norm_forward(block.d_output, scale, shift, block.d_input());
    return;
  }
  const std::span<const float> shared = block.shared;
  kernels::batch_norm_backward(block.input(), block.d_output,
                               {.mean = row(shared, kMean),
                                .gradient_scale = row(shared, kGradientScale),
                                .input_scale = row(shared, kInputScale),
                                .gradient_offset = row(shared, kGradientOffset)},
                               block.lanes(), block.d_input());
}

}  // namespace tinycnn
