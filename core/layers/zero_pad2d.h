// SPDX-License-Identifier: MIT
// torch.nn.ZeroPad2d
#pragma once

#include "kernels/pad.h"
#include "layers/layer.h"

namespace tinycnn {

class ZeroPad2d final : public Layer {
 public:
  explicit ZeroPad2d(const LayerSummary& summary)
      : input_(summary.input), sides_(summary.spec.sides) {}

  [[nodiscard]] bool backward_reads_input() const override { return false; }
  [[nodiscard]] bool backward_reads_output() const override { return false; }
  void forward(const BlockForward& block) const noexcept override {
    kernels::pad(input_, sides_, 0.0F, block.input(), block.output);
  }
  void backward(const BlockBackward& block) const noexcept override {
    if (!block.d_input().empty()) {
      kernels::crop(input_, sides_, block.d_output, block.d_input());
    }
  }

 private:
  Shape input_;
  Sides2d sides_;
};

}  // namespace tinycnn
