// SPDX-License-Identifier: MIT
// Base of the pooling layers: forward and backward over an input that is padded in scratch memory.
#pragma once

#include "kernels/pool2d_shape.h"
#include "layers/layer.h"

namespace tinycnn {

class Pool2d : public Layer {
 public:
  /// border: the value of the padding.
  Pool2d(const LayerSummary& summary, float border);

  [[nodiscard]] std::size_t scratch_size() const override;
  [[nodiscard]] bool backward_reads_input() const override { return false; }
  [[nodiscard]] bool backward_reads_output() const override { return false; }
  void forward(const BlockForward& block) const noexcept override;
  void backward(const BlockBackward& block) const noexcept override;

 protected:
  /// Of the padded input.
  [[nodiscard]] const kernels::Pool2dShape& shape() const { return shape_; }
  virtual void pool_forward(std::span<const float> input, int lanes, std::span<float> output,
                            std::span<float> cache) const noexcept = 0;
  virtual void pool_backward(std::span<const float> d_output, std::span<const float> cache,
                             std::span<float> d_input) const noexcept = 0;

 private:
  [[nodiscard]] bool is_padded() const { return padding_ != Size2d{}; }

  Shape input_;
  Size2d padding_;
  float border_;
  kernels::Pool2dShape shape_;
};

}  // namespace tinycnn
