// SPDX-License-Identifier: MIT
// The order in which a model's layers run, and where their activations, gradients, caches and
// scratch memory lie in the workspace of a block. Buffers that are never alive at the same time
// share memory. Layers that only reinterpret memory are elided; a ReLU is fused into the layer
// before it or into the max-pool after it; a convolution and the max-pool that alone reads it
// become one step where that is faster. A plan holds no values: threads share it, each block has
// its own workspace.
//
// Training runs in phases. A phase ends before a layer that needs statistics of the whole
// mini-batch (batch norm). A model without such layers has one phase, and a thread takes a block
// through forward and backward in one workspace. Otherwise a workspace has two parts: the
// persistent one holds what a later phase reads and belongs to the block, the transient one belongs
// to the thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "layers/layer.h"
#include "plan/arena.h"
#include "support/buffer.h"
#include "tinycnn/model_spec.h"

namespace tinycnn {

/// The place of a layer's parameters in the model's flat memory.
struct ParameterRange {
  std::size_t weight_offset = 0;
  std::size_t weight_size = 0;
  std::size_t bias_offset = 0;
  std::size_t bias_size = 0;
  std::size_t running_offset = 0;  ///< buffers that training updates without a gradient
  std::size_t running_size = 0;
};

/// kFused: for training and evaluation. kInspectable: every layer keeps its own output; forward
/// only.
enum class PlanKind : unsigned char { kFused, kInspectable };

/// The memory of one block: Plan::persistent_size() floats, then Plan::transient_size() floats, in
/// one span or in two.
class Workspace {
 public:
  Workspace(std::span<float> whole) : persistent_(whole) {}  // NOLINT: implicit
  Workspace(Buffer& whole) : persistent_(whole) {}           // NOLINT: implicit
  Workspace(std::span<float> persistent, std::span<float> transient)
      : persistent_(persistent), transient_(transient) {}

  [[nodiscard]] std::span<float> subspan(std::size_t offset, std::size_t size) const noexcept {
    return offset < persistent_.size() ? persistent_.subspan(offset, size)
                                       : transient_.subspan(offset - persistent_.size(), size);
  }

 private:
  std::span<float> persistent_;
  std::span<float> transient_;
};

/// The weights and statistics that all blocks of a mini-batch share.
struct PlanMemory {
  std::span<const float> parameters;
  std::span<const float> packed;           ///< written by Plan::pack
  std::span<const float> packed_backward;  ///< by Plan::pack_backward; only backward reads it
  std::span<float> shared;                 ///< Plan::shared_size() floats for the mini-batch
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

  [[nodiscard]] std::size_t workspace_size() const { return persistent_size_ + transient_size_; }
  /// What must be kept between phases; in an inspectable plan, everything.
  [[nodiscard]] std::size_t persistent_size() const { return persistent_size_; }
  [[nodiscard]] std::size_t transient_size() const { return transient_size_; }
  /// The same in both kinds of plan, as are the places of the layers' weights.
  [[nodiscard]] std::size_t packed_size() const { return packed_size_; }
  /// 0 in an inspectable plan.
  [[nodiscard]] std::size_t packed_backward_size() const { return packed_backward_size_; }
  [[nodiscard]] std::size_t shared_size() const { return shared_size_; }
  /// Phases of forward in Mode::kTrain; backward has as many.
  [[nodiscard]] std::size_t phases() const { return barriers_.size() + 1; }

  /// Converts all weights to the layout that the kernels of forward read. Call it after every
  /// change of the parameters.
  void pack(std::span<const float> parameters, std::span<float> packed) const noexcept;
  /// The same for backward.
  void pack_backward(std::span<const float> parameters, std::span<float> packed) const noexcept;

