// SPDX-License-Identifier: MIT
// Converts the core's types to JavaScript values. Arrays are copied out of the heap.
#pragma once

#include <emscripten/val.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "tinycnn/learning_rate_finder.h"
#include "tinycnn/model_spec.h"
#include "tinycnn/trainer.h"
#include "tinycnn/zoo.h"

namespace tinycnn::bindings {

using emscripten::val;

val guarded_call(val (*call)(const void* function), const void* function);

/// Calls function() and returns { value } or, for an exception, { error: text, code }, so that
/// nothing is thrown across Embind. Without a code the caller's default code applies.
template <class Function>
val guarded(const Function& function) {
  return guarded_call(
      [](const void* context) -> val { return (*static_cast<const Function*>(context))(); },
      &function);
}

// One function for each type of value: val::set is instantiated anew for every length of a name.
void set_value(val& object, const char* name, const val& value);
void set_number(val& object, const char* name, double number);
void set_flag(val& object, const char* name, bool flag);
void set_text(val& object, const char* name, std::string_view text);

/// object[name] = value, which is a number, a boolean, a string or a val.
template <class Value>
void put(val& object, const char* name, const Value& value) {
  if constexpr (std::is_same_v<Value, bool>) {
    set_flag(object, name, value);
  } else if constexpr (std::is_arithmetic_v<Value>) {
    set_number(object, name, static_cast<double>(value));
  } else if constexpr (std::is_convertible_v<Value, std::string_view>) {
    set_text(object, name, value);
  } else {
    set_value(object, name, value);
  }
}
void push(val& array, const val& value);

val from_bytes(std::span<const std::uint8_t> bytes);
val from_floats(std::span<const float> floats);
val from_words(std::span<const std::uint32_t> words);
val from_doubles(std::span<const double> doubles);
val from_model_spec(const ModelSpec& spec);
val from_summary(const ModelSummary& summary);
/// { layers, optimizers }: one line per type, with its name and the names of its fields.
val from_option_names();
val from_texts(const std::vector<std::string>& texts);
val from_zoo_entry(const ZooEntry& entry);
val from_tensors(const std::vector<NamedTensor>& tensors);
val from_maps(const std::vector<ActivationMap>& maps);
val from_train_result(const TrainResult& result);
val from_range_test(const RangeTest& test);
val from_evaluation(const Evaluation& evaluation, int classes);

}  // namespace tinycnn::bindings
