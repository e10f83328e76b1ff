// SPDX-License-Identifier: MIT
// From when to when a plan's values, gradients and caches are needed, and from that their places in
// the workspace.
//
// Time steps: step i computes its statistics at 2i and forward at 2i + 1. The loss follows at
// loss_time(). Then step i computes its backward statistics at backward_time(i) - 1 and backward at
// backward_time(i).
#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include "plan/arena.h"
#include "plan/plan.h"

namespace tinycnn {

/// The buffers of a workspace's two parts, and where to write their offsets.
class Plan::WorkspaceParts {
 public:
  WorkspaceParts(const Plan& plan, PlanKind kind) : plan_(plan), kind_(kind) {}

  /// Persistent if it is alive in more than one phase, else transient.
  void add(const ArenaBuffer& buffer, std::size_t& offset) {
    const bool is_persistent = plan_.phase_at(buffer.first) != plan_.phase_at(buffer.last);
    put(is_persistent ? persistent_ : transient_, buffer, offset);
  }
  /// The same for what only training needs.
  void add_for_training(const ArenaBuffer& buffer, std::size_t& offset) {
    if (kind_ == PlanKind::kFused) {
      add(buffer, offset);
    }
  }
  /// Alive at every time step, but holds nothing from one to the next.
  void add_scratch(std::size_t size, std::size_t& offset) {
    put(transient_, {size, 0, kAlways}, offset);
  }

  /// Returns the sizes of the persistent and the transient part. Offsets of the latter follow those
  /// of the former.
  std::pair<std::size_t, std::size_t> place_all() {
    const std::size_t persistent = persistent_.place_from(0);
    return {persistent, transient_.place_from(persistent) - persistent};
  }

 private:
  struct Part {
    std::size_t place_from(std::size_t start) {
      const std::size_t end = place_buffers(buffers, start);
      for (std::size_t i = 0; i < buffers.size(); ++i) {
        *offsets[i] = buffers[i].offset;
      }
      return end;
    }
    std::vector<ArenaBuffer> buffers;
    std::vector<std::size_t*> offsets;
  };
  void put(Part& fused, const ArenaBuffer& buffer, std::size_t& offset) {
    const bool is_inspectable = kind_ == PlanKind::kInspectable;
    Part& part = is_inspectable ? persistent_ : fused;
    part.buffers.push_back(is_inspectable ? ArenaBuffer{buffer.size, 0, kAlways} : buffer);
    part.offsets.push_back(&offset);
  }

  static constexpr std::size_t kAlways = std::numeric_limits<std::size_t>::max();
  const Plan& plan_;
  PlanKind kind_;
  Part persistent_;
  Part transient_;
};

std::size_t Plan::loss_time() const { return 2 * steps_.size(); }

std::size_t Plan::backward_time(std::size_t step) const { return 2 * (2 * steps_.size() - step); }

std::size_t Plan::phase_at(std::size_t time) const {
  std::size_t phase = 0;
  for (const std::size_t barrier : barriers_) {
    phase += time > 2 * barrier ? 1 : 0;
    phase += time >= backward_time(barrier) ? 1 : 0;
  }
  return phase;
}

/// Lifetimes of the memory of values and of their gradients.
void Plan::find_lifetimes(std::vector<ArenaBuffer>& values,
                          std::vector<ArenaBuffer>& gradients) const {
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
    const std::size_t backward = backward_time(i);
    const bool goes_back = values_[step.output].requires_gradient;
    ArenaBuffer& output = values[step.output];
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
  values[end].last = std::max(values[end].last, loss_time());
  gradients[end].first = loss_time();
}

void Plan::plan_memory(PlanKind kind) {
  std::vector<ArenaBuffer> values;
  std::vector<ArenaBuffer> gradients;
  find_lifetimes(values, gradients);
  WorkspaceParts parts(*this, kind);
  for (std::size_t v = 0; v < values_.size(); ++v) {
    if (memory_of_[v] == v && used_[v]) {
      parts.add(values[v], values_[v].offset);
      if (values_[v].requires_gradient || v == memory_of_.back()) {
        parts.add_for_training(gradients[v], values_[v].gradient_offset);
      }
    }
  }
  std::vector<std::uint8_t> written(values_.size(), 0);
  for (std::size_t i = steps_.size(); i-- > 0;) {
    Step& step = steps_[i];
    // Also for unused layers, so that packed weights have the same offsets in both kinds of plan.
    step.packed_offset =
        std::exchange(packed_size_, packed_size_ + round_up_to_lanes(step.layer->packed_size()));
    if (!step.is_used) {
      continue;
    }
    const bool goes_further_back = std::ranges::any_of(
        step.inputs, [&](const Input& input) { return values_[input.value].requires_gradient; });
    step.packed_backward_size =
        goes_further_back && kind == PlanKind::kFused ? step.layer->packed_backward_size() : 0;
    step.packed_backward_offset =
        std::exchange(packed_backward_size_,
                      packed_backward_size_ + round_up_to_lanes(step.packed_backward_size));
    const std::size_t backward = backward_time(i);
    for (Input& input : step.inputs) {
      const std::size_t source = memory_of_[input.value];
      input.adds_to_gradient = written[source] && values_[source].requires_gradient;
      written[source] = true;
      if (input.adds_to_gradient) {
        parts.add_for_training({values_[source].size, backward, backward}, input.spare_offset);
      }
    }
    parts.add({step.layer->cache_size(), 2 * i, backward}, step.cache_offset);
    parts.add_for_training({step.layer->statistics_size(), 2 * i, backward},
                           step.statistics_offset);
    step.shared_offset =
        std::exchange(shared_size_, shared_size_ + round_up_to_lanes(step.layer->shared_size()));
    scratch_size_ = std::max(scratch_size_, step.layer->scratch_size());
  }
  parts.add_scratch(scratch_size_, scratch_offset_);
  std::tie(persistent_size_, transient_size_) = parts.place_all();
}

}  // namespace tinycnn
