// SPDX-License-Identifier: MIT
#include "layers/linear.h"

#include "kernels/relu.h"

namespace tinycnn {

void Linear::forward(const BlockForward& block) const noexcept {
  kernels::linear_forward(shape_, block.input(), block.weights.weight, block.weights.bias,
                          activation_, block.lanes(), block.output);
}

void Linear::backward(const BlockBackward& block) const noexcept {
  if (activation_ == Activation::kReLU) {
    kernels::relu_backward(block.output, block.d_output, block.d_output);
  }
  if (block.trains()) {
    kernels::linear_backward_weight(
        shape_, block.input(), block.d_output, block.lanes(), block.scratch.first(scratch_size()),
        block.is_first ? kernels::Update::kWrite : kernels::Update::kAdd, block.d_weight,
        block.d_bias);
  }
  if (!block.d_input().empty()) {
    kernels::linear_backward_input(shape_, block.d_output, block.weights.weight, block.d_input());
  }
}

}  // namespace tinycnn
