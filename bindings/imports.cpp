// SPDX-License-Identifier: MIT
// The module that is loaded when something is imported: it reads files, and knows nothing of
// training. The only caller is bindings/src/import-model.ts. One call per instance.
#include <emscripten/emscripten.h>

#include <cstdint>
#include <span>

#include "network_result.h"
#include "tinycnn/model_import.h"

namespace tinycnn::bindings {
extern "C" {

/// spec: as JSON, or empty; input: as in ExportInput. The result is a network with the JSON of
/// imported_json.
EMSCRIPTEN_KEEPALIVE int import_file(const std::uint8_t* file, std::size_t size, const char* spec,
                                     std::size_t spec_size, int input) {
  return guarded("importModel", [&] {
    ImportOptions options{.input = static_cast<ExportInput>(input)};
    if (spec_size > 0) {
      options.spec = model_spec_from_json({spec, spec_size}, "importModel.spec");
    }
    const ImportedModel imported = import_model(std::span(file, size), options);
    set_network(imported_json(imported), imported.model.parameters);
  });
}

}  // extern "C"
}  // namespace tinycnn::bindings
