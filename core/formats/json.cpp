// SPDX-License-Identifier: MIT
// JSON: spec and weights in the package's own form, every number as short as it can be.
#include "formats/model_json.h"
#include "formats/writers.h"

namespace tinycnn {
namespace {

constexpr int kJsonVersion = 1;

template <class Values, class Write>
void write_array(JsonWriter& json, const Values& values, const Write& write) {
  json.open('[');
  for (const auto& value : values) {
    write(value);
  }
  json.close(']');
}

/// { name, shape, data }, as the package's NamedTensor.
void write_tensor(JsonWriter& json, const NamedTensor& tensor) {
  json.open('{');
  json.key("name");
  json.text(tensor.name);
  json.key("shape");
  write_array(json, tensor.shape, [&](int side) { json.integer(side); });
  json.key("data");
  write_array(json, tensor.data, [&](float value) { json.number(value); });
  json.close('}');
}

}  // namespace

std::vector<std::uint8_t> write_json(const TrainedNetwork& network,
                                     const ExportOptions& /*options*/) {
  const TrainedModel& model = network.model();
  JsonWriter json;
  json.open('{');
  json.key("format");
  json.text("tinycnn");
  json.key("version");
  json.integer(kJsonVersion);
  json.key("spec");
  write_spec(json, model.spec);
  json.key("classNames");
  write_texts(json, network.class_names());
  json.key("normalize");
  write_normalization(json, model.options.normalization);
  json.key("recipe");
  write_recipe(json, model.options);
  json.key("step");
  json.integer(model.step);
  json.key("parameters");
  write_array(json, model.parameters,
              [&](const NamedTensor& tensor) { write_tensor(json, tensor); });
  json.close('}');
  return to_bytes(json.result());
}

}  // namespace tinycnn
