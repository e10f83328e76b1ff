// SPDX-License-Identifier: MIT
// torch.nn.ReLU that is not fused into another layer.
#pragma once

#include "kernels/relu.h"
#include "layers/layer.h"

namespace tinycnn {

class ReLU final : public Layer {
 public:
  [[nodiscard]] bool backward_reads_input() const override { return false; }
  void forward(const BlockForward& block) const noexcept override {
    kernels::relu_forward(block.input(), block.output);
  }
  void backward(const BlockBackward& block) const noexcept override {
    if (!block.d_input().empty()) {
      kernels::relu_backward(block.output, block.d_output, block.d_input());
    }
  }
};

}  // namespace tinycnn
