// SPDX-License-Identifier: MIT
// torch.nn.Conv2d with any kernel size, stride, zero padding, dilation and groups.
#pragma once

#include "kernels/conv2d.h"
#include "kernels/winograd.h"
#include "layers/layer.h"

namespace tinycnn {

class Conv2d final : public Layer {
 public:
  Conv2d(const LayerSummary& summary, Activation activation);

  [[nodiscard]] std::size_t cache_size() const override;
  [[nodiscard]] std::size_t scratch_size() const override;
  [[nodiscard]] std::size_t packed_size() const override {
    return direction_size(forward_uses_winograd_);
  }
  [[nodiscard]] std::size_t packed_backward_size() const override {
    return direction_size(backward_uses_winograd_);
  }
  /// What forward alone needs of cache_size() and scratch_size(); with such a cache, backward
  /// cannot follow.
  [[nodiscard]] std::size_t forward_cache_size() const;
  [[nodiscard]] std::size_t forward_scratch_size() const;
  /// The direct kernels read the padded input, which the cache holds.
  [[nodiscard]] bool backward_reads_input() const override {
    return backward_uses_winograd_ || !is_padded();
  }
  [[nodiscard]] bool backward_reads_output() const override {
    return activation_ != Activation::kNone;
  }
  void pack(std::span<const float> weight, std::span<float> packed) const noexcept override;
  void pack_backward(std::span<const float> weight,
                     std::span<float> packed) const noexcept override;
  void forward(const BlockForward& block) const noexcept override;
  void backward(const BlockBackward& block) const noexcept override;

 private:
  void forward_winograd(const BlockForward& block) const noexcept;
  void backward_winograd(const BlockBackward& block) const noexcept;
  /// Packed weights of all groups for one direction.
  [[nodiscard]] std::size_t direction_size(bool uses_winograd) const;
  [[nodiscard]] bool is_padded() const { return padding_ != Size2d{}; }
  /// Calls run(group) for each group of channels.
  template <class Run>
  void for_groups(const Run& run) const {
    for (std::size_t group = 0; group < static_cast<std::size_t>(groups_); ++group) {
      run(group);
    }
  }

  Shape input_;
  Size2d padding_;
  int groups_;
  Shape group_input_;                // of one group, unpadded
  kernels::Conv2dShape shape_;       // of one group of the padded input
  kernels::Conv2dShape flipped_;     // from d_output to d_input, of one group
  kernels::WinogradShape winograd_;  // of one group, unpadded
  bool is_pointwise_;                // 1x1 without stride and padding: d_output need not be dilated
  bool scatters_;                    // d_output, because dilated it would be mostly zeros
  bool forward_uses_winograd_;
  bool backward_uses_winograd_;
  Activation activation_;
};

}  // namespace tinycnn
