// SPDX-License-Identifier: MIT
// torch.fake_quantize_per_tensor_affine to int8, with a fixed scale and zero point.
#pragma once

#include "kernels/fake_quantize.h"
#include "layers/layer.h"

namespace tinycnn {

class FakeQuantize final : public Layer {
 public:
  explicit FakeQuantize(const LayerSpec& spec)
      : scale_(static_cast<float>(spec.scale)), zero_point_(spec.zero_point) {}

  [[nodiscard]] bool backward_reads_output() const override { return false; }
  void forward(const BlockForward& block) const noexcept override {
    kernels::fake_quantize_forward(scale_, zero_point_, block.input(), block.output);
  }
  void backward(const BlockBackward& block) const noexcept override {
    if (!block.d_input().empty()) {
      kernels::fake_quantize_backward(scale_, zero_point_, block.input(), block.d_output,
                                      block.d_input());
    }
  }

 private:
  float scale_;
  int zero_point_;
};

}  // namespace tinycnn
