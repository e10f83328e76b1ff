// SPDX-License-Identifier: MIT
// torch.nn.LeakyReLU, ReLU6, Sigmoid, Tanh, SiLU and GELU (exact, not the tanh approximation).
#pragma once

#include "kernels/activation.h"
#include "layers/layer.h"

namespace tinycnn {

class ElementwiseActivation final : public Layer {
 public:
  ElementwiseActivation(kernels::ActivationType type, double negative_slope)
      : type_(type), negative_slope_(static_cast<float>(negative_slope)) {}

  [[nodiscard]] bool backward_reads_output() const override { return false; }
  void forward(const BlockForward& block) const noexcept override {
    kernels::activation_forward(type_, negative_slope_, block.input(), block.output);
  }
  void backward(const BlockBackward& block) const noexcept override {
    if (!block.d_input().empty()) {
      kernels::activation_backward(type_, negative_slope_, block.input(), block.d_output,
                                   block.d_input());
    }
  }

 private:
  kernels::ActivationType type_;
  float negative_slope_;
};

}  // namespace tinycnn
