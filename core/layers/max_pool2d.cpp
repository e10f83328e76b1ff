// SPDX-License-Identifier: MIT
#include "layers/max_pool2d.h"

namespace tinycnn {

void MaxPool2d::forward(const BlockForward& block) const noexcept {
  kernels::max_pool2d_forward(shape_, block.input, block.output, block.cache);
}

void MaxPool2d::backward(const BlockBackward& block) const noexcept {
  if (!block.d_input.empty()) {
    kernels::max_pool2d_backward(shape_, block.d_output, block.cache, block.d_input);
  }
}

}  // namespace tinycnn
