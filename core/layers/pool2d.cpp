// SPDX-License-Identifier: MIT
#include "layers/pool2d.h"

#include "kernels/pad.h"

namespace tinycnn {

Pool2d::Pool2d(const LayerSummary& summary, float border)
    : input_(summary.input),
      padding_(summary.spec.padding),
      border_(border),
      shape_{kernels::padded_shape(input_, both_sides(padding_)), summary.spec.kernel_size,
             summary.spec.stride} {}

std::size_t Pool2d::scratch_size() const { return is_padded() ? shape_.input.block_size() : 0; }

void Pool2d::forward(const BlockForward& block) const noexcept {
  std::span<const float> input = block.input();
  if (is_padded()) {
    const auto padded = block.scratch.first(scratch_size());
    kernels::pad(input_, both_sides(padding_), border_, input, padded);
    input = padded;
  }
  pool_forward(input, block.forward_lanes(), block.output, block.cache);
}

void Pool2d::backward(const BlockBackward& block) const noexcept {
  if (block.d_input().empty()) {
    return;
  }
  if (!is_padded()) {
    pool_backward(block.d_output, block.cache, block.d_input());
    return;
  }
  const auto padded = block.scratch.first(scratch_size());
  pool_backward(block.d_output, block.cache, padded);
  kernels::crop(input_, both_sides(padding_), padded, block.d_input());
}

}  // namespace tinycnn
