// SPDX-License-Identifier: MIT
// Where the activations of a prediction lie in one arena: views and what may be computed in place
// share memory, as do buffers that are not alive at the same time.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "formats/inference_graph.h"

namespace tinycnn {

struct InferenceMemory {
  std::size_t input = 0;             ///< offset of the normalized input, in values
  std::vector<std::size_t> outputs;  ///< of each step
  std::size_t size = 0;              ///< of the arena, in values
};

/// What a step reads and writes. Steps are numbered from 0; -1 is the input.
struct MemoryStep {
  std::vector<int> inputs{};
  std::size_t size = 0;      ///< of its output, in values
  bool is_view = false;      ///< whether its output is its input
  bool is_in_place = false;  ///< whether it may write where its first or second input lies
};

/// fused: for each step whether the step that reads it computes it on the way, so that it has no
/// memory.
InferenceMemory plan_memory(std::size_t input_size, std::span<const MemoryStep> steps,
                            const std::vector<bool>& fused);
InferenceMemory plan_memory(const InferenceGraph& graph, const std::vector<bool>& fused);

}  // namespace tinycnn
