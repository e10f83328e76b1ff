// SPDX-License-Identifier: MIT
// A layer computes one block of B samples at a time. It knows its sizes and asks for memory (cache:
// kept from forward to backward; scratch: free between calls; packed: weights as its kernels want
// them, made once a step), but owns none: the plan hands it everything, so that threads can share
// one layer. Nothing here throws or allocates after construction.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "kernels/relu.h"
#include "tinycnn/model_spec.h"

namespace tinycnn {

using kernels::Activation;

struct Weights {
  std::span<const float> weight;  ///< as in PyTorch's state_dict
  std::span<const float> bias;    ///< empty where there is none
  std::span<const float> packed;  ///< what Layer::pack wrote
};

struct BlockForward {
  Weights weights;
  std::span<const float> input;  ///< [C][H][W][B]
  std::span<float> output;
  std::span<float> cache;
  std::span<float> scratch;
};

struct BlockBackward {
  Weights weights;
  std::span<const float> input;
  std::span<const float> output;
  std::span<float> d_output;  ///< may be overwritten
  std::span<float> d_input;   ///< written, not added to; empty where nobody needs it
  std::span<float> d_weight;  ///< added to
  std::span<float> d_bias;    ///< added to
  std::span<float> cache;
  std::span<float> scratch;
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

  virtual void pack(std::span<const float> /*weight*/, std::span<float> /*packed*/) const noexcept {
  }
  virtual void forward(const BlockForward& block) const noexcept = 0;
  virtual void backward(const BlockBackward& block) const noexcept = 0;
};

/// Whether a layer of this type can apply an activation to its own output.
bool can_fuse_activation(LayerType type);

/// activation: applied to the output, and undone in backward, by the layer itself.
std::unique_ptr<Layer> make_layer(const LayerSummary& summary, Activation activation);

}  // namespace tinycnn
