// SPDX-License-Identifier: MIT
// torch.nn.Conv2d with any kernel, stride and zero padding (dilation 1, one group).
#pragma once

#include "kernels/conv2d.h"
#include "layers/layer.h"

namespace tinycnn {

class Conv2d final : public Layer {
 public:
  Conv2d(const LayerSummary& summary, Activation activation);

  [[nodiscard]] std::size_t cache_size() const override;
  [[nodiscard]] std::size_t scratch_size() const override;
  [[nodiscard]] std::size_t packed_size() const override;
  void pack(std::span<const float> weight, std::span<float> packed) const noexcept override;
  void forward(const BlockForward& block) const noexcept override;
  void backward(const BlockBackward& block) const noexcept override;

 private:
  [[nodiscard]] bool is_padded() const { return padding_ != Size2d{}; }
  void pad(std::span<const float> input, std::span<float> padded) const noexcept;

  Shape input_;
  Size2d padding_;
  kernels::Conv2dShape shape_;     // of the padded input
  kernels::Conv2dShape mirrored_;  // from d_output to d_input
  Activation activation_;
};

}  // namespace tinycnn
