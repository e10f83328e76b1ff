// SPDX-License-Identifier: MIT
// torch.nn.Dropout and Dropout2d: zeroes elements, or whole channels, while training, and scales
// the others by 1 / (1 - p). Its cache holds the mask.
#pragma once

#include <algorithm>

#include "kernels/dropout.h"
#include "layers/layer.h"

namespace tinycnn {

class Dropout final : public Layer {
 public:
  explicit Dropout(const LayerSummary& summary)
      : p_(static_cast<float>(summary.spec.p)),
        layer_(static_cast<std::uint32_t>(summary.index)),
        mask_size_(summary.spec.type == LayerType::kDropout2d
                       ? static_cast<std::size_t>(summary.input.channels) * kLanes
                       : summary.input.block_size()),
        repeat_(summary.input.block_size() / mask_size_) {}

  [[nodiscard]] std::size_t cache_size() const override { return mask_size_; }

  [[nodiscard]] bool backward_reads_input() const override { return false; }
  [[nodiscard]] bool backward_reads_output() const override { return false; }
  void forward(const BlockForward& block) const noexcept override {
    if (!block.pass.drops_out) {
      std::ranges::copy(block.input(), block.output.begin());
      return;
    }
    kernels::dropout_mask({block.pass.seed, layer_, block.pass.step, block.first_sample}, p_,
                          block.cache);
    kernels::dropout_apply(block.input(), block.cache, repeat_, block.output);
  }

  void backward(const BlockBackward& block) const noexcept override {
    if (block.d_input().empty()) {
      return;
    }
    if (!block.pass.drops_out) {
      std::ranges::copy(block.d_output, block.d_input().begin());
      return;
    }
    kernels::dropout_apply(block.d_output, block.cache, repeat_, block.d_input());
  }

 private:
  float p_;
  std::uint32_t layer_;
  std::size_t mask_size_;
  std::size_t repeat_;
};

}  // namespace tinycnn
