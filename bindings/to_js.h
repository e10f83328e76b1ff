// SPDX-License-Identifier: MIT
// From the core's types to JavaScript values. Arrays are copies outside the heap.
#pragma once

#include <emscripten/val.h>

#include <cstdint>
#include <span>
#include <vector>

#include "tinycnn/learning_rate_finder.h"
#include "tinycnn/model_spec.h"
#include "tinycnn/trainer.h"
#include "zoo.h"

namespace tinycnn::bindings {

using emscripten::val;

val guarded_call(val (*call)(const void* function), const void* function);

/// Calls function() and wraps what it returns: { value } or, for an exception, { error: text }, so
/// that nothing is thrown across Embind.
template <class Function>
val guarded(const Function& function) {
  return guarded_call(
      [](const void* context) -> val { return (*static_cast<const Function*>(context))(); },
      &function);
}

val from_bytes(std::span<const std::uint8_t> bytes);
val from_floats(std::span<const float> floats);
val from_model_spec(const ModelSpec& spec);
val from_summary(const ModelSummary& summary);
val from_zoo_entry(const ZooEntry& entry);
val from_tensors(const std::vector<NamedTensor>& tensors);
val from_maps(const std::vector<ActivationMap>& maps);
val from_train_result(const TrainResult& result);
val from_range_test(const RangeTest& test);
val from_evaluation(const Evaluation& evaluation, int classes);

}  // namespace tinycnn::bindings
