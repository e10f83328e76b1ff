// SPDX-License-Identifier: MIT
// The second module, which is loaded when something is exported: it makes files of checkpoints, and
// knows nothing of training. It has no Embind: its only caller is bindings/src/formats.ts, which
// copies bytes in and out. One call per instance.
#include <emscripten/emscripten.h>

#include <cstdint>
#include <exception>
#include <new>
#include <span>
#include <string_view>
#include <vector>

#include "tinycnn/checkpoint.h"
#include "tinycnn/error.h"
#include "tinycnn/model_export.h"

namespace tinycnn::bindings {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// In the order of OUTCOMES in formats.ts.
enum class Outcome : std::uint8_t { kFile = 0, kInvalid = 1, kOutOfMemory = 2, kInternal = 3 };

/// What the caller reads: a file, or the text of an error.
Bytes& result() {
  static Bytes bytes;
  return bytes;
}

Outcome keep(Outcome outcome, std::string_view text) {
  result().assign(text.begin(), text.end());
  return outcome;
}

template <class Make>
Outcome guarded(const Make& make) {
  try {
    result() = make();
    return Outcome::kFile;
  } catch (const Error& error) {
    const bool is_memory = error.code() == ErrorCode::kOutOfMemory;
    return keep(is_memory ? Outcome::kOutOfMemory : Outcome::kInvalid, error.what());
  } catch (const std::bad_alloc&) {
    return keep(Outcome::kOutOfMemory, "[exportModel] expected enough memory for this, got none");
  } catch (const std::exception& error) {
    return keep(Outcome::kInternal, error.what());
  }
}

}  // namespace
}  // namespace tinycnn::bindings

extern "C" {

/// Null if there is not so much memory.
EMSCRIPTEN_KEEPALIVE void* allocate(std::size_t size) { return ::operator new(size, std::nothrow); }

/// checkpoint: as session.save() gives it; name: of the network in the file, or empty; format and
/// input: as in ExportFormat and ExportInput; test_accuracy: below 0 where there is none. Returns an
/// Outcome.
EMSCRIPTEN_KEEPALIVE int exportModel(const std::uint8_t* checkpoint, std::size_t size,
                                     const char* name, std::size_t name_size, int format, int input,
                                     int folds_batch_norm, double test_accuracy) {
  using namespace tinycnn;
  return static_cast<int>(bindings::guarded([&] {
    ExportOptions options{.format = static_cast<ExportFormat>(format),
                          .name = {name, name_size},
                          .input = static_cast<ExportInput>(input),
                          .fold_batch_norm = folds_batch_norm != 0};
    if (test_accuracy >= 0.0) {
      options.test_accuracy = test_accuracy;
    }
    return export_model(trained_model(decode_checkpoint(std::span(checkpoint, size))), options);
  }));
}

EMSCRIPTEN_KEEPALIVE const std::uint8_t* resultAt() { return tinycnn::bindings::result().data(); }
EMSCRIPTEN_KEEPALIVE std::size_t resultSize() { return tinycnn::bindings::result().size(); }

}  // extern "C"
