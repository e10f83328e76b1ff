// SPDX-License-Identifier: MIT
#include "tinycnn/model.h"

#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "buffer.h"
#include "hash.h"
#include "plan.h"
#include "tinycnn/random.h"

namespace tinycnn {

struct Model::Memory {
  Buffer parameters;
  Buffer packed;
};

namespace {

/// Lays the parameters out one after another, each from a multiple of B on.
std::size_t lay_out(const ModelSummary& summary, std::vector<ParameterView>& views,
                    std::vector<ParameterRange>& ranges) {
  std::size_t end = 0;
  for (const LayerSummary& layer : summary.layers) {
    ParameterRange& range = ranges.emplace_back();
    for (const ParameterSpec& parameter : layer.parameters) {
      const bool is_bias = parameter.name.ends_with(".bias");
      (is_bias ? range.bias_offset : range.weight_offset) = end;
      (is_bias ? range.bias_size : range.weight_size) = parameter.size();
      views.push_back({parameter, end});
      end += round_up_to_lanes(parameter.size());
    }
  }
  return end;
}

}  // namespace

Model::Model(ModelSpec spec, std::uint64_t seed)
    : spec_(std::move(spec)), summary_(summarize(spec_)), memory_(std::make_unique<Memory>()) {
  std::vector<ParameterRange> ranges;
  memory_->parameters.resize(lay_out(summary_, views_, ranges));
  plan_ = std::make_unique<Plan>(summary_, ranges, PlanKind::kFused);
  inspection_plan_ = std::make_unique<Plan>(summary_, ranges, PlanKind::kInspectable);
  memory_->packed.resize(plan_->packed_size());
  initialize(seed);
}

Model::~Model() = default;

void Model::initialize(std::uint64_t seed) noexcept {
  for (std::size_t index = 0; index < views_.size(); ++index) {
    const auto& [spec, offset] = views_[index];
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
