// SPDX-License-Identifier: MIT
// torch.nn.MaxPool2d without padding. Its cache holds which pixel won each window.
#pragma once

#include "kernels/max_pool2d.h"
#include "layers/layer.h"

namespace tinycnn {

class MaxPool2d final : public Layer {
 public:
  explicit MaxPool2d(const LayerSummary& summary)
      : shape_{summary.input, summary.spec.kernel_size, summary.spec.stride} {}

  [[nodiscard]] std::size_t cache_size() const override { return shape_.output().block_size(); }
  void forward(const BlockForward& block) const noexcept override;
  void backward(const BlockBackward& block) const noexcept override;

 private:
  kernels::MaxPool2dShape shape_;
};

}  // namespace tinycnn
