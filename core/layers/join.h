// SPDX-License-Identifier: MIT
// Layers with several inputs: Add sums them (a residual connection), Concat concatenates their
// channels, Multiply multiplies them (a gate, or attention over channels).
#pragma once

#include <algorithm>
#include <functional>

#include "kernels/multiply.h"
#include "layers/layer.h"

namespace tinycnn {

class Add final : public Layer {
 public:
  [[nodiscard]] bool backward_reads_input() const override { return false; }
  [[nodiscard]] bool backward_reads_output() const override { return false; }
  void forward(const BlockForward& block) const noexcept override {
    std::ranges::copy(block.input(), block.output.begin());
    for (const std::span<const float> input : block.inputs.subspan(1)) {
      std::ranges::transform(block.output, input, block.output.begin(), std::plus<>());
    }
  }
  void backward(const BlockBackward& block) const noexcept override {
    for (const std::span<float> d_input : block.d_inputs) {
      if (!d_input.empty()) {
        std::ranges::copy(block.d_output, d_input.begin());
      }
    }
  }
};

class Concat final : public Layer {
 public:
  [[nodiscard]] bool backward_reads_input() const override { return false; }
  [[nodiscard]] bool backward_reads_output() const override { return false; }
  void forward(const BlockForward& block) const noexcept override {
    auto to = block.output.begin();
    for (const std::span<const float> input : block.inputs) {
      to = std::ranges::copy(input, to).out;
    }
  }
  void backward(const BlockBackward& block) const noexcept override {
    std::span<const float> from = block.d_output;
    for (std::size_t i = 0; i < block.inputs.size(); ++i) {
      const auto part = from.first(block.inputs[i].size());
      if (!block.d_inputs[i].empty()) {
        std::ranges::copy(part, block.d_inputs[i].begin());
      }
      from = from.subspan(part.size());
    }
  }
};

class Multiply final : public Layer {
 public:
  explicit Multiply(const LayerSummary& summary) : channels_(summary.output.channels) {}

  [[nodiscard]] bool backward_reads_output() const override { return false; }
  void forward(const BlockForward& block) const noexcept override {
    kernels::multiply_forward(channels_, block.inputs, block.output);
  }
  void backward(const BlockBackward& block) const noexcept override {
    for (std::size_t i = 0; i < block.d_inputs.size(); ++i) {
      if (!block.d_inputs[i].empty()) {
        kernels::multiply_backward(channels_, block.inputs, i, block.d_output, block.d_inputs[i]);
      }
    }
  }

 private:
  int channels_;
};

}  // namespace tinycnn
