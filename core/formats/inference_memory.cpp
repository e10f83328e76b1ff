// SPDX-License-Identifier: MIT
#include "formats/inference_memory.h"

#include <algorithm>

#include "plan/arena.h"

namespace tinycnn {
namespace {

/// Values are numbered from 0, the input, so that value i + 1 is what step i gives, at time i + 1.
class MemoryPlanner {
 public:
  MemoryPlanner(const InferenceGraph& graph, const std::vector<bool>& fused)
      : graph_(graph), fused_(fused) {}

  InferenceMemory plan() {
    add_buffer(graph_.output_of(-1).size(), 0);
    for (std::size_t i = 0; i < graph_.steps().size(); ++i) {
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
    const InferenceStep& step = graph_.step(index);
    const auto time = static_cast<std::size_t>(index) + 1;
    const auto fused = [&](int input) {
      return input >= 0 && fused_[static_cast<std::size_t>(input)];
    };
    for (int input : step.inputs) {
      // What is computed on the way reads its own input at this time.
      input = fused(input) ? graph_.step(input).inputs.front() : input;
      ArenaBuffer& buffer = buffers_[buffer_of_[static_cast<std::size_t>(input + 1)]];
      buffer.last = std::max(buffer.last, time);
    }
    const auto shared = buffer_of_[static_cast<std::size_t>(step.inputs.front() + 1)];
    if (fused(index)) {
      add_buffer(0, time);
    } else if (step.type == LayerType::kFlatten || may_overwrite(index, shared)) {
      buffer_of_.push_back(shared);
    } else {
      add_buffer(step.output.size(), time);
    }
  }

  [[nodiscard]] static bool is_elementwise(const InferenceStep& step) {
    switch (step.type) {
      case LayerType::kReLU:
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

  /// Whether an elementwise step is the last reader of everything that lies in a buffer.
  [[nodiscard]] bool may_overwrite(int index, std::size_t buffer) const {
    const InferenceStep& step = graph_.step(index);
    if (!is_elementwise(step)) {
      return false;
    }
    // A sum of three or more is written before its third input is read.
    for (std::size_t i = 2; i < step.inputs.size(); ++i) {
      if (buffer_of_[static_cast<std::size_t>(step.inputs[i] + 1)] == buffer) {
        return false;
      }
    }
    for (std::size_t value = 0; value < buffer_of_.size(); ++value) {
      if (buffer_of_[value] == buffer) {
        for (const int reader : graph_.readers(static_cast<int>(value) - 1)) {
          if (reader > index) {
            return false;
          }
        }
      }
    }
    return true;
  }

  const InferenceGraph& graph_;
  const std::vector<bool>& fused_;
  std::vector<ArenaBuffer> buffers_;
  std::vector<std::size_t> buffer_of_;  // of each value
};

}  // namespace

InferenceMemory plan_memory(const InferenceGraph& graph, const std::vector<bool>& fused) {
  return MemoryPlanner(graph, fused).plan();
}

}  // namespace tinycnn
