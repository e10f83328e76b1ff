// SPDX-License-Identifier: MIT
// Where a plan's values, gradients and caches lie, by who needs what until when.
//
// Moments: step i computes its statistics at 2i and forward at 2i + 1, the loss follows, then step
// i computes its backward statistics and backward at the two moments before backward_moment(i) + 1.
#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include "plan/memory_plan.h"
#include "plan/plan.h"

namespace tinycnn {

/// The pieces of a workspace's two parts, and where their offsets are wanted.
class Plan::Pieces {
 public:
  Pieces(const Plan& plan, PlanKind kind) : plan_(plan), kind_(kind) {}

  /// Kept if it is wanted in more than one phase.
  void add(const Piece& piece, std::size_t& offset) {
    const bool is_kept = plan_.phase_of(piece.first) != plan_.phase_of(piece.last);
    put(is_kept ? kept_ : passing_, piece, offset);
  }
  /// The same for what inspection reads after forward.
  void add_forward(const Piece& piece, std::size_t& offset) {
    if (kind_ == PlanKind::kInspectable) {
      put(kept_, piece, offset);
    } else {
      add(piece, offset);
    }
  }

  /// What every moment may use and none keeps.
  void add_scratch(std::size_t size, std::size_t& offset) {
    put(kind_ == PlanKind::kInspectable ? kept_ : passing_,
        {size, 0, std::numeric_limits<std::size_t>::max()}, offset);
  }

  /// Returns the sizes of both parts; the second's offsets go on from the first's.
  std::pair<std::size_t, std::size_t> place_all() {
    const std::size_t kept = kept_.place_from(0);
    return {kept, passing_.place_from(kept) - kept};
  }

 private:
  struct Part {
    std::size_t place_from(std::size_t start) {
      const std::size_t end = place(pieces, start);
      for (std::size_t i = 0; i < pieces.size(); ++i) {
        *offsets[i] = pieces[i].offset;
      }
      return end;
    }
    std::vector<Piece> pieces;
    std::vector<std::size_t*> offsets;
  };
  void put(Part& part, Piece piece, std::size_t& offset) {
    if (kind_ == PlanKind::kInspectable) {
      piece.first = 0;
      piece.last = std::numeric_limits<std::size_t>::max();
    }
    part.pieces.push_back(piece);
    part.offsets.push_back(&offset);
  }

  const Plan& plan_;
  PlanKind kind_;
  Part kept_;
  Part passing_;
};

std::size_t Plan::loss_moment() const { return 2 * steps_.size(); }

std::size_t Plan::backward_moment(std::size_t step) const { return 2 * (2 * steps_.size() - step); }

std::size_t Plan::phase_of(std::size_t moment) const {
  std::size_t phase = 0;
  for (const std::size_t barrier : barriers_) {
    phase += moment > 2 * barrier ? 1 : 0;
    phase += moment >= backward_moment(barrier) ? 1 : 0;
  }
  return phase;
}

/// Lifetimes of the values' memory and of their gradients'.
void Plan::find_lifetimes(std::vector<Piece>& values, std::vector<Piece>& gradients) const {
  values.resize(values_.size());
  gradients.resize(values_.size());
  for (std::size_t v = 0; v < values_.size(); ++v) {
    values[v].size = gradients[v].size = values_[v].size;
    gradients[v].first = std::numeric_limits<std::size_t>::max();
  }
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    if (!step.is_used) {
      continue;
    }
    const std::size_t forward = 2 * i + 1;
    const std::size_t backward = backward_moment(i);
    const bool goes_back = values_[step.output].requires_gradient;
    Piece& output = values[step.output];
    output.first = forward;
    output.last = goes_back && step.layer->backward_reads_output() ? backward : forward;
    gradients[step.output].last = backward;
    for (const Input& input : step.inputs) {
      const std::size_t source = memory_of_[input.value];
      const bool is_read = goes_back && step.layer->backward_reads_input();
      values[source].last = std::max(values[source].last, is_read ? backward : forward);
      gradients[source].first = std::min(gradients[source].first, backward);
    }
  }
  const std::size_t end = memory_of_.back();
  values[end].last = std::max(values[end].last, loss_moment());
  gradients[end].first = loss_moment();
}

void Plan::plan_memory(PlanKind kind) {
  std::vector<Piece> values;
  std::vector<Piece> gradients;
  find_lifetimes(values, gradients);
  Pieces pieces(*this, kind);
  for (std::size_t v = 0; v < values_.size(); ++v) {
    if (memory_of_[v] == v && used_[v]) {
      pieces.add_forward(values[v], values_[v].offset);
      if (values_[v].requires_gradient || v == memory_of_.back()) {
        pieces.add(gradients[v], values_[v].gradient_offset);
      }
    }
  }
  std::vector<std::uint8_t> written(values_.size(), 0);
  for (std::size_t i = steps_.size(); i-- > 0;) {
    Step& step = steps_[i];
    // Unused layers too, so that both kinds of plan agree on the place of packed weights.
    step.packed_offset =
        std::exchange(packed_size_, packed_size_ + round_up_to_lanes(step.layer->packed_size()));
    if (!step.is_used) {
      continue;
    }
    const std::size_t backward = backward_moment(i);
    for (Input& input : step.inputs) {
      const std::size_t source = memory_of_[input.value];
      input.adds_to_gradient = written[source] && values_[source].requires_gradient;
      written[source] = true;
      if (input.adds_to_gradient) {
        pieces.add({values_[source].size, backward, backward}, input.spare_offset);
      }
    }
    pieces.add_forward({step.layer->cache_size(), 2 * i, backward}, step.cache_offset);
    pieces.add_forward({step.layer->statistics_size(), 2 * i, backward}, step.statistics_offset);
    step.shared_offset =
        std::exchange(shared_size_, shared_size_ + round_up_to_lanes(step.layer->shared_size()));
    scratch_size_ = std::max(scratch_size_, step.layer->scratch_size());
  }
  pieces.add_scratch(scratch_size_, scratch_offset_);
  std::tie(kept_size_, passing_size_) = pieces.place_all();
}

}  // namespace tinycnn
