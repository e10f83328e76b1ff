// SPDX-License-Identifier: MIT
#include "plan/plan.h"

#include <algorithm>
#include <array>
#include <ranges>

#include "kernels/sum_slots.h"
#include "layers/conv2d_max_pool2d.h"
#include "model/layer_types.h"

namespace tinycnn {
namespace {

std::size_t to_value(int layer) { return static_cast<std::size_t>(layer + 1); }

}  // namespace

Plan::Plan(const ModelSummary& summary, std::span<const ParameterRange> ranges, PlanKind kind) {
  find_consumers(summary, kind);
  make_steps(summary, ranges, kind);
  plan_memory(kind);
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
    for (const int source : layer.inputs) {
      if (used_[value]) {
        used_[to_value(source)] = true;
        ++values_[to_value(source)].consumers;
      }
    }
  }
}

/// Whether the only used layer that reads a value can apply a ReLU to it.
bool Plan::reader_applies_relu(const ModelSummary& summary, std::size_t value) const {
  for (std::size_t reader = value + 1; reader < values_.size(); ++reader) {
    const LayerSummary& layer = summary.layers[reader - 1];
    if (used_[reader] && info_of(layer.spec.type).relu_fusion == ReLUFusion::kBefore &&
        to_value(layer.inputs.front()) == value) {
      return values_[value].consumers == 1;
    }
  }
  return false;
}

/// Makes a max-pool and the convolution that it reads, through a ReLU or directly, one step in the
/// convolution's place. Returns whether they can be.
bool Plan::join_convolution(const ModelSummary& summary, std::size_t pool, bool applies_relu) {
  const auto source_of = [&](std::size_t value) {
    return to_value(summary.layers[value - 1].inputs.front());
  };
  const std::size_t source = source_of(pool);
  const std::size_t conv = applies_relu ? source_of(source) : source;
  if (conv == 0 || summary.layers[conv - 1].spec.type != LayerType::kConv2d ||
      values_[source].consumers != 1 || values_[conv].consumers != 1 ||
      !Conv2dMaxPool2d::fits(summary.layers[conv - 1], summary.layers[pool - 1])) {
    return false;
  }
  const auto step = std::ranges::find(steps_, conv, &Step::output);
  step->layer =
      std::make_unique<Conv2dMaxPool2d>(summary.layers[conv - 1], summary.layers[pool - 1],
                                        applies_relu ? Activation::kReLU : Activation::kNone);
  step->output = pool;
  // No other step reads these.
  memory_of_[conv] = memory_of_[source] = pool;
  return true;
}

void Plan::make_steps(const ModelSummary& summary, std::span<const ParameterRange> ranges,
                      PlanKind kind) {
  memory_of_.resize(values_.size());
  // Whether a value is a ReLU that the layer after it applies.
  std::vector<std::uint8_t> waiting(values_.size(), 0);
  for (std::size_t value = 1; value < values_.size(); ++value) {
    memory_of_[value] = value;
    const LayerSummary& layer = summary.layers[value - 1];
    const std::size_t source = to_value(layer.inputs.front());
    values_[value].requires_gradient =
        std::ranges::any_of(layer.parameters, &ParameterSpec::is_trained);
    for (const int input : layer.inputs) {
      values_[value].requires_gradient |= values_[to_value(input)].requires_gradient;
    }
    const bool alone = used_[value] && values_[source].consumers == 1;
    const bool is_free_relu =
        layer.spec.type == LayerType::kReLU && kind == PlanKind::kFused && alone;
    const bool waits = is_free_relu && reader_applies_relu(summary, value);
    const bool fuses =
        is_free_relu && !waits && source > 0 &&
        info_of(summary.layers[source - 1].spec.type).relu_fusion == ReLUFusion::kAfter;
    if (fuses) {
      const auto producer = std::ranges::find(steps_, source, &Step::output);
      producer->layer = make_layer(summary.layers[source - 1], Activation::kReLU);
    }
    waiting[value] = waits;
    if (fuses || waits || (info_of(layer.spec.type).is_view && alone)) {
      memory_of_[value] = memory_of_[source];
      continue;
    }
    if (layer.spec.type == LayerType::kMaxPool2d && kind == PlanKind::kFused && alone &&
        join_convolution(summary, value, waiting[source] != 0)) {
      continue;
    }
    Step& step = steps_.emplace_back();
    step.layer = make_layer(layer, waiting[source] ? Activation::kReLU : Activation::kNone);
    step.range = ranges[value - 1];
    for (const int input : layer.inputs) {
      step.inputs.push_back({.value = to_value(input)});
    }
    step.output = value;
    step.is_used = used_[value];
    step.trains = std::ranges::any_of(layer.parameters, &ParameterSpec::is_trained);
    if (step.is_used && step.layer->needs_batch_statistics()) {
      barriers_.push_back(steps_.size() - 1);
    }
  }
}

