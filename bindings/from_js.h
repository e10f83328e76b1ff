// SPDX-License-Identifier: MIT
// From JavaScript values to the core's types. Everything is checked; tinycnn::Error says what was
// expected. Arrays are copied into the heap.
#pragma once

#include <emscripten/val.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tinycnn/learning_rate_finder.h"
#include "tinycnn/model_spec.h"
#include "tinycnn/trainer.h"

namespace tinycnn::bindings {

using emscripten::val;

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

}  // namespace tinycnn::bindings
