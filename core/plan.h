// SPDX-License-Identifier: MIT
// A model's layers in order with their memory planned: one workspace holds every activation,
// gradient, cache and scratch of one block. Layers that only rename memory are elided, a ReLU is
// fused into the layer before it. A plan holds no numbers: threads share it, each with a workspace.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "buffer.h"
#include "layers/layer.h"
#include "tinycnn/model_spec.h"

namespace tinycnn {

/// Where a layer's parameters lie in the model's flat memory.
struct ParameterRange {
  std::size_t weight_offset = 0;
  std::size_t weight_size = 0;
  std::size_t bias_offset = 0;
  std::size_t bias_size = 0;
};

/// kFused: for training and evaluation. kInspectable: every layer keeps its own output.
enum class PlanKind : unsigned char { kFused, kInspectable };

class Plan {
 public:
  /// ranges: one for each layer of the summary. Throws Error if a workspace would take more than
  /// 1 GiB.
  Plan(const ModelSummary& summary, std::span<const ParameterRange> ranges, PlanKind kind);

  [[nodiscard]] std::size_t workspace_size() const { return workspace_size_; }
  [[nodiscard]] std::size_t packed_size() const { return packed_size_; }

  /// Prepares all weights for the kernels; once after every change of the parameters.
  void pack(std::span<const float> parameters, std::span<float> packed) const noexcept;

  /// Where forward reads the model's input block [C][H][W][B].
  [[nodiscard]] std::span<float> input(std::span<float> workspace) const noexcept;
  /// Where forward leaves the output of layer `index`.
  [[nodiscard]] std::span<float> output(std::span<float> workspace,
                                        std::size_t index) const noexcept;
  /// Where backward reads the gradient of the last layer's output.
  [[nodiscard]] std::span<float> d_output(std::span<float> workspace) const noexcept;

  void forward(std::span<const float> parameters, std::span<const float> packed,
               std::span<float> workspace) const noexcept;

  /// After forward on the same workspace: adds this block's gradients to d_parameters.
  void backward(std::span<const float> parameters, std::span<const float> packed,
                std::span<float> workspace, std::span<float> d_parameters) const noexcept;

 private:
  /// A value is the model's input (index 0) or the output of layer index - 1.
  struct Value {
    std::size_t size = 0;
    std::size_t offset = 0;
    std::size_t gradient_offset = 0;
    int consumers = 0;
    bool requires_gradient = false;
  };
  struct Step {
    std::unique_ptr<Layer> layer;
    ParameterRange range;
    std::size_t input = 0;   // value
    std::size_t output = 0;  // value
    std::size_t cache_offset = 0;
    std::size_t packed_offset = 0;
    bool is_used = true;
    bool adds_to_gradient = false;  // another reader of the input has written its gradient before
  };

  void find_consumers(const ModelSummary& summary, PlanKind kind);
  void make_steps(const ModelSummary& summary, std::span<const ParameterRange> ranges,
                  PlanKind kind);
  void plan_memory();
  [[nodiscard]] Weights weights(const Step& step, std::span<const float> parameters,
                                std::span<const float> packed) const noexcept;

  std::vector<Value> values_;
  std::vector<std::size_t> memory_of_;  // value whose memory a value uses; itself unless elided
  std::vector<bool> used_;  // to inspect: all; else the values on which the model's output depends
  std::vector<Step> steps_;
  std::size_t scratch_offset_ = 0;
  std::size_t scratch_size_ = 0;
  std::size_t spare_offset_ = 0;  // gradient to be added, for values with several readers
  std::size_t workspace_size_ = 0;
  std::size_t packed_size_ = 0;
};

}  // namespace tinycnn
