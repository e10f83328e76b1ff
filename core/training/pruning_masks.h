// SPDX-License-Identifier: MIT
// Which weights of a model are pruned, and when others follow. Those go first whose square is the
// smallest share of the sum of itself and all larger ones of its layer: layers of few weights keep
// more of them. J. Lee et al., "Layer-adaptive sparsity for the magnitude-based pruning",
// arXiv:2010.07611, equation 4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tinycnn/model.h"
#include "tinycnn/pruning.h"

namespace tinycnn {

class PruningMasks {
 public:
  /// Prunes nothing.
  PruningMasks() = default;

  /// The masks of `state`, which fits the model.
  PruningMasks(const Model& model, const PruningState& state);

  [[nodiscard]] bool is_active() const { return !pruned_.empty(); }
  [[nodiscard]] PruningState state() const { return is_active() ? active_state() : PruningState(); }

  /// The same masks with another schedule from step `step` on. Throws Error for values out of range
  /// and for a sparsity below the present one, except 0, which gives masks that prune nothing.
  [[nodiscard]] PruningMasks with(const Model& model, const PruneOptions& options,
                                  std::int64_t step) const;

  /// Chooses the weights that the schedule has for this step. Returns whether there are new ones.
  bool advance(std::int64_t step, std::span<const float> parameters) noexcept;

  /// Sets what belongs to pruned weights to 0 in `count` numbers from `first` on. `values` is laid
  /// out like the part of the model's flat memory that is trained.
  void clear(std::span<float> values, std::size_t first, std::size_t count) const noexcept;
  /// The same in all of some arrays, one after another.
  void clear(std::span<float> arrays) const noexcept;

  [[nodiscard]] Pruning progress() const;
  [[nodiscard]] std::size_t memory_bytes() const {
    return pruned_.size() + keys_.size() * sizeof(std::uint64_t);
  }

 private:
  struct Range {
    std::size_t offset = 0;
    std::size_t size = 0;
  };

  [[nodiscard, gnu::noinline]] PruningState active_state() const;
  [[nodiscard]] std::size_t wanted_at(std::int64_t step) const noexcept;

  PruningState plan_;                 // without `pruned`
  std::vector<Range> weights_;        // in the model's flat memory
  std::size_t count_ = 0;             // of all weights that can be pruned
  std::size_t pruned_count_ = 0;      // of those that are
  std::vector<std::uint8_t> pruned_;  // 1 for a pruned weight, laid out like what is trained
  std::vector<std::uint64_t> keys_;   // room to sort the weights that can be pruned
};

/// The parameters that can be pruned: weights of convolutions and linear layers that are trained.
bool is_prunable(const ParameterSpec& parameter);

/// Throws Error unless a checkpoint's state is one of this model.
void require_fits(const Model& model, const PruningState& state);

}  // namespace tinycnn
