// SPDX-License-Identifier: MIT
// torch.nn.BatchNorm2d and BatchNorm1d, affine, with running statistics. A mini-batch of one value
// a channel, which PyTorch refuses, becomes the bias and leaves the running statistics as they are.
// Trains on the mini-batch's own mean and (biased) variance, evaluates on the running ones; frozen,
// it uses the running ones in training as well and changes nothing.
#pragma once

#include "layers/layer.h"

namespace tinycnn {

class BatchNorm final : public Layer {
 public:
  explicit BatchNorm(const LayerSummary& summary);

  [[nodiscard]] std::size_t scratch_size() const override { return 2 * channels_; }
  [[nodiscard]] bool is_batch_wide() const override { return !frozen_; }
  /// Mean and m2 forward, the two sums backward.
  [[nodiscard]] std::size_t statistics_size() const override { return frozen_ ? 0 : 2 * channels_; }
  /// Mean, scale, shift, 1 / std; backward a, b, c0.
  [[nodiscard]] std::size_t shared_size() const override {
    return frozen_ ? 0 : kSharedRows * channels_;
  }

  [[nodiscard]] bool backward_reads_output() const override { return false; }
  void forward(const BlockForward& block) const noexcept override;
  void backward(const BlockBackward& block) const noexcept override;
  void forward_statistics(const BlockForward& block,
                          std::span<float> statistics) const noexcept override;
  void combine_forward(const Pass& pass, const Weights& weights,
                       std::span<const std::span<float>> statistics, std::span<float> shared,
                       std::span<float> running) const noexcept override;
  void backward_statistics(const BlockBackward& block,
                           std::span<float> statistics) const noexcept override;
  void combine_backward(const Pass& pass, const Weights& weights,
                        std::span<const std::span<float>> statistics,
                        std::span<float> shared) const noexcept override;

 private:
  enum Row : std::size_t { kMean, kScale, kShift, kInverseStd, kA, kB, kC0, kSharedRows };
  template <class Float>
  [[nodiscard]] std::span<Float> row(std::span<Float> shared, Row index) const {
    return shared.subspan(index * channels_, channels_);
  }

  /// By the running statistics: the output is the input times scale plus shift, for each channel.
  void running_affine(const Block& block, std::span<float> scale,
                      std::span<float> shift) const noexcept;

  std::size_t channels_;
  std::size_t variance_offset_;  // among the running statistics
  std::size_t pixels_;
  double eps_;
  double momentum_;
  bool frozen_;
};

}  // namespace tinycnn
