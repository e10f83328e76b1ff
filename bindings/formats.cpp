// SPDX-License-Identifier: MIT
// The second module, which is loaded when something is exported: it makes files of checkpoints, and
// knows nothing of training. It has no Embind: its only caller is bindings/src/formats.ts, which
// copies bytes in and out (exchange.cpp). One call per instance, or one quantized network
// (quantized.cpp).
#include <emscripten/emscripten.h>

#include <cstdint>
#include <span>

#include "outcome.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/model_export.h"

using tinycnn::bindings::result;

extern "C" {

/// checkpoint: as session.save() gives it; name: of the network in the file, or empty; format and
/// input: as in ExportFormat and ExportInput; test_accuracy: below 0 where there is none. Returns
/// an Outcome.
EMSCRIPTEN_KEEPALIVE int export_file(const std::uint8_t* checkpoint, std::size_t size,
                                     const char* name, std::size_t name_size, int format, int input,
                                     int folds_batch_norm, double test_accuracy) {
  return tinycnn::bindings::guarded("exportModel", [&] {
    tinycnn::ExportOptions options{.format = static_cast<tinycnn::ExportFormat>(format),
                                   .name = {name, name_size},
                                   .input = static_cast<tinycnn::ExportInput>(input),
                                   .fold_batch_norm = folds_batch_norm != 0};
    if (test_accuracy >= 0.0) {
      options.test_accuracy = test_accuracy;
    }
    const auto saved = tinycnn::decode_checkpoint(std::span(checkpoint, size));
    result() = tinycnn::export_model(tinycnn::trained_model(saved), options);
  });
}

}  // extern "C"
