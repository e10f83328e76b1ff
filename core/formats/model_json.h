// SPDX-License-Identifier: MIT
// A network and how it was trained as JSON, in the form of the package's ModelSpec and Recipe.
#pragma once

#include <span>
#include <string>

#include "formats/json_writer.h"
#include "tinycnn/trainer.h"

namespace tinycnn {

void write_spec(JsonWriter& json, const ModelSpec& spec);
/// { mean, std }
void write_normalization(JsonWriter& json, const Normalization& normalization);
/// { seed, batchSize, optimizer, schedule, loss, emaDecay, augment, normalize }
void write_recipe(JsonWriter& json, const TrainerOptions& options);
/// [{ name, shape }]
void write_shapes(JsonWriter& json, std::span<const NamedTensor> tensors);
void write_texts(JsonWriter& json, std::span<const std::string> texts);

/// What one of these functions writes, as a text of its own.
template <class Write, class Value>
std::string to_json(const Write& write, const Value& value) {
  JsonWriter json;
  write(json, value);
  return json.result();
}

}  // namespace tinycnn
