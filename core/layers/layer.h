// SPDX-License-Identifier: MIT
// A layer computes one block of B samples at a time. It declares how much memory it needs but owns
// none, so that threads can share it; the plan passes all memory in:
//   cache    written by forward, read by backward
//   scratch  holds nothing between calls
//   packed   weights in the layout that the kernels read, converted once per step; those of the
//            backward pass lie apart, since evaluation needs none
//   shared   statistics of the whole mini-batch
// Nothing here throws or allocates after construction.
//
// The output of batch norm depends on all samples of a mini-batch. Such a layer returns true from
// needs_batch_statistics(): forward_statistics runs on every block, then reduce_forward_statistics
// once, then forward on every block. Backward works the same way.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "kernels/activation_types.h"
#include "tinycnn/model_spec.h"

namespace tinycnn {

using kernels::Activation;

enum class Mode : std::uint8_t { kEvaluate, kTrain };

/// What is the same for all blocks of a mini-batch.
struct Pass {
  Mode mode = Mode::kEvaluate;
  bool drops_out = false;        ///< whether dropout layers drop elements
  bool updates_running = false;  ///< whether batch norm updates its running statistics
  std::uint64_t seed = 0;        ///< for dropout
  std::int64_t step = 0;         ///< for dropout
  std::size_t samples = 0;
};

struct Weights {
  std::span<const float> weight;  ///< as in PyTorch's state_dict
  std::span<const float> bias;    ///< empty where there is none
  std::span<const float>
      running;  ///< batch norm: mean, then variance from the next multiple of B on
  std::span<const float> packed;           ///< written by Layer::pack
  std::span<const float> packed_backward;  ///< by Layer::pack_backward; empty where no input's
                                           ///< gradient is wanted
};

/// The operands that forward and backward of a block share.
struct Block {
  Pass pass;
  std::size_t first_sample = 0;  ///< of the block in its mini-batch
  Weights weights;
  std::span<const std::span<const float>> inputs;  ///< each [C][H][W][B]
  std::span<float> cache;
  std::span<float> scratch;
  std::span<float> shared;

  [[nodiscard]] std::span<const float> input() const { return inputs.front(); }
  /// Lanes that forward must compute. In training these are all: the value of an unused lane times
  /// a gradient of 0 could otherwise be NaN.
  [[nodiscard]] int forward_lanes() const {
    return pass.mode == Mode::kEvaluate ? lanes() : kLanes;
  }
  /// Lanes in use. The values of the others are meaningless and their gradients are zero.
  [[nodiscard]] int lanes() const {
    const std::size_t left = pass.samples - first_sample;
    return left < kLanes ? static_cast<int>(left) : kLanes;
  }
};

struct BlockForward : Block {
  std::span<float> output;
};

struct BlockBackward : Block {
  std::span<const float> output;
  std::span<float> d_output;                   ///< may be overwritten
  std::span<const std::span<float>> d_inputs;  ///< written, not added to; empty where unneeded
  bool is_first = false;      ///< whether d_weight and d_bias are still uninitialized
  std::span<float> d_weight;  ///< written where is_first, else added to; empty
                              ///< where the layer is frozen
  std::span<float> d_bias;    ///< likewise

  [[nodiscard]] std::span<float> d_input() const { return d_inputs.front(); }
  /// Of layers with a weight: whether its gradient is wanted.
  [[nodiscard]] bool trains() const { return !d_weight.empty(); }
  /// For layers that can only add to d_weight and d_bias.
  void start_gradients() const {
    if (is_first) {
      std::ranges::fill(d_weight, 0.0F);
      std::ranges::fill(d_bias, 0.0F);
    }
  }
};

class Layer {
 public:
  Layer() = default;
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;
  Layer(Layer&&) = delete;
  Layer& operator=(Layer&&) = delete;
  virtual ~Layer() = default;

  [[nodiscard]] virtual std::size_t cache_size() const { return 0; }
  [[nodiscard]] virtual std::size_t scratch_size() const { return 0; }
  [[nodiscard]] virtual std::size_t packed_size() const { return 0; }
  /// Of the weights that only the gradient of the input needs.
  [[nodiscard]] virtual std::size_t packed_backward_size() const { return 0; }

  /// Whether backward reads block.inputs and block.output, which then stay in memory until it has.
  [[nodiscard]] virtual bool backward_reads_input() const { return true; }
  [[nodiscard]] virtual bool backward_reads_output() const { return true; }

  virtual void pack(std::span<const float> /*weight*/, std::span<float> /*packed*/) const noexcept {
  }
  virtual void pack_backward(std::span<const float> /*weight*/,
                             std::span<float> /*packed*/) const noexcept {}
  virtual void forward(const BlockForward& block) const noexcept = 0;
  virtual void backward(const BlockBackward& block) const noexcept = 0;

  /// What follows is for layers that need statistics of the mini-batch, in Mode::kTrain.
  [[nodiscard]] virtual bool needs_batch_statistics() const { return false; }
  /// Floats of a block's statistics, and of `shared`.
  [[nodiscard]] virtual std::size_t statistics_size() const { return 0; }
  [[nodiscard]] virtual std::size_t shared_size() const { return 0; }
  virtual void forward_statistics(const BlockForward& /*block*/,
                                  std::span<float> /*statistics*/) const noexcept {}
  /// statistics: one span per block, in order. running: the layer's buffers, which are updated.
  virtual void reduce_forward_statistics(const Pass& /*pass*/, const Weights& /*weights*/,
                                         std::span<const std::span<float>> /*statistics*/,
                                         std::span<float> /*shared*/,
                                         std::span<float> /*running*/) const noexcept {}
  virtual void backward_statistics(const BlockBackward& /*block*/,
                                   std::span<float> /*statistics*/) const noexcept {}
  virtual void reduce_backward_statistics(const Pass& /*pass*/, const Weights& /*weights*/,
                                          std::span<const std::span<float>> /*statistics*/,
                                          std::span<float> /*shared*/) const noexcept {}
};

/// activation: fused into the layer, if the table of layer types says that it can.
std::unique_ptr<Layer> make_layer(const LayerSummary& summary, Activation activation);

}  // namespace tinycnn
