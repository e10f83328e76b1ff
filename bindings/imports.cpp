// SPDX-License-Identifier: MIT
// The module that is loaded when something is imported: it reads files, and knows nothing of
// training. The only caller is bindings/src/import-model.ts. One call per instance.
#include <emscripten/emscripten.h>

#include <optional>
#include <span>
#include <string_view>

#include "formats/json_writer.h"
#include "formats/model_json.h"
#include "formats/model_json_reader.h"
#include "outcome.h"
#include "tinycnn/model_import.h"

namespace tinycnn::bindings {
namespace {

void write_tensors(JsonWriter& json, std::span<const NamedTensor> tensors) {
  json.open('[');
  for (const NamedTensor& tensor : tensors) {
    json.open('{');
    json.key("name");
    json.text(tensor.name);
    json.key("shape");
    json.open('[');
    for (const int side : tensor.shape) {
      json.integer(side);
    }
    json.close(']');
    json.close('}');
  }
  json.close(']');
}

std::string head_of(const ImportedModel& imported) {
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
  write_tensors(json, model.parameters);
  json.close('}');
  return json.result();
}

/// The length of the head, the head padded to a multiple of 4 bytes, the values of all tensors.
void set_imported(const ImportedModel& imported) {
  std::string head = head_of(imported);
  head.append((sizeof(float) - head.size() % sizeof(float)) % sizeof(float), ' ');
  std::vector<std::uint8_t>& bytes = result();
  const auto length = static_cast<std::uint32_t>(head.size());
  const auto* length_bytes = reinterpret_cast<const std::uint8_t*>(&length);
  bytes.assign(length_bytes, length_bytes + sizeof(length));
  bytes.insert(bytes.end(), head.begin(), head.end());
  for (const NamedTensor& tensor : imported.model.parameters) {
    const auto* values = reinterpret_cast<const std::uint8_t*>(tensor.data.data());
    bytes.insert(bytes.end(), values, values + tensor.data.size() * sizeof(float));
  }
}

}  // namespace
}  // namespace tinycnn::bindings

extern "C" {

/// spec: as JSON, or empty; input: as in ExportInput. The result is a u32, that many bytes of JSON,
/// { spec, classNames, normalize, format, notes, parameters: [{ name, shape }] }, and the values of
/// all parameters, float32.
EMSCRIPTEN_KEEPALIVE int import_file(const std::uint8_t* file, std::size_t size, const char* spec,
                                     std::size_t spec_size, int input) {
  using namespace tinycnn;
  using namespace tinycnn::bindings;
  return guarded("importModel", [&] {
    ImportOptions options{.input = static_cast<ExportInput>(input)};
    if (spec_size > 0) {
      options.spec = spec_of(JsonValue::parse({spec, spec_size}, "importModel.spec"));
    }
    set_imported(import_model(std::span(file, size), options));
  });
}

}  // extern "C"
