// SPDX-License-Identifier: MIT
// torch.nn.Flatten. [C][H][W][B] is [C*H*W][B] already, so the plan elides it unless somebody else
// reads its input too.
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
