// SPDX-License-Identifier: MIT
// The kernels behind the zoo's layers, one layer and direction at a time, on one block of B samples
// as training meets it, and convolutions joined with their max-pool: what there is to measure, by
// number. Clocks are the caller's.
#pragma once

#include <string>
#include <vector>

namespace tinycnn::bench {

struct LayerTask {
  std::string name;            ///< "bn-gap-12k conv2 backward"
  std::string what;            ///< "conv2d 16x26x26 -> 32x24x24"
  double macs = 0.0;           ///< nominal multiply-adds of a block; 0 for layers without
  bool has_reference = false;  ///< whether core/reference can do the same
};

/// Every geometry once, by the first model of the zoo that has it.
const std::vector<LayerTask>& layer_tasks();

/// Runs a task `count` times; the first call of a task makes its memory.
void run_layer_task(int index, int count);

/// The same by its scalar reference, once.
void run_layer_reference(int index);

/// How far a task's results are from its reference's: the largest difference, as a share of the
/// largest value in the same tensor.
double reference_difference(int index);

}  // namespace tinycnn::bench
