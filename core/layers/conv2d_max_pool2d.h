// SPDX-License-Identifier: MIT
// A convolution and the max-pool that alone reads it, as one layer. The convolution's output lives
// in scratch memory only, and the backward pass follows the few gradients that are not zero.
#pragma once

#include "kernels/sparse_conv2d.h"
#include "layers/conv2d.h"
#include "layers/max_pool2d.h"

namespace tinycnn {

class Conv2dMaxPool2d final : public Layer {
 public:
  /// Whether these two can be one layer and are faster for it. Depends on their shapes only, so
  /// that every machine uses the same kernels.
  static bool fits(const LayerSummary& conv, const LayerSummary& pool);

  /// activation: between the two, applied by the pool.
  Conv2dMaxPool2d(const LayerSummary& conv, const LayerSummary& pool, Activation activation);

  /// The winners of the pool's windows.
  [[nodiscard]] std::size_t cache_size() const override { return pool_.cache_size(); }
  [[nodiscard]] std::size_t scratch_size() const override;
  [[nodiscard]] std::size_t packed_size() const override { return conv_.packed_size(); }
  [[nodiscard]] std::size_t packed_backward_size() const override { return shape_.packed_size(); }
  [[nodiscard]] bool backward_reads_output() const override {
    return pool_.backward_reads_output();
  }
  void pack(std::span<const float> weight, std::span<float> packed) const noexcept override {
    conv_.pack(weight, packed);
  }
  void pack_backward(std::span<const float> weight,
                     std::span<float> packed) const noexcept override {
    kernels::sparse_conv2d_pack_weight(shape_, weight, packed);
  }
  void forward(const BlockForward& block) const noexcept override;
  void backward(const BlockBackward& block) const noexcept override;

 private:
  Conv2d conv_;
  MaxPool2d pool_;
  Activation activation_;
  Shape input_;  // unpadded
  Size2d padding_;
  std::size_t conv_output_size_;
  kernels::SparseConv2dShape shape_;
};

}  // namespace tinycnn
