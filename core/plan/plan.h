// SPDX-License-Identifier: MIT
// A model's layers in order with their memory planned: a workspace holds the activations,
// gradients, caches and scratch of one block, those that are never wanted at once in the same
// place. Layers that only rename memory are elided, a ReLU is fused into the layer before it or
// into the max-pool behind it. A plan holds no numbers: threads share it, each block with a
// workspace of its own.
//
// Training runs in phases: each ends before a batch-wide layer, which needs a look at all blocks of
// the mini-batch first. A model without such layers has one phase, and a thread can take a block
// through forward and backward in one workspace. Else a workspace has two parts: what a later phase
// wants is kept with the block, the rest passes and can lie with the thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "layers/layer.h"
#include "plan/memory_plan.h"
#include "support/buffer.h"
#include "tinycnn/model_spec.h"

namespace tinycnn {

/// Where a layer's parameters lie in the model's flat memory.
struct ParameterRange {
  std::size_t weight_offset = 0;
  std::size_t weight_size = 0;
  std::size_t bias_offset = 0;
  std::size_t bias_size = 0;
  std::size_t running_offset = 0;  ///< buffers that training updates without a gradient
  std::size_t running_size = 0;
};

/// kFused: for training and evaluation. kInspectable: every layer keeps its own output.
enum class PlanKind : unsigned char { kFused, kInspectable };

/// The memory of one block: Plan::kept_size() floats, then Plan::passing_size(), in one piece or
/// two.
class Workspace {
 public:
  Workspace(std::span<float> whole) : kept_(whole) {}  // NOLINT: a workspace in one piece is one
  Workspace(Buffer& whole) : kept_(whole) {}           // NOLINT: likewise
  Workspace(std::span<float> kept, std::span<float> passing) : kept_(kept), passing_(passing) {}

  [[nodiscard]] std::span<float> subspan(std::size_t offset, std::size_t size) const noexcept {
    return offset < kept_.size() ? kept_.subspan(offset, size)
                                 : passing_.subspan(offset - kept_.size(), size);
  }

 private:
  std::span<float> kept_;
  std::span<float> passing_;
};

/// The numbers that a plan works on.
struct PlanMemory {
  std::span<const float> parameters;
  std::span<const float> packed;
  std::span<float> shared;  ///< Plan::shared_size() floats for the mini-batch
};

/// One block of a mini-batch.
struct PlanBlock {
  Pass pass;
  std::size_t first_sample = 0;
  Workspace workspace;
  bool is_first_of_slot = false;  ///< backward: whether the gradients hold nothing yet
};

class Plan {
 public:
  /// ranges: one for each layer of the summary. Throws Error if a workspace would take more than
  /// 1 GiB.
  Plan(const ModelSummary& summary, std::span<const ParameterRange> ranges, PlanKind kind);

  [[nodiscard]] std::size_t workspace_size() const { return kept_size_ + passing_size_; }
  /// Between phases; of an inspectable plan all that forward and inspection need.
  [[nodiscard]] std::size_t kept_size() const { return kept_size_; }
  [[nodiscard]] std::size_t passing_size() const { return passing_size_; }
  [[nodiscard]] std::size_t packed_size() const { return packed_size_; }
  [[nodiscard]] std::size_t shared_size() const { return shared_size_; }
  /// Phases of forward in Mode::kTrain; backward has as many.
  [[nodiscard]] std::size_t phases() const { return barriers_.size() + 1; }

  /// Prepares all weights for the kernels; once after every change of the parameters.
  void pack(std::span<const float> parameters, std::span<float> packed) const noexcept;

  /// Where forward reads the model's input block [C][H][W][B].
  [[nodiscard]] std::span<float> input(const Workspace& workspace) const noexcept;
  /// Where forward leaves the output of layer `index`.
  [[nodiscard]] std::span<float> output(const Workspace& workspace,
                                        std::size_t index) const noexcept;
  /// Where backward reads the gradient of the last layer's output.
  [[nodiscard]] std::span<float> d_output(const Workspace& workspace) const noexcept;

  /// All layers; for Mode::kEvaluate.
  void forward(const PlanMemory& memory, const PlanBlock& block) const noexcept;

  /// Phase 0, 1, … of forward for one block. Between two phases, once for all blocks:
  /// combine_forward, with the workspaces in the order of the blocks.
  void forward_phase(std::size_t phase, const PlanMemory& memory,
                     const PlanBlock& block) const noexcept;
  void combine_forward(std::size_t phase, const Pass& pass, const PlanMemory& memory,
                       std::span<const Workspace> workspaces,
                       std::span<float> mutable_parameters) const;

  /// The same backwards: phase 0 starts at the last layer. Adds the block's gradients to
  /// d_parameters, or writes them if it is the first of its slot; gaps between parameters are left
  /// alone.
  void backward_phase(std::size_t phase, const PlanMemory& memory, const PlanBlock& block,
                      std::span<float> d_parameters) const noexcept;
  void combine_backward(std::size_t phase, const Pass& pass, const PlanMemory& memory,
                        std::span<const Workspace> workspaces) const;

 private:
  /// A value is the model's input (index 0) or the output of layer index - 1.
  struct Value {
    std::size_t size = 0;
    std::size_t offset = 0;
    std::size_t gradient_offset = 0;
    int consumers = 0;
    bool requires_gradient = false;
  };
  struct Input {
    std::size_t value = 0;
    std::size_t spare_offset = 0;   // of its gradient, where it is added afterwards
    bool adds_to_gradient = false;  // another reader has written the value's gradient before
  };
  struct Step {
    std::unique_ptr<Layer> layer;
    ParameterRange range;
    std::vector<Input> inputs;
    std::size_t output = 0;  // value
    std::size_t cache_offset = 0;
    std::size_t packed_offset = 0;
    std::size_t statistics_offset = 0;
    std::size_t shared_offset = 0;
    bool is_used = true;
    bool trains = false;  // its parameters
  };
  class Operands;

  void find_consumers(const ModelSummary& summary, PlanKind kind);
  [[nodiscard]] bool reader_applies_relu(const ModelSummary& summary, std::size_t value) const;
  void make_steps(const ModelSummary& summary, std::span<const ParameterRange> ranges,
                  PlanKind kind);
  class Pieces;
  void plan_memory(PlanKind kind);
  void find_lifetimes(std::vector<Piece>& values, std::vector<Piece>& gradients) const;
  [[nodiscard]] std::size_t loss_moment() const;
  [[nodiscard]] std::size_t backward_moment(std::size_t step) const;
  [[nodiscard]] std::size_t phase_of(std::size_t moment) const;
  [[nodiscard]] const Value& memory_of(std::size_t value) const;
  [[nodiscard]] Weights weights(const Step& step, const PlanMemory& memory) const;
  [[nodiscard]] std::vector<std::span<float>> statistics(
      const Step& step, std::span<const Workspace> workspaces) const;
  void add_spare_gradients(const Step& step, const Workspace& workspace) const noexcept;

  std::vector<Value> values_;
  std::vector<std::size_t> memory_of_;  // value whose memory a value uses; itself unless elided
  std::vector<std::uint8_t>
      used_;  // to inspect: all; else the values on which the model's output depends
  std::vector<Step> steps_;
  std::vector<std::size_t> barriers_;  // steps of batch-wide layers
  std::size_t scratch_offset_ = 0;
  std::size_t scratch_size_ = 0;
  std::size_t kept_size_ = 0;
  std::size_t passing_size_ = 0;
  std::size_t packed_size_ = 0;
  std::size_t shared_size_ = 0;
};

}  // namespace tinycnn
