// SPDX-License-Identifier: MIT
#include "plan.h"

#include <algorithm>
#include <utility>

#include "tinycnn/error.h"

namespace tinycnn {
namespace {

constexpr std::size_t kMaxWorkspace = std::size_t{1} << 28;  // floats

std::size_t source_value(const LayerSummary& layer) {
  return static_cast<std::size_t>(layer.inputs.front() + 1);
}

}  // namespace

Plan::Plan(const ModelSummary& summary, std::span<const ParameterRange> ranges, PlanKind kind) {
  find_consumers(summary, kind);
  make_steps(summary, ranges, kind);
  plan_memory();
}

void Plan::find_consumers(const ModelSummary& summary, PlanKind kind) {
  const std::size_t count = summary.layers.size() + 1;
  values_.resize(count);
  used_.assign(count, kind == PlanKind::kInspectable);
  used_.back() = true;
  values_[0].size = summary.input.block_size();
  for (std::size_t value = count - 1; value > 0; --value) {
    const LayerSummary& layer = summary.layers[value - 1];
    values_[value].size = layer.output.block_size();
    if (used_[value]) {
      used_[source_value(layer)] = true;
      ++values_[source_value(layer)].consumers;
    }
  }
}

void Plan::make_steps(const ModelSummary& summary, std::span<const ParameterRange> ranges,
                      PlanKind kind) {
  memory_of_.resize(values_.size());
  for (std::size_t value = 0; value < values_.size(); ++value) {
    memory_of_[value] = value;
    if (value == 0) {
      continue;
    }
    const LayerSummary& layer = summary.layers[value - 1];
    const std::size_t source = source_value(layer);
    values_[value].requires_gradient =
        !layer.parameters.empty() || values_[source].requires_gradient;
    const bool alone = used_[value] && values_[source].consumers == 1;
    const bool fuses = layer.spec.type == LayerType::kReLU && kind == PlanKind::kFused && alone &&
                       source > 0 && can_fuse_activation(summary.layers[source - 1].spec.type);
    if (fuses) {
      const auto producer = std::ranges::find(steps_, source, &Step::output);
      producer->layer = make_layer(summary.layers[source - 1], Activation::kReLU);
    }
    if (fuses || (layer.spec.type == LayerType::kFlatten && alone)) {
      memory_of_[value] = memory_of_[source];
      continue;
    }
    Step& step = steps_.emplace_back();
    step.layer = make_layer(layer, Activation::kNone);
    step.range = ranges[value - 1];
    step.input = source;
    step.output = value;
    step.is_used = used_[value];
  }
}

void Plan::plan_memory() {
  const auto take = [this](std::size_t size) {
    // Refused before it can overflow: no single size is above 2^30 floats.
    if (workspace_size_ > kMaxWorkspace || size > kMaxWorkspace) {
      fail("[memory] expected a model whose activations and gradients for ", kLanes,
           " samples fit into 1 GiB, got one that needs more");
    }
    return std::exchange(workspace_size_, workspace_size_ + round_up_to_lanes(size));
  };
  std::size_t spare = 0;
  for (std::size_t value = 0; value < values_.size(); ++value) {
    if (memory_of_[value] == value && used_[value]) {
      values_[value].offset = take(values_[value].size);
      values_[value].gradient_offset =
          values_[value].requires_gradient ? take(values_[value].size) : 0;
    }
  }
  std::vector<bool> written(values_.size(), false);
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    // Unused layers too, so that both kinds of plan agree on the place of packed weights.
    step->packed_offset = packed_size_;
    packed_size_ += round_up_to_lanes(step->layer->packed_size());
    if (!step->is_used) {
      continue;
    }
    const std::size_t source = memory_of_[step->input];
    step->adds_to_gradient = written[source];
    written[source] = true;
    spare = std::max(spare, step->adds_to_gradient ? values_[source].size : 0);
    step->cache_offset = take(step->layer->cache_size());
    scratch_size_ = std::max(scratch_size_, step->layer->scratch_size());
  }
  scratch_offset_ = take(scratch_size_);
  spare_offset_ = take(spare);
}

Weights Plan::weights(const Step& step, std::span<const float> parameters,
                      std::span<const float> packed) const noexcept {
  return {parameters.subspan(step.range.weight_offset, step.range.weight_size),
          parameters.subspan(step.range.bias_offset, step.range.bias_size),
          packed.subspan(step.packed_offset, step.layer->packed_size())};
}

void Plan::pack(std::span<const float> parameters, std::span<float> packed) const noexcept {
  for (const Step& step : steps_) {
    step.layer->pack(parameters.subspan(step.range.weight_offset, step.range.weight_size),
                     packed.subspan(step.packed_offset, step.layer->packed_size()));
  }
}

std::span<float> Plan::input(std::span<float> workspace) const noexcept {
  return workspace.subspan(values_[0].offset, values_[0].size);
}

std::span<float> Plan::output(std::span<float> workspace, std::size_t index) const noexcept {
  const std::size_t value = index + 1;
  return workspace.subspan(values_[memory_of_[value]].offset, values_[value].size);
}

std::span<float> Plan::d_output(std::span<float> workspace) const noexcept {
  const std::size_t value = values_.size() - 1;
  return workspace.subspan(values_[memory_of_[value]].gradient_offset, values_[value].size);
}

void Plan::forward(std::span<const float> parameters, std::span<const float> packed,
                   std::span<float> workspace) const noexcept {
  for (const Step& step : steps_) {
    if (!step.is_used) {
      continue;
    }
    const Value& in = values_[memory_of_[step.input]];
    const Value& out = values_[step.output];
    step.layer->forward({.weights = weights(step, parameters, packed),
                         .input = workspace.subspan(in.offset, in.size),
                         .output = workspace.subspan(out.offset, out.size),
                         .cache = workspace.subspan(step.cache_offset, step.layer->cache_size()),
                         .scratch = workspace.subspan(scratch_offset_, scratch_size_)});
  }
}

void Plan::backward(std::span<const float> parameters, std::span<const float> packed,
                    std::span<float> workspace, std::span<float> d_parameters) const noexcept {
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    const Value& in = values_[memory_of_[step->input]];
    const Value& out = values_[step->output];
    if (!step->is_used || !out.requires_gradient) {
      continue;
    }
    std::span<float> d_input;
    if (in.requires_gradient) {
      d_input =
          workspace.subspan(step->adds_to_gradient ? spare_offset_ : in.gradient_offset, in.size);
    }
    step->layer->backward(
        {.weights = weights(*step, parameters, packed),
         .input = workspace.subspan(in.offset, in.size),
         .output = workspace.subspan(out.offset, out.size),
         .d_output = workspace.subspan(out.gradient_offset, out.size),
         .d_input = d_input,
         .d_weight = d_parameters.subspan(step->range.weight_offset, step->range.weight_size),
         .d_bias = d_parameters.subspan(step->range.bias_offset, step->range.bias_size),
         .cache = workspace.subspan(step->cache_offset, step->layer->cache_size()),
         .scratch = workspace.subspan(scratch_offset_, scratch_size_)});
    if (in.requires_gradient && step->adds_to_gradient) {
      float* sum = workspace.subspan(in.gradient_offset, in.size).data();
      std::ranges::transform(d_input, std::span(sum, in.size), sum,
                             [](float a, float b) { return b + a; });
    }
  }
}

}  // namespace tinycnn
