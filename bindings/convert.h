// SPDX-License-Identifier: MIT
// Between JavaScript values and the core's types; the one place that copies across the heap's edge.
// Everything read from JavaScript is checked; tinycnn::Error says what was expected.
#pragma once

#include <emscripten/val.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "tinycnn/learning_rate_finder.h"
#include "tinycnn/model_spec.h"
#include "tinycnn/trainer.h"
#include "zoo.h"

namespace tinycnn::bindings {

using emscripten::val;

/// Calls function() and wraps what it returns: { value } or, for an exception, { error: text }, so
/// that nothing is thrown across Embind.
val guarded(const std::function<val()>& function);

// From JavaScript.
std::int64_t to_integer(const val& value, const std::string& what);
std::uint64_t to_seed(const val& value, const std::string& what);
double to_number(const val& value, const std::string& what);
std::string to_text(const val& value, const std::string& what);
std::vector<std::uint8_t> to_bytes(const val& value, const std::string& what);
std::vector<float> to_floats(const val& value, const std::string& what);
ModelSpec to_model_spec(const val& value);
TrainerOptions to_trainer_options(const val& value);
Schedule to_schedule(const val& value);
RangeTestOptions to_range_test_options(const val& value);
Split to_split(const val& value);
/// { images, labels, height, width }
Dataset to_dataset(const val& value);
std::vector<NamedTensor> to_tensors(const val& value);

// To JavaScript. Arrays are copies outside the heap.
val from_bytes(std::span<const std::uint8_t> bytes);
val from_floats(std::span<const float> floats);
val from_model_spec(const ModelSpec& spec);
val from_summary(const ModelSummary& summary);
val from_zoo_entry(const ZooEntry& entry);
val from_tensors(const std::vector<NamedTensor>& tensors);
val from_maps(const std::vector<ActivationMap>& maps);
val from_range_test(const RangeTest& test);
val from_evaluation(const Evaluation& evaluation, int classes);

}  // namespace tinycnn::bindings
