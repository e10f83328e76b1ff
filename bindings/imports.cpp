// SPDX-License-Identifier: MIT
// The module that is loaded when something is imported: it reads files, and knows nothing of
// training. The only caller is bindings/src/import-model.ts. One call per instance.
#include <emscripten/emscripten.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "outcome.h"
#include "tinycnn/model_import.h"

namespace tinycnn::bindings {
namespace {

/// The length of the head, the head padded to a multiple of 4 bytes, the values of all tensors.
void set_imported(const ImportedModel& imported) {
  std::string head = imported_json(imported);
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

extern "C" {

/// spec: as JSON, or empty; input: as in ExportInput. The result is a u32, that many bytes of JSON,
/// { spec, classNames, normalize, format, notes, parameters: [{ name, shape }] }, and the values of
/// all parameters, float32.
EMSCRIPTEN_KEEPALIVE int import_file(const std::uint8_t* file, std::size_t size, const char* spec,
                                     std::size_t spec_size, int input) {
  return guarded("importModel", [&] {
    ImportOptions options{.input = static_cast<ExportInput>(input)};
    if (spec_size > 0) {
      options.spec = model_spec_from_json({spec, spec_size}, "importModel.spec");
    }
    set_imported(import_model(std::span(file, size), options));
  });
}

}  // extern "C"
}  // namespace tinycnn::bindings
