// SPDX-License-Identifier: MIT
#include "tinycnn/model.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "support/buffer.h"
#include "support/hash.h"
#include "support/random.h"

namespace tinycnn {

struct Model::Memory {
  Buffer parameters;
};

namespace {

/// The parts of the flat memory, in its order.
enum Part : std::size_t { kTrained, kFrozen, kBuffers, kParts };

Part part_of(const ParameterSpec& parameter) {
  return !parameter.trainable ? kBuffers : parameter.frozen ? kFrozen : kTrained;
}

/// Where each part ends.
struct Layout {
  std::array<std::size_t, kParts> ends{};
};

/// Places one part after another, each tensor at a multiple of B. Views are in the order of the
/// layers.
Layout lay_out(const ModelSummary& summary, std::vector<ParameterView>& views) {
  for (const LayerSummary& layer : summary.layers) {
    for (const ParameterSpec& parameter : layer.parameters) {
      views.push_back({.spec = parameter});
    }
  }
  Layout layout;
  std::size_t end = 0;
  for (const Part part : {kTrained, kFrozen, kBuffers}) {
    for (auto& [spec, offset] : views) {
      if (part_of(spec) == part) {
        offset = end;
        end += round_up_to_lanes(spec.size());
      }
    }
    layout.ends[part] = end;
  }
  return layout;
}

}  // namespace

Model::Model(ModelSpec spec, std::uint64_t seed)
    : spec_(std::move(spec)), summary_(summarize(spec_)), memory_(std::make_unique<Memory>()) {
  const Layout layout = lay_out(summary_, views_);
  trainable_size_ = layout.ends[kTrained];
  buffers_offset_ = layout.ends[kFrozen];
  memory_->parameters.resize(buffer_size(1, layout.ends[kBuffers], "parameters"));
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
}

std::span<const float> Model::parameters() const { return memory_->parameters; }
std::span<float> Model::mutable_parameters() { return memory_->parameters; }

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
