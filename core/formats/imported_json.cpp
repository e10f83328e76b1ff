// SPDX-License-Identifier: MIT
#include "formats/json_value.h"
#include "formats/json_writer.h"
#include "formats/model_json.h"
#include "formats/model_json_reader.h"
#include "tinycnn/model_import.h"

namespace tinycnn {
std::string imported_json(const ImportedModel& imported) {
  const TrainedModel& model = imported.model;
  JsonWriter json;
  json.open('{');
  json.key("spec");
  write_spec(json, model.spec);
  json.key("classNames");
  write_texts(json, model.options.class_names);
  json.key("normalize");
  write_normalization(json, model.options.normalization);
  json.key("format");
  json.text(to_string(imported.format));
  json.key("notes");
  write_texts(json, imported.notes);
  json.key("parameters");
  write_shapes(json, model.parameters);
  json.close('}');
  return json.result();
}

ModelSpec model_spec_from_json(std::string_view json, std::string_view what) {
  return spec_of(JsonValue::parse(json, what));
}

}  // namespace tinycnn
