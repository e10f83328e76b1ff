// SPDX-License-Identifier: MIT
// What pooling layers share: windows over an input that may be padded, in scratch, on both ways.
#pragma once

#include "kernels/pool2d_shape.h"
#include "layers/layer.h"

namespace tinycnn {

class Pool2d : public Layer {
 public:
  /// border: what padding is filled with.
  Pool2d(const LayerSummary& summary, float border);

  [[nodiscard]] std::size_t scratch_size() const override;
  [[nodiscard]] bool backward_reads_input() const override { return false; }
  [[nodiscard]] bool backward_reads_output() const override { return false; }
  void forward(const BlockForward& block) const noexcept override;
  void backward(const BlockBackward& block) const noexcept override;

 protected:
  /// Of the padded input.
  [[nodiscard]] const kernels::Pool2dShape& shape() const { return shape_; }
  virtual void pool(std::span<const float> input, int lanes, std::span<float> output,
                    std::span<float> cache) const noexcept = 0;
  virtual void spread(std::span<const float> d_output, std::span<const float> cache,
                      std::span<float> d_input) const noexcept = 0;

 private:
  [[nodiscard]] bool is_padded() const { return padding_ != Size2d{}; }

  Shape input_;
  Size2d padding_;
  float border_;
  kernels::Pool2dShape shape_;
};

}  // namespace tinycnn
