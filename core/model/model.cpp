// SPDX-License-Identifier: MIT
#include "tinycnn/model.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "plan/plan.h"
#include "support/buffer.h"
#include "support/hash.h"
#include "tinycnn/random.h"

namespace tinycnn {

struct Model::Memory {
  Buffer parameters;
  Buffer packed;
};

namespace {

/// Where a parameter of this name goes in its layer's range.
void assign(ParameterRange& range, const ParameterSpec& parameter, std::size_t offset) {
  const std::size_t size = parameter.size();
  if (!parameter.trainable) {
    // Buffers of a layer follow one another; the range spans them all.
    range.running_offset = range.running_size == 0 ? offset : range.running_offset;
    range.running_size = offset + size - range.running_offset;
  } else if (parameter.name.ends_with(".bias")) {
    range.bias_offset = offset;
    range.bias_size = size;
  } else {
    range.weight_offset = offset;
    range.weight_size = size;
  }
}

/// The parts of the flat memory, in its order.
enum Part : std::size_t { kTrained, kFrozen, kBuffers, kParts };

Part part_of(const ParameterSpec& parameter) {
  return !parameter.trainable ? kBuffers : parameter.frozen ? kFrozen : kTrained;
}

/// Where each part ends.
struct Layout {
  std::array<std::size_t, kParts> ends{};
};

/// Lays out part after part, each tensor from a multiple of B on. Views are in the order of the
/// layers.
Layout lay_out(const ModelSummary& summary, std::vector<ParameterView>& views,
               std::vector<ParameterRange>& ranges) {
  ranges.resize(summary.layers.size());
  std::array<std::vector<std::size_t>, kParts> offsets;
  Layout layout;
  std::size_t end = 0;
  for (const Part part : {kTrained, kFrozen, kBuffers}) {
    for (std::size_t layer = 0; layer < ranges.size(); ++layer) {
      for (const ParameterSpec& parameter : summary.layers[layer].parameters) {
        if (part_of(parameter) == part) {
          assign(ranges[layer], parameter, end);
          offsets[part].push_back(end);
          end += round_up_to_lanes(parameter.size());
        }
      }
    }
    layout.ends[part] = end;
  }
  std::array<std::size_t, kParts> next{};
  for (const LayerSummary& layer : summary.layers) {
    for (const ParameterSpec& parameter : layer.parameters) {
      const Part part = part_of(parameter);
      views.push_back({parameter, offsets[part][next[part]++]});
    }
  }
  return layout;
}

}  // namespace

Model::Model(ModelSpec spec, std::uint64_t seed)
    : spec_(std::move(spec)), summary_(summarize(spec_)), memory_(std::make_unique<Memory>()) {
  std::vector<ParameterRange> ranges;
  const Layout layout = lay_out(summary_, views_, ranges);
  trainable_size_ = layout.ends[kTrained];
  buffers_offset_ = layout.ends[kFrozen];
  plan_ = std::make_unique<Plan>(summary_, ranges, PlanKind::kFused);
  inspection_plan_ = std::make_unique<Plan>(summary_, ranges, PlanKind::kInspectable);
  memory_->parameters.resize(buffer_size(1, layout.ends[kBuffers], "parameters"));
  memory_->packed.resize(buffer_size(1, plan_->packed_size(), "packed weights"));
  initialize(seed);
}

Model::~Model() = default;

void Model::initialize(std::uint64_t seed) noexcept {
  for (std::size_t index = 0; index < views_.size(); ++index) {
    const auto& [spec, offset] = views_[index];
    if (spec.fan_in == 0) {
      std::fill_n(&memory_->parameters[offset], spec.size(), spec.initial);
      continue;
    }
    const auto bound = static_cast<float>(1.0 / std::sqrt(static_cast<double>(spec.fan_in)));
    std::array<std::uint32_t, 4> words{};
    for (std::size_t i = 0; i < spec.size(); ++i) {
      if (i % 4 == 0) {
        words = philox(seed, Purpose::kInitialization, static_cast<std::uint32_t>(index), i / 4);
      }
      memory_->parameters[offset + i] = (to_unit_float(words[i % 4]) * 2.0F - 1.0F) * bound;
    }
  }
  parameters_changed();
}

std::span<const float> Model::parameters() const { return memory_->parameters; }
std::span<float> Model::mutable_parameters() { return memory_->parameters; }
std::span<const float> Model::packed() const { return memory_->packed; }

void Model::parameters_changed() noexcept { plan_->pack(memory_->parameters, memory_->packed); }

std::uint64_t Model::parameter_hash() const noexcept {
  Fnv1a hash;
  for (const auto& [spec, offset] : views_) {
    for (std::size_t i = 0; i < spec.size(); ++i) {
      const auto word = std::bit_cast<std::uint32_t>(memory_->parameters[offset + i]);
      hash.add(std::array{static_cast<std::uint8_t>(word), static_cast<std::uint8_t>(word >> 8),
                          static_cast<std::uint8_t>(word >> 16),
                          static_cast<std::uint8_t>(word >> 24)});
    }
  }
  return hash.value();
}

}  // namespace tinycnn
