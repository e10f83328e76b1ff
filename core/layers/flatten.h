// SPDX-License-Identifier: MIT
// torch.nn.Flatten. [C][H][W][B] has the layout of [C*H*W][B], so the plan elides this layer unless
// other layers read its input too.
#pragma once

#include <algorithm>

#include "layers/layer.h"

namespace tinycnn {

class Flatten final : public Layer {
 public:
  [[nodiscard]] bool backward_reads_input() const override { return false; }
  [[nodiscard]] bool backward_reads_output() const override { return false; }
  void forward(const BlockForward& block) const noexcept override {
    std::ranges::copy(block.input(), block.output.begin());
  }
  void backward(const BlockBackward& block) const noexcept override {
    if (!block.d_input().empty()) {
      std::ranges::copy(block.d_output, block.d_input().begin());
    }
  }
};

}  // namespace tinycnn
