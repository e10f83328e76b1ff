// SPDX-License-Identifier: MIT
#include "training/pruning_masks.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "support/text.h"
#include "tinycnn/checkpoint.h"

namespace tinycnn {
namespace {

constexpr std::size_t kBits = 8;

std::size_t prunable_count(const Model& model) {
  std::size_t count = 0;
  for (const ParameterView& view : model.parameter_views()) {
    count += is_prunable(view.spec) ? view.spec.size() : 0;
  }
  return count;
}

/// A share of a count, rounded to the nearest integer.
std::size_t share_of(double share, std::size_t count) {
  return static_cast<std::size_t>(std::floor(share * static_cast<double>(count) + 0.5));
}

constexpr int kPlaceBits = 32;

/// Orders as the absolute values of numbers do, a NaN last, and equal ones by their places.
std::uint64_t key(float number, std::size_t place) {
  constexpr std::uint32_t kAllButSign = 0x7FFF'FFFF;
  return std::uint64_t{std::bit_cast<std::uint32_t>(number) & kAllButSign} << kPlaceBits | place;
}

std::size_t place(std::uint64_t key) {
  return static_cast<std::size_t>(key & ((std::uint64_t{1} << kPlaceBits) - 1));
}

/// A quarter of the code of std::ranges::sort.
[[gnu::noinline]] void sort(std::span<std::uint64_t> keys) noexcept {
  std::ranges::make_heap(keys);
  std::ranges::sort_heap(keys);
}

void require_valid(const PruneOptions& options) {
  if (!(options.sparsity >= 0.0 && options.sparsity < 1.0)) {
    fail("[prune] expected a sparsity from 0 to below 1, got ", options.sparsity);
  }
  const auto& [start, steps, frequency] = options.schedule;
  if (std::min({start, steps, std::int64_t{frequency} - 1}) < 0 ||
      std::max(start, steps) > kMaxStep) {
    fail("[prune.schedule] expected start and steps from 0 to ", kMaxStep,
         " and a frequency from 1, got ", start, ", ", steps, " and ", frequency);
  }
}

}  // namespace

bool is_prunable(const ParameterSpec& parameter) {
  return parameter.is_trained() && parameter.shape.size() > 1;  // a bias has one side
}

void require_fits(const Model& model, const PruningState& state) {
  const std::size_t count = prunable_count(model);
  const bool prunes = state.sparsity > 0.0;
  const std::size_t bytes = prunes ? (count + kBits - 1) / kBits : 0;
  const auto is_within = [](std::int64_t value, std::int64_t min, std::int64_t max) {
    return value >= min && value <= max;
  };
  const bool has_others = prunes && count % kBits != 0 && state.pruned.size() == bytes &&
                          state.pruned.back() >> (count % kBits) != 0;
  if (state.pruned.size() != bytes || has_others ||
      !(state.sparsity >= 0.0 && state.sparsity < 1.0) || (prunes && count == 0) ||
      !is_within(state.start, 0, 2 * kMaxStep) || !is_within(state.steps, 0, kMaxStep) ||
      !is_within(state.frequency, 1, kMaxStep) ||
      !is_within(state.before, 0, static_cast<std::int64_t>(count))) {
    fail("[checkpoint] expected pruning of this session's model, got another or a damaged one");
  }
}

PruningMasks::PruningMasks(const Model& model, const PruningState& state) : plan_(state) {
  plan_.pruned.clear();
  if (state.sparsity == 0.0) {
    return;
  }
  pruned_.resize(model.trainable_size());
  for (const auto& [spec, offset] : model.parameter_views()) {
    if (!is_prunable(spec)) {
      continue;
    }
    for (std::size_t i = 0; i < spec.size(); ++i, ++count_) {
      const unsigned byte = state.pruned[count_ / kBits];
      pruned_[offset + i] = static_cast<std::uint8_t>(byte >> (count_ % kBits) & 1U);
      pruned_count_ += pruned_[offset + i];
    }
    weights_.push_back({.offset = offset, .size = spec.size()});
  }
  keys_.resize(count_);
}

PruningState PruningMasks::active_state() const {
  PruningState state = plan_;
  state.pruned.resize((count_ + kBits - 1) / kBits);
  std::size_t at = 0;
  for (const Range& range : weights_) {
    for (std::size_t i = 0; i < range.size; ++i, ++at) {
      const unsigned bit = pruned_[range.offset + i];
      state.pruned[at / kBits] =
          static_cast<std::uint8_t>(state.pruned[at / kBits] | bit << at % kBits);
    }
  }
  return state;
}

PruningMasks PruningMasks::with(const Model& model, const PruneOptions& options,
                                std::int64_t step) const {
  require_valid(options);
  if (options.sparsity == 0.0) {
    return {};
  }
  if (prunable_count(model) == 0) {
    fail("[prune] expected a convolution or linear layer that is not frozen, got none");
  }
  PruningState changed = state();
  changed.sparsity = options.sparsity;
  changed.start = step + options.schedule.start;
  changed.steps = options.schedule.steps;
  changed.frequency = options.schedule.frequency;
  changed.before = static_cast<std::int64_t>(pruned_count_);
  changed.pruned.resize((prunable_count(model) + kBits - 1) / kBits);
  PruningMasks masks(model, changed);
  if (share_of(options.sparsity, masks.count_) < pruned_count_) {
    fail("[prune] expected a sparsity of at least the present ",
         static_cast<double>(pruned_count_) / static_cast<double>(count_),
         ", or 0 to let all weights train again, got ", options.sparsity);
  }
  return masks;
}

/// Weights that are pruned after `step` mini-batches if the schedule has this step, else 0.
std::size_t PruningMasks::wanted_at(std::int64_t step) const noexcept {
  const std::int64_t t = step - plan_.start;
  if (t < 0 || t > plan_.steps || (t % plan_.frequency != 0 && t != plan_.steps)) {
    return 0;
  }
  const auto count = static_cast<double>(count_);
  const double before = static_cast<double>(plan_.before) / count;
  const double left =
      plan_.steps == 0 ? 0.0 : 1.0 - static_cast<double>(t) / static_cast<double>(plan_.steps);
  return share_of(plan_.sparsity + (before - plan_.sparsity) * left * left * left, count_);
}

bool PruningMasks::advance(std::int64_t step, std::span<const float> parameters) noexcept {
  const std::size_t wanted = is_active() ? wanted_at(step) : 0;
  if (wanted <= pruned_count_) {
    return false;
  }
  std::size_t kept = 0;
  for (const auto& [offset, size] : weights_) {
    const std::size_t first = kept;
    for (std::size_t i = offset; i < offset + size; ++i) {
      if (pruned_[i] == 0) {
        keys_[kept++] = key(parameters[i], i);
      }
    }
    sort(std::span(keys_).subspan(first, kept - first));
    double sum = 0.0;  // of the squares from here on
    for (std::size_t k = kept; k-- > first;) {
      const std::size_t i = place(keys_[k]);
      const double square = static_cast<double>(parameters[i]) * static_cast<double>(parameters[i]);
      sum += square;
      keys_[k] = key(static_cast<float>(square == 0.0 ? 0.0 : square / sum), i);
    }
  }
  sort(std::span(keys_).first(kept));
  for (const std::uint64_t each : std::span(keys_).first(wanted - pruned_count_)) {
    pruned_[place(each)] = 1;
  }
  pruned_count_ = wanted;
  return true;
}

void PruningMasks::clear(std::span<float> values, std::size_t first,
                         std::size_t count) const noexcept {
  for (std::size_t i = first; i < first + count; ++i) {
    values[i] = pruned_[i] != 0 ? 0.0F : values[i];
  }
}

void PruningMasks::clear(std::span<float> arrays) const noexcept {
  for (; is_active() && !arrays.empty(); arrays = arrays.subspan(pruned_.size())) {
    clear(arrays, 0, pruned_.size());
  }
}

Pruning PruningMasks::progress() const {
  const auto count = static_cast<double>(count_);
  return {.target = plan_.sparsity,
          .sparsity = count_ == 0 ? 0.0 : static_cast<double>(pruned_count_) / count};
}

}  // namespace tinycnn
