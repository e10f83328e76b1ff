// SPDX-License-Identifier: MIT
// The channels of a group are adjacent in memory, and so are its weights: each group is a separate
// convolution over parts of the same memory.
#include "layers/conv2d.h"

#include <algorithm>
#include <cstdint>

#include "kernels/conv2d_backward_input.h"
#include "kernels/conv2d_single.h"
#include "kernels/pad.h"
#include "kernels/relu.h"
#include "kernels/winograd_single.h"
#include "model/layer_shapes.h"

namespace tinycnn {
namespace {

/// Floats of the input of a block; saturates.
std::size_t input_size(const kernels::Conv2dShape& shape, int groups) {
  const Shape input{shape.in_channels, shape.in_height, shape.in_width};
  return saturating_product({input.block_size(), static_cast<std::uint64_t>(groups)});
}

/// Part `index` of `count` equal parts.
template <class Float>
std::span<Float> part(std::span<Float> whole, std::size_t index, int count) {
  const std::size_t size = whole.size() / static_cast<std::size_t>(count);
  return whole.subspan(index * size, size);
}

bool can_use_winograd(const LayerSpec& spec) {
  const int size = spec.kernel_size.height;
  return spec.dilation == Size2d{1, 1} && (size == 3 || size == 5) &&
         spec.kernel_size.width == size && spec.stride == Size2d{1, 1} &&
         spec.padding.height < size && spec.padding.width < size;
}

bool is_pointwise(const LayerSpec& spec) {
  return spec.kernel_size == Size2d{1, 1} && spec.stride == Size2d{1, 1} &&
         spec.padding == Size2d{};
}

/// Whether the output gradient, dilated with zeros, would be far larger than without them.
bool scatters(const kernels::Conv2dShape& shape, const Shape& unpadded) {
  return std::int64_t{unpadded.height} * unpadded.width >
         kMaxDilation * shape.out_height() * shape.out_width();
}

/// The input of one group. A pointwise convolution has no neighbours, so its pixels can be seen as
/// rows of any length: long enough for register tiles, short enough for a row of all channels to
/// stay in the cache.
Shape group_input(const LayerSummary& summary) {
  constexpr int kLongestRow = 49;
  const Shape& input = summary.input;
  const int channels = input.channels / summary.spec.groups;
  const int pixels = input.height * input.width;
  if (!is_pointwise(summary.spec) || pixels == 0) {
    return {channels, input.height, input.width};
  }
  int width = std::min(kLongestRow, pixels);
  while (pixels % width != 0) {
    --width;
  }
  return {channels, pixels / width, width};
}

}  // namespace

Conv2d::Conv2d(const LayerSummary& summary, Activation activation)
    : input_(summary.input),
      padding_(summary.spec.padding),
      groups_(summary.spec.groups),
      group_input_(group_input(summary)),
      shape_{.in_channels = group_input_.channels,
             .in_height = group_input_.height + 2 * padding_.height,
             .in_width = group_input_.width + 2 * padding_.width,
             .out_channels = summary.spec.out_channels / groups_,
             .kernel = summary.spec.kernel_size,
             .stride = summary.spec.stride,
             .dilation = summary.spec.dilation},
      flipped_(kernels::conv2d_flipped_shape(shape_, group_input_)),
      winograd_{.input = group_input_,
                .out_channels = shape_.out_channels,
                .padding = padding_,
                .kernel = shape_.kernel.height},
      is_pointwise_(is_pointwise(summary.spec)),
      scatters_(scatters(shape_, group_input_)),
      forward_uses_winograd_(can_use_winograd(summary.spec) &&
                             kernels::winograd_forward_pays(winograd_)),
      backward_uses_winograd_(can_use_winograd(summary.spec) &&
                              kernels::winograd_backward_pays(winograd_)),
      activation_(activation) {}

std::size_t Conv2d::cache_size() const {
  const bool is_direct = !forward_uses_winograd_ || !backward_uses_winograd_;
  return is_padded() && is_direct ? input_size(shape_, groups_) : 0;
}

std::size_t Conv2d::forward_cache_size() const { return forward_uses_winograd_ ? 0 : cache_size(); }

std::size_t Conv2d::forward_scratch_size() const {
  return forward_uses_winograd_
             ? std::max(winograd_.scratch_size(), kernels::winograd_single_scratch_size(winograd_))
             : input_size(shape_, 1) / kLanes;
}

std::size_t Conv2d::scratch_size() const {
  if (backward_uses_winograd_) {
    return std::max(winograd_.scratch_size(), forward_scratch_size());
  }
  return std::max({forward_scratch_size(), shape_.weight_size() * kLanes,
                   is_pointwise_ || scatters_ ? 0 : input_size(flipped_, 1)});
}

std::size_t Conv2d::direction_size(bool uses_winograd) const {
  const std::size_t group = uses_winograd ? winograd_.packed_size() : shape_.weight_size();
  return group * static_cast<std::size_t>(groups_);
}

void Conv2d::pack(std::span<const float> weight, std::span<float> packed) const noexcept {
  for_groups([&](std::size_t group) {
    const auto from = part(weight, group, groups_);
    const auto to = part(packed, group, groups_);
    if (forward_uses_winograd_) {
      kernels::winograd_pack_weight(winograd_, from, to);
    } else {
      kernels::conv2d_pack_weight(shape_, from, to);
    }
  });
}

void Conv2d::pack_backward(std::span<const float> weight, std::span<float> packed) const noexcept {
  for_groups([&](std::size_t group) {
    const auto from = part(weight, group, groups_);
    const auto to = part(packed, group, groups_);
    if (backward_uses_winograd_) {
      kernels::winograd_pack_transposed_weight(winograd_, from, to);
    } else {
      kernels::conv2d_pack_flipped_weight(shape_, from, to);
    }
  });
}

void Conv2d::forward(const BlockForward& block) const noexcept {
  std::span<const float> input = block.input();
  if (!block.cache.empty()) {
    kernels::pad(input_, both_sides(padding_), 0.0F, input, block.cache);
    input = block.cache;
  }
  if (forward_uses_winograd_) {
    forward_winograd(block);
    return;
  }
  const bool is_single = block.forward_lanes() == 1 && kernels::conv2d_single_fits(shape_);
  for_groups([&](std::size_t group) {
    const auto from = part(input, group, groups_);
    const auto weight = part(block.weights.packed, group, groups_);
    const auto bias = part(block.weights.bias, group, groups_);
    const auto to = part(block.output, group, groups_);
    if (is_single) {
      const auto plane = block.scratch.first(input_size(shape_, 1) / kLanes);
      kernels::conv2d_forward_single(shape_, from, weight, bias, activation_, plane, to);
    } else {
      kernels::conv2d_forward(shape_, from, weight, bias, activation_, to, block.forward_lanes());
    }
  });
}

void Conv2d::backward(const BlockBackward& block) const noexcept {
  block.start_gradients();
  if (activation_ == Activation::kReLU) {
    kernels::relu_backward(block.output, block.d_output, block.d_output);
  }
  if (backward_uses_winograd_) {
    backward_winograd(block);
    return;
  }
  const std::span<const float> input = is_padded() ? block.cache : block.input();
  for_groups([&](std::size_t group) {
    const auto d_output = part(block.d_output, group, groups_);
    if (block.trains()) {
      kernels::conv2d_backward_weight(shape_, part(input, group, groups_), d_output,
                                      block.scratch.first(shape_.weight_size() * kLanes),
                                      part(block.d_weight, group, groups_),
                                      part(block.d_bias, group, groups_));
    }
    if (!block.d_input().empty() && scatters_) {
      kernels::conv2d_backward_input(shape_, group_input_, padding_, d_output,
                                     part(block.weights.weight, group, groups_),
                                     part(block.d_input(), group, groups_));
    } else if (!block.d_input().empty()) {
      std::span<const float> dilated = d_output;
      if (!is_pointwise_) {
        const auto memory = block.scratch.first(input_size(flipped_, 1));
        kernels::conv2d_dilate(shape_, group_input_, padding_, d_output, memory);
        dilated = memory;
      }
      kernels::conv2d_forward(flipped_, dilated,
                              part(block.weights.packed_backward, group, groups_), {},
                              Activation::kNone, part(block.d_input(), group, groups_));
    }
  });
}

void Conv2d::forward_winograd(const BlockForward& block) const noexcept {
  for_groups([&](std::size_t group) {
    const auto input = part(block.input(), group, groups_);
    const auto weight = part(block.weights.packed, group, groups_);
    const auto bias = part(block.weights.bias, group, groups_);
    const auto output = part(block.output, group, groups_);
    if (block.forward_lanes() == 1) {
      kernels::winograd_forward_single(winograd_, input, weight, bias, activation_, block.scratch,
                                       output);
    } else {
      kernels::winograd_forward(winograd_, input, weight, bias, activation_, block.scratch, output,
                                block.forward_lanes());
    }
  });
}

void Conv2d::backward_winograd(const BlockBackward& block) const noexcept {
  for_groups([&](std::size_t group) {
    const auto d_output = part<const float>(block.d_output, group, groups_);
    if (block.trains()) {
      kernels::winograd_backward_weight(winograd_, part(block.input(), group, groups_), d_output,
                                        block.scratch, part(block.d_weight, group, groups_),
                                        part(block.d_bias, group, groups_));
    }
    if (!block.d_input().empty()) {
      kernels::winograd_backward_input(winograd_, d_output,
                                       part(block.weights.packed_backward, group, groups_),
                                       block.scratch, part(block.d_input(), group, groups_));
    }
  });
}

}  // namespace tinycnn