const Plan::Value& Plan::memory_of(std::size_t value) const { return values_[memory_of_[value]]; }

Weights Plan::weights(const Step& step, const PlanMemory& memory) const {
  const ParameterRange& range = step.range;
  return {memory.parameters.subspan(range.weight_offset, range.weight_size),
          memory.parameters.subspan(range.bias_offset, range.bias_size),
          memory.parameters.subspan(range.running_offset, range.running_size),
          memory.packed.subspan(step.packed_offset, step.layer->packed_size()),
          {}};
}

/// The operands of a step for one block.
class Plan::Operands {
 public:
  Operands(const Plan& plan, const Step& step, const PlanMemory& memory, const PlanBlock& block)
      : plan_(plan), step_(step), memory_(memory), block_(block) {
    for (std::size_t i = 0; i < step.inputs.size(); ++i) {
      const Value& value = plan.memory_of(step.inputs[i].value);
      inputs_[i] = block.workspace.subspan(value.offset, value.size);
    }
  }

  [[nodiscard]] BlockForward forward() {
    BlockForward operands;
    fill(operands);
    operands.output = output();
    return operands;
  }

  [[nodiscard]] BlockBackward backward(std::span<float> d_parameters) {
    const Workspace& workspace = block_.workspace;
    for (std::size_t i = 0; i < step_.inputs.size(); ++i) {
      const Input& input = step_.inputs[i];
      const Value& value = plan_.memory_of(input.value);
      const std::size_t offset =
          input.adds_to_gradient ? input.spare_offset : value.gradient_offset;
      d_inputs_[i] =
          value.requires_gradient ? workspace.subspan(offset, value.size) : std::span<float>();
    }
    const Value& out = plan_.values_[step_.output];
    BlockBackward operands;
    fill(operands);
    operands.weights.packed_backward =
        memory_.packed_backward.subspan(step_.packed_backward_offset, step_.packed_backward_size);
    operands.output = output();
    operands.d_output = workspace.subspan(out.gradient_offset, out.size);
    operands.is_first = block_.is_first_of_slot;
    operands.d_inputs = std::span(d_inputs_).first(step_.inputs.size());
    if (step_.trains) {
      operands.d_weight = d_parameters.subspan(step_.range.weight_offset, step_.range.weight_size);
      operands.d_bias = d_parameters.subspan(step_.range.bias_offset, step_.range.bias_size);
    }
    return operands;
  }

  [[nodiscard]] std::span<float> statistics() const {
    return block_.workspace.subspan(step_.statistics_offset, step_.layer->statistics_size());
  }

 private:
  void fill(Block& operands) const {
    operands.pass = block_.pass;
    operands.first_sample = block_.first_sample;
    operands.weights = plan_.weights(step_, memory_);
    operands.inputs = std::span(inputs_).first(step_.inputs.size());
    operands.cache = block_.workspace.subspan(step_.cache_offset, step_.layer->cache_size());
    operands.scratch = block_.workspace.subspan(plan_.scratch_offset_, plan_.scratch_size_);
    operands.shared = memory_.shared.subspan(step_.shared_offset, step_.layer->shared_size());
  }
  [[nodiscard]] std::span<float> output() const {
    const Value& out = plan_.values_[step_.output];
    return block_.workspace.subspan(out.offset, out.size);
  }

  const Plan& plan_;
  const Step& step_;
  const PlanMemory& memory_;
  const PlanBlock& block_;
  std::array<std::span<const float>, kMaxInputs> inputs_;
  std::array<std::span<float>, kMaxInputs> d_inputs_;
};

void Plan::pack(std::span<const float> parameters, std::span<float> packed) const noexcept {
  for (const Step& step : steps_) {
    step.layer->pack(parameters.subspan(step.range.weight_offset, step.range.weight_size),
                     packed.subspan(step.packed_offset, step.layer->packed_size()));
  }
}

void Plan::pack_backward(std::span<const float> parameters,
                         std::span<float> packed) const noexcept {
  for (const Step& step : steps_) {
    if (step.packed_backward_size > 0) {
      step.layer->pack_backward(
          parameters.subspan(step.range.weight_offset, step.range.weight_size),
          packed.subspan(step.packed_backward_offset, step.packed_backward_size));
    }
  }
}