  /// The model's input block [C][H][W][B], which forward reads.
  [[nodiscard]] std::span<float> input(const Workspace& workspace) const noexcept;
  /// The output of layer `index`, which forward writes. In a fused plan only that of the last
  /// layer.
  [[nodiscard]] std::span<float> output(const Workspace& workspace,
                                        std::size_t index) const noexcept;
  /// The gradient of the last layer's output, which backward reads.
  [[nodiscard]] std::span<float> d_output(const Workspace& workspace) const noexcept;

  /// All layers; for Mode::kEvaluate.
  void forward(const PlanMemory& memory, const PlanBlock& block) const noexcept;

  /// Phase 0, 1, … of forward for one block. Between two phases call reduce_forward_statistics once
  /// for all blocks, with the workspaces in the order of the blocks.
  void forward_phase(std::size_t phase, const PlanMemory& memory,
                     const PlanBlock& block) const noexcept;
  void reduce_forward_statistics(std::size_t phase, const Pass& pass, const PlanMemory& memory,
                                 std::span<const Workspace> workspaces,
                                 std::span<float> mutable_parameters) const;

  /// The same for backward: phase 0 starts at the last layer. Adds the block's gradients to
  /// d_parameters, or overwrites them if the block is the first of its slot. Gaps between
  /// parameters are not written.
  void backward_phase(std::size_t phase, const PlanMemory& memory, const PlanBlock& block,
                      std::span<float> d_parameters) const noexcept;
  void reduce_backward_statistics(std::size_t phase, const Pass& pass, const PlanMemory& memory,
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
    std::size_t spare_offset = 0;   // of this reader's gradient, if it is added afterwards
    bool adds_to_gradient = false;  // whether another reader has written the value's gradient
  };
  struct Step {
    std::unique_ptr<Layer> layer;
    ParameterRange range;
    std::vector<Input> inputs;
    std::size_t output = 0;  // value
    std::size_t cache_offset = 0;
    std::size_t packed_offset = 0;
    std::size_t packed_backward_offset = 0;
    std::size_t packed_backward_size = 0;
    std::size_t statistics_offset = 0;
    std::size_t shared_offset = 0;
    bool is_used = true;
    bool trains = false;  // its parameters
  };
  class Operands;

  void find_consumers(const ModelSummary& summary, PlanKind kind);
  [[nodiscard]] bool reader_applies_relu(const ModelSummary& summary, std::size_t value) const;
  bool join_convolution(const ModelSummary& summary, std::size_t pool, bool applies_relu);
  void make_steps(const ModelSummary& summary, std::span<const ParameterRange> ranges,
                  PlanKind kind);
  class WorkspaceParts;
  void plan_memory(PlanKind kind);
  void find_lifetimes(std::vector<ArenaBuffer>& values, std::vector<ArenaBuffer>& gradients) const;
  [[nodiscard]] std::size_t loss_time() const;
  [[nodiscard]] std::size_t backward_time(std::size_t step) const;
  [[nodiscard]] std::size_t phase_at(std::size_t time) const;
  [[nodiscard]] const Value& memory_of(std::size_t value) const;
  [[nodiscard]] Weights weights(const Step& step, const PlanMemory& memory) const;
  [[nodiscard]] std::vector<std::span<float>> statistics(
      const Step& step, std::span<const Workspace> workspaces) const;
  void add_spare_gradients(const Step& step, const Workspace& workspace) const noexcept;

  std::vector<Value> values_;
  std::vector<std::size_t> memory_of_;  // the value whose memory a value uses: itself unless elided
  std::vector<std::uint8_t>
      used_;  // to inspect: all; else the values on which the model's output depends
  std::vector<Step> steps_;
  std::vector<std::size_t> barriers_;  // steps of layers that need statistics of the mini-batch
  std::size_t scratch_offset_ = 0;
  std::size_t scratch_size_ = 0;
  std::size_t persistent_size_ = 0;
  std::size_t transient_size_ = 0;
  std::size_t packed_size_ = 0;
  std::size_t packed_backward_size_ = 0;
  std::size_t shared_size_ = 0;
};

}  // namespace tinycnn
