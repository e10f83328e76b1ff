// SPDX-License-Identifier: MIT
// torch.nn.Linear, also called a dense or fully connected layer.
#pragma once

#include "kernels/linear.h"
#include "layers/layer.h"

namespace tinycnn {

class Linear final : public Layer {
 public:
  Linear(const LayerSummary& summary, Activation activation)
      : shape_{summary.input.channels, summary.spec.out_features}, activation_(activation) {}

  [[nodiscard]] std::size_t scratch_size() const override {
    return static_cast<std::size_t>(shape_.in_features) * kLanes;
  }
  [[nodiscard]] bool backward_reads_output() const override {
    return activation_ != Activation::kNone;
  }
  void forward(const BlockForward& block) const noexcept override;
  void backward(const BlockBackward& block) const noexcept override;

 private:
  kernels::LinearShape shape_;
  Activation activation_;
};

}  // namespace tinycnn
