// SPDX-License-Identifier: MIT
#include "formats/inference_memory.h"

#include <algorithm>

#include "plan/arena.h"

namespace tinycnn {
namespace {

bool is_elementwise(LayerType type) {
  switch (type) {
    case LayerType::kReLU:
    case LayerType::kReLU6:
    case LayerType::kLeakyReLU:
    case LayerType::kSigmoid:
    case LayerType::kTanh:
    case LayerType::kSiLU:
    case LayerType::kGELU:
    case LayerType::kBatchNorm2d:
    case LayerType::kAdd:
    case LayerType::kSoftmax:
    case LayerType::kLogSoftmax:
      return true;
    default:
      return false;
  }
}

/// Values are numbered from 0, the input, so that value i + 1 is what step i gives, at time i + 1.
class MemoryPlanner {
 public:
  MemoryPlanner(std::span<const MemoryStep> steps, const std::vector<bool>& fused)
      : steps_(steps), fused_(fused) {}

  InferenceMemory plan(std::size_t input_size) {
    add_buffer(input_size, 0);
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      place(static_cast<int>(i));
    }
    InferenceMemory memory;
    memory.size = place_buffers(buffers_, 0);
    memory.input = buffers_.front().offset;
    for (std::size_t i = 1; i < buffer_of_.size(); ++i) {
      memory.outputs.push_back(buffers_[buffer_of_[i]].offset);
    }
    return memory;
  }

 private:
  void add_buffer(std::size_t size, std::size_t time) {
    buffer_of_.push_back(buffers_.size());
    buffers_.push_back({.size = size, .first = time, .last = time});
  }

  void place(int index) {
    const MemoryStep& step = step_at(index);
    const auto time = static_cast<std::size_t>(index) + 1;
    const auto fused = [&](int input) {
      return input >= 0 && fused_[static_cast<std::size_t>(input)];
    };
    for (int input : step.inputs) {
      // What is computed on the way reads its own input at this time.
      input = fused(input) ? step_at(input).inputs.front() : input;
      ArenaBuffer& buffer = buffers_[buffer_of_[static_cast<std::size_t>(input + 1)]];
      buffer.last = std::max(buffer.last, time);
    }
    const auto shared = buffer_of_[static_cast<std::size_t>(step.inputs.front() + 1)];
    if (fused(index)) {
      add_buffer(0, time);
    } else if (step.is_view || may_overwrite(index, shared)) {
      buffer_of_.push_back(shared);
    } else {
      add_buffer(step.size, time);
    }
  }

  [[nodiscard]] const MemoryStep& step_at(int index) const {
    return steps_[static_cast<std::size_t>(index)];
  }

  /// Whether an elementwise step is the last reader of everything that lies in a buffer.
  [[nodiscard]] bool may_overwrite(int index, std::size_t buffer) const {
    const MemoryStep& step = step_at(index);
    if (!step.is_in_place) {
      return false;
    }
    // A sum or product of three or more is written before its third input is read.
    for (std::size_t i = 2; i < step.inputs.size(); ++i) {
      if (buffer_of_[static_cast<std::size_t>(step.inputs[i] + 1)] == buffer) {
        return false;
      }
    }
    for (std::size_t value = 0; value < buffer_of_.size(); ++value) {
      if (buffer_of_[value] == buffer) {
        if (last_reader(static_cast<int>(value) - 1) > index) {
          return false;
        }
      }
    }
    return true;
  }

  /// The last step in whose place a value is read: what is computed on the way reads it later than
  /// it stands.
  [[nodiscard]] int last_reader(int value) const {
    int last = -1;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (std::ranges::find(steps_[i].inputs, value) != steps_[i].inputs.end()) {
        const int reader = static_cast<int>(i);
        last = std::max(last, fused_[i] ? last_reader(reader) : reader);
      }
    }
    return last;
  }

  std::span<const MemoryStep> steps_;
  const std::vector<bool>& fused_;
  std::vector<ArenaBuffer> buffers_;
  std::vector<std::size_t> buffer_of_;  // of each value
};

}  // namespace

InferenceMemory plan_memory(std::size_t input_size, std::span<const MemoryStep> steps,
                            const std::vector<bool>& fused) {
  return MemoryPlanner(steps, fused).plan(input_size);
}

InferenceMemory plan_memory(const InferenceGraph& graph, const std::vector<bool>& fused) {
  std::vector<MemoryStep> steps;
  for (const InferenceStep& step : graph.steps()) {
    steps.push_back({.inputs = step.inputs,
                     .size = step.output.size(),
                     .is_view = step.type == LayerType::kFlatten,
                     .is_in_place = is_elementwise(step.type)});
  }
  return plan_memory(graph.output_of(-1).size(), steps, fused);
}

}  // namespace tinycnn
