// SPDX-License-Identifier: MIT
// The second module, which is loaded when something is exported: it makes files of checkpoints, and
// knows nothing of training. It has no Embind: its only caller is bindings/src/formats.ts, which
// copies bytes in and out. One call per instance, or one quantized network (quantized.cpp).
#include <emscripten/emscripten.h>

#include <cstdint>
#include <new>
#include <span>

#include "outcome.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/model_export.h"

extern "C" {

/// Null if there is not so much memory.
EMSCRIPTEN_KEEPALIVE void* allocate(std::size_t size) { return ::operator new(size, std::nothrow); }
EMSCRIPTEN_KEEPALIVE void release(void* memory) { ::operator delete(memory); }

/// checkpoint: as session.save() gives it; name: of the network in the file, or empty; format and
/// input: as in ExportFormat and ExportInput; test_accuracy: below 0 where there is none. Returns
/// an Outcome.
EMSCRIPTEN_KEEPALIVE int exportModel(const std::uint8_t* checkpoint, std::size_t size,
                                     const char* name, std::size_t name_size, int format, int input,
                                     int folds_batch_norm, double test_accuracy) {
  using namespace tinycnn;
  return bindings::guarded("exportModel", [&] {
    ExportOptions options{.format = static_cast<ExportFormat>(format),
                          .name = {name, name_size},
                          .input = static_cast<ExportInput>(input),
                          .fold_batch_norm = folds_batch_norm != 0};
    if (test_accuracy >= 0.0) {
      options.test_accuracy = test_accuracy;
    }
    bindings::result() =
        export_model(trained_model(decode_checkpoint(std::span(checkpoint, size))), options);
  });
}

EMSCRIPTEN_KEEPALIVE const std::uint8_t* resultAt() { return tinycnn::bindings::result().data(); }
EMSCRIPTEN_KEEPALIVE std::size_t resultSize() { return tinycnn::bindings::result().size(); }

}  // extern "C"