std::span<float> Plan::input(const Workspace& workspace) const noexcept {
  return workspace.subspan(values_[0].offset, values_[0].size);
}

std::span<float> Plan::output(const Workspace& workspace, std::size_t index) const noexcept {
  return workspace.subspan(memory_of(index + 1).offset, values_[index + 1].size);
}

std::span<float> Plan::d_output(const Workspace& workspace) const noexcept {
  const std::size_t value = values_.size() - 1;
  return workspace.subspan(memory_of(value).gradient_offset, values_[value].size);
}

void Plan::forward(const PlanMemory& memory, const PlanBlock& block) const noexcept {
  for (const Step& step : steps_) {
    if (step.is_used) {
      step.layer->forward(Operands(*this, step, memory, block).forward());
    }
  }
}

void Plan::forward_phase(std::size_t phase, const PlanMemory& memory,
                         const PlanBlock& block) const noexcept {
  const std::size_t first = phase == 0 ? 0 : barriers_[phase - 1];
  const std::size_t end = phase < barriers_.size() ? barriers_[phase] : steps_.size();
  for (std::size_t i = first; i < end; ++i) {
    if (steps_[i].is_used) {
      steps_[i].layer->forward(Operands(*this, steps_[i], memory, block).forward());
    }
  }
  if (end < steps_.size()) {
    Operands operands(*this, steps_[end], memory, block);
    steps_[end].layer->forward_statistics(operands.forward(), operands.statistics());
  }
}

void Plan::backward_phase(std::size_t phase, const PlanMemory& memory, const PlanBlock& block,
                          std::span<float> d_parameters) const noexcept {
  // From the last barrier to the first: a phase starts below one barrier and stops above the next.
  const std::size_t from = phase == 0 ? steps_.size() : barriers_[barriers_.size() - phase] + 1;
  const std::size_t stop =
      phase < barriers_.size() ? barriers_[barriers_.size() - 1 - phase] + 1 : 0;
  for (std::size_t i = from; i-- > stop;) {
    const Step& step = steps_[i];
    if (step.is_used && values_[step.output].requires_gradient) {
      step.layer->backward(Operands(*this, step, memory, block).backward(d_parameters));
      add_spare_gradients(step, block.workspace);
    }
  }
  if (stop > 0 && values_[steps_[stop - 1].output].requires_gradient) {
    Operands operands(*this, steps_[stop - 1], memory, block);
    steps_[stop - 1].layer->backward_statistics(operands.backward(d_parameters),
                                                operands.statistics());
  }
}

void Plan::add_spare_gradients(const Step& step, const Workspace& workspace) const noexcept {
  for (const Input& input : step.inputs) {
    if (input.adds_to_gradient) {
      const Value& value = memory_of(input.value);
      const std::array sum{workspace.subspan(value.gradient_offset, value.size).data(),
                           workspace.subspan(input.spare_offset, value.size).data()};
      kernels::sum_slots(sum, value.size);
    }
  }
}

std::vector<std::span<float>> Plan::statistics(const Step& step,
                                               std::span<const Workspace> workspaces) const {
  std::vector<std::span<float>> statistics;
  statistics.reserve(workspaces.size());
  for (const Workspace& workspace : workspaces) {
    statistics.push_back(workspace.subspan(step.statistics_offset, step.layer->statistics_size()));
  }
  return statistics;
}

void Plan::reduce_forward_statistics(std::size_t phase, const Pass& pass, const PlanMemory& memory,
                                     std::span<const Workspace> workspaces,
                                     std::span<float> mutable_parameters) const {
  const Step& step = steps_[barriers_[phase]];
  step.layer->reduce_forward_statistics(
      pass, weights(step, memory), statistics(step, workspaces),
      memory.shared.subspan(step.shared_offset, step.layer->shared_size()),
      mutable_parameters.subspan(step.range.running_offset, step.range.running_size));
}

void Plan::reduce_backward_statistics(std::size_t phase, const Pass& pass, const PlanMemory& memory,
                                      std::span<const Workspace> workspaces) const {
  const Step& step = steps_[barriers_[barriers_.size() - 1 - phase]];
  if (!values_[step.output].requires_gradient) {
    return;
  }
  step.layer->reduce_backward_statistics(
      pass, weights(step, memory), statistics(step, workspaces),
      memory.shared.subspan(step.shared_offset, step.layer->shared_size()));
}

}  // namespace tinycnn
