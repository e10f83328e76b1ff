// SPDX-License-Identifier: MIT
#include "layers/conv2d_max_pool2d.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "kernels/relu.h"
#include "kernels/sample_layout.h"
#include "support/buffer.h"

namespace tinycnn {
namespace {

/// Scratch memory, handed out from front to back.
class Parts {
 public:
  explicit Parts(std::span<float> memory) : left_(memory) {}
  std::span<float> take(std::size_t size) {
    const auto part = left_.first(size);
    left_ = left_.subspan(std::min(left_.size(), round_up_to_lanes(size)));
    return part;
  }

 private:
  std::span<float> left_;
};

}  // namespace

/// Gradients must be few: with a fourth of the convolution's pixels, the sparse kernels win for any
/// number of channels. A pointwise convolution takes less time than turning its input around.
bool Conv2dMaxPool2d::fits(const LayerSummary& conv, const LayerSummary& pool) {
  constexpr std::size_t kPixelsPerGradient = 4;
  const Size2d window = pool.spec.kernel_size;
  const Shape& pixels = conv.output;
  const Shape& windows = pool.output;
  return conv.spec.groups == 1 && conv.spec.dilation == Size2d{1, 1} &&
         conv.spec.kernel_size != Size2d{1, 1} && pool.spec.padding == Size2d{} &&
         saturating_product({static_cast<std::uint64_t>(window.height),
                             static_cast<std::uint64_t>(window.width)}) <=
             kernels::kMaxSparseWindow &&
         Shape{1, windows.height, windows.width}.size() * kPixelsPerGradient <=
             Shape{1, pixels.height, pixels.width}.size();
}

Conv2dMaxPool2d::Conv2dMaxPool2d(const LayerSummary& conv, const LayerSummary& pool,
                                 Activation activation)
    : conv_(conv, Activation::kNone),
      pool_(pool, activation),
      activation_(activation),
      input_(conv.input),
      padding_(conv.spec.padding),
      conv_output_size_(conv.output.block_size()),
      shape_{.conv = {.in_channels = input_.channels,
                      .in_height = input_.height + 2 * padding_.height,
                      .in_width = input_.width + 2 * padding_.width,
                      .out_channels = conv.output.channels,
                      .kernel = conv.spec.kernel_size,
                      .stride = conv.spec.stride},
             .pool = {conv.output, pool.spec.kernel_size, pool.spec.stride}} {}

std::size_t Conv2dMaxPool2d::scratch_size() const {
  const auto sum = [](std::initializer_list<std::size_t> sizes) {
    std::size_t total = 0;
    for (const std::size_t size : sizes) {
      if (size > kMaxBufferSize) {
        return size;  // is refused
      }
      total += round_up_to_lanes(size);
    }
    return total;
  };
  return std::max(
      sum({conv_output_size_, conv_.forward_cache_size(), conv_.forward_scratch_size()}),
      sum({shape_.lists_size(), shape_.sample_size() * kLanes, shape_.packed_size()}));
}

void Conv2dMaxPool2d::forward(const BlockForward& block) const noexcept {
  Parts scratch(block.scratch);
  const auto conv_output = scratch.take(conv_output_size_);
  BlockForward conv = block;
  conv.output = conv_output;
  conv.cache = scratch.take(conv_.forward_cache_size());
  conv.scratch = scratch.take(conv_.forward_scratch_size());
  conv_.forward(conv);
  BlockForward pool = block;
  const std::array<std::span<const float>, 1> inputs{conv_output};
  pool.inputs = inputs;
  pool_.forward(pool);
}

void Conv2dMaxPool2d::backward(const BlockBackward& block) const noexcept {
  block.start_gradients();
  if (activation_ == Activation::kReLU) {
    kernels::relu_backward(block.output, block.d_output, block.d_output);
  }
  Parts scratch(block.scratch);
  const auto lists = scratch.take(shape_.lists_size());
  const auto samples = scratch.take(shape_.sample_size() * kLanes);
  kernels::sparse_conv2d_lists(shape_, block.d_output, block.cache, lists);
  if (block.trains()) {
    kernels::block_to_samples(input_, padding_, block.input(), samples, shape_.sample_size());
    kernels::sparse_conv2d_backward_weight(shape_, samples, lists,
                                           scratch.take(shape_.packed_size()), block.d_weight);
    kernels::conv2d_backward_bias(block.d_output, block.d_bias);
  }
  if (!block.d_input().empty()) {
    kernels::sparse_conv2d_backward_input(shape_, block.weights.packed_backward, lists, samples);
    kernels::samples_to_block(input_, padding_, samples, shape_.sample_size(), block.d_input());
  }
}

}  // namespace tinycnn
