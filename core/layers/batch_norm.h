// SPDX-License-Identifier: MIT
// torch.nn.BatchNorm2d and BatchNorm1d, affine, with running statistics. Training uses the mean and
// the (biased) variance of the mini-batch, evaluation the running statistics. A mini-batch with one
// value per channel, which PyTorch refuses, gives the bias and leaves the running statistics as
// they are. A frozen layer uses the running statistics in training too, and does not change them.
#pragma once

#include "layers/layer.h"

namespace tinycnn {

class BatchNorm final : public Layer {
 public:
  explicit BatchNorm(const LayerSummary& summary);

  [[nodiscard]] std::size_t scratch_size() const override { return 2 * channels_; }
  [[nodiscard]] bool needs_batch_statistics() const override { return !frozen_; }
  /// Forward: mean and m2 (sum of squared distances from it). Backward: the two sums.
  [[nodiscard]] std::size_t statistics_size() const override { return frozen_ ? 0 : 2 * channels_; }
  /// See Row.
  [[nodiscard]] std::size_t shared_size() const override {
    return frozen_ ? 0 : kSharedRows * channels_;
  }

  [[nodiscard]] bool backward_reads_output() const override { return false; }
  void forward(const BlockForward& block) const noexcept override;
  void backward(const BlockBackward& block) const noexcept override;
  void forward_statistics(const BlockForward& block,
                          std::span<float> statistics) const noexcept override;
  void reduce_forward_statistics(const Pass& pass, const Weights& weights,
                                 std::span<const std::span<float>> statistics,
                                 std::span<float> shared,
                                 std::span<float> running) const noexcept override;
  void backward_statistics(const BlockBackward& block,
                           std::span<float> statistics) const noexcept override;
  void reduce_backward_statistics(const Pass& pass, const Weights& weights,
                                  std::span<const std::span<float>> statistics,
                                  std::span<float> shared) const noexcept override;

 private:
  /// The rows of `shared`, each with one value per channel.
  enum Row : std::size_t {
    kMean,
    kScale,  // output = input * scale + shift
    kShift,
    kInverseStd,
    kGradientScale,   // d_input = d_output * gradient_scale
    kInputScale,      //           - (input - mean) * input_scale
    kGradientOffset,  //           - gradient_offset
    kSharedRows
  };
  template <class Float>
  [[nodiscard]] std::span<Float> row(std::span<Float> shared, Row index) const {
    return shared.subspan(index * channels_, channels_);
  }

  /// For each channel, the scale and shift by which the running statistics normalize.
  void running_affine(const Block& block, std::span<float> scale,
                      std::span<float> shift) const noexcept;

  std::size_t channels_;
  std::size_t variance_offset_;  // in the running statistics
  std::size_t pixels_;
  double eps_;
  double momentum_;
  bool frozen_;
};

}  // namespace tinycnn
