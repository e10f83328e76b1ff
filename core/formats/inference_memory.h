// SPDX-License-Identifier: MIT
// Where the activations of a prediction lie in one arena: views and what may be computed in place
// share memory, as do buffers that are not alive at the same time.
#pragma once

#include <cstddef>
#include <vector>

#include "formats/inference_graph.h"

namespace tinycnn {

struct InferenceMemory {
  std::size_t input = 0;             ///< offset of the normalized input, in values
  std::vector<std::size_t> outputs;  ///< of each step
  std::size_t size = 0;              ///< of the arena, in values
};

/// fused: for each step whether the step that reads it computes it on the way, so that it has no
/// memory.
InferenceMemory plan_memory(const InferenceGraph& graph, const std::vector<bool>& fused);

}  // namespace tinycnn
