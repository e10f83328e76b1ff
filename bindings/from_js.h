// SPDX-License-Identifier: MIT
// Converts JavaScript values to the core's types. Everything is checked; each function throws
// tinycnn::Error, which says what was expected. Arrays are copied into the heap. `what` and `field`
// name the value in errors; they are plain pointers because strings would make the code 10% larger.
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

std::int64_t to_integer(const val& value, const char* what, const char* field = nullptr);
std::uint64_t to_seed(const val& value, const char* what, const char* field = nullptr);
/// An integer from 1 to `max`.
std::uint64_t to_repetitions(const val& value, const char* what, std::uint64_t max);
double to_number(const val& value, const char* what, const char* field = nullptr);
std::string to_text(const val& value, const char* what, const char* field = nullptr);
std::vector<std::uint8_t> to_bytes(const val& value, const char* what, const char* field = nullptr);
std::vector<float> to_floats(const val& value, const char* what, const char* field = nullptr);
ModelSpec to_model_spec(const val& value);
TrainerOptions to_trainer_options(const val& value);
Schedule to_schedule(const val& value);
RangeTestOptions to_range_test_options(const val& value);
/// { images, labels, count, channels, height, width }
Dataset to_dataset(const val& value);
std::vector<NamedTensor> to_tensors(const val& value);

}  // namespace tinycnn::bindings
