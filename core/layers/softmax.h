// SPDX-License-Identifier: MIT
// torch.nn.Softmax and LogSoftmax over the classes of a vector.
#pragma once

#include "kernels/softmax.h"
#include "layers/layer.h"

namespace tinycnn {

class Softmax final : public Layer {
 public:
  [[nodiscard]] bool backward_reads_input() const override { return false; }
  void forward(const BlockForward& block) const noexcept override {
    kernels::softmax_forward(block.input(), block.output);
  }
  void backward(const BlockBackward& block) const noexcept override {
    if (!block.d_input().empty()) {
      kernels::softmax_backward(block.output, block.d_output, block.d_input());
    }
  }
};

class LogSoftmax final : public Layer {
 public:
  [[nodiscard]] bool backward_reads_input() const override { return false; }
  void forward(const BlockForward& block) const noexcept override {
    kernels::log_softmax_forward(block.input(), block.output);
  }
  void backward(const BlockBackward& block) const noexcept override {
    if (!block.d_input().empty()) {
      kernels::log_softmax_backward(block.output, block.d_output, block.d_input());
    }
  }
};

}  // namespace tinycnn
