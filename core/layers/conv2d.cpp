// SPDX-License-Identifier: MIT
#include "layers/conv2d.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace tinycnn {
namespace {

/// More than 32 bits can hold where a long stride spreads a gradient far; then the largest size
/// there is, which no plan accepts.
std::size_t padded_input_size(const kernels::Conv2dShape& shape) {
  const std::uint64_t size = std::uint64_t{kLanes} * static_cast<std::uint64_t>(shape.in_channels) *
                             static_cast<std::uint64_t>(shape.in_height) *
                             static_cast<std::uint64_t>(shape.in_width);
  constexpr std::uint64_t kMost = std::numeric_limits<std::size_t>::max();
  return static_cast<std::size_t>(std::min(size, kMost));
}

}  // namespace

Conv2d::Conv2d(const LayerSummary& summary, Activation activation)
    : input_(summary.input),
      padding_(summary.spec.padding),
      shape_{.in_channels = input_.channels,
             .in_height = input_.height + 2 * padding_.height,
             .in_width = input_.width + 2 * padding_.width,
             .out_channels = summary.spec.out_channels,
             .kernel = summary.spec.kernel_size,
             .stride = summary.spec.stride},
      mirrored_(kernels::conv2d_mirrored_shape(shape_, input_)),
      activation_(activation) {}

std::size_t Conv2d::cache_size() const { return is_padded() ? padded_input_size(shape_) : 0; }

std::size_t Conv2d::scratch_size() const {
  return std::max(shape_.weight_size() * kLanes, padded_input_size(mirrored_));
}

std::size_t Conv2d::packed_size() const { return 2 * shape_.weight_size(); }

void Conv2d::pack(std::span<const float> weight, std::span<float> packed) const noexcept {
  kernels::conv2d_pack_weight(shape_, weight, packed.first(shape_.weight_size()));
  kernels::conv2d_pack_mirrored_weight(shape_, weight, packed.last(shape_.weight_size()));
}

void Conv2d::pad(std::span<const float> input, std::span<float> padded) const noexcept {
  std::ranges::fill(padded, 0.0F);
  const std::size_t row = static_cast<std::size_t>(input_.width) * kLanes;
  for (int c = 0; c < input_.channels; ++c) {
    for (int y = 0; y < input_.height; ++y) {
      const auto from = static_cast<std::size_t>(c * input_.height + y) * row;
      const int line = c * shape_.in_height + y + padding_.height;
      const auto to = static_cast<std::size_t>(line * shape_.in_width + padding_.width) * kLanes;
      std::ranges::copy(input.subspan(from, row), padded.subspan(to, row).begin());
    }
  }
}

void Conv2d::forward(const BlockForward& block) const noexcept {
  std::span<const float> input = block.input;
  if (is_padded()) {
    pad(block.input, block.cache);
    input = block.cache;
  }
  kernels::conv2d_forward(shape_, input, block.weights.packed.first(shape_.weight_size()),
                          block.weights.bias, activation_, block.output);
}

void Conv2d::backward(const BlockBackward& block) const noexcept {
  if (activation_ == Activation::kReLU) {
    kernels::relu_backward(block.output, block.d_output, block.d_output);
  }
  const std::span<const float> input = is_padded() ? block.cache : block.input;
  kernels::conv2d_backward_weight(shape_, input, block.d_output,
                                  block.scratch.first(shape_.weight_size() * kLanes),
                                  block.d_weight, block.d_bias);
  if (!block.d_input.empty()) {
    const auto spread = block.scratch.first(padded_input_size(mirrored_));
    kernels::conv2d_spread(shape_, input_, padding_, block.d_output, spread);
    kernels::conv2d_forward(mirrored_, spread, block.weights.packed.last(shape_.weight_size()), {},
                            Activation::kNone, block.d_input);
  }
}

}  // namespace tinycnn
