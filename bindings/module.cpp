// SPDX-License-Identifier: MIT
// The Embind module. Every function but `version` and `endThreads` returns { value } or
// { error, code }. Its only caller is bindings/src, which passes plain values and unwraps results.
#include <emscripten/bind.h>
#include <emscripten/heap.h>

#include <string>

#include "from_js.h"
#include "session.h"
#include "strokes.h"
#include "tinycnn/arithmetic_peak.h"
#include "to_js.h"

namespace tinycnn::bindings {
namespace {

val zoo_entries() {
  return guarded([] {
    val entries = val::array();
    for (const ZooEntry& entry : zoo()) {
      push(entries, from_zoo_entry(entry));
    }
    return entries;
  });
}

val option_names() {
  return guarded([] { return from_option_names(); });
}

val describe(const val& spec) {
  return guarded([&] { return from_summary(summarize(to_model_spec(spec))); });
}

/// { operations, sum } of run_multiply_adds.
val multiply_add(const val& turns) {
  return guarded([&] {
    constexpr std::uint64_t kMaxTurns = std::uint64_t{1} << 26;  // less than a second
    const auto count =
        static_cast<std::int64_t>(to_repetitions(turns, "multiplyAdd.turns", kMaxTurns));
    const MultiplyAddRun run = run_multiply_adds(executor(), count);
    val object = val::object();
    put(object, "operations", run.operations);
    put(object, "sum", run.sum);
    return object;
  });
}

/// WebAssembly memory in bytes: reserved, and the highest address that the heap has used.
val memory() {
  return guarded([] {
    val object = val::object();
    put(object, "reserved", emscripten_get_heap_size());
    put(object, "used", *emscripten_get_sbrk_ptr());
    return object;
  });
}

std::string version() { return TINYCNN_VERSION; }

}  // namespace

EMSCRIPTEN_BINDINGS(tinycnn) {
  emscripten::function("version", &version);
  emscripten::function("startThreads", &start_threads);
  emscripten::function("setActiveThreads", &set_active_threads);
  emscripten::function("endThreads", &end_threads);
  emscripten::function("zoo", &zoo_entries);
  emscripten::function("optionNames", &option_names);
  emscripten::function("describe", &describe);
  emscripten::function("multiplyAdd", &multiply_add);
  emscripten::function("memory", &memory);
  emscripten::function("renderStrokes", &render);
  emscripten::function("generateStrokes", &generate_one);
  emscripten::function("generateDigits", &generate_many);
  emscripten::class_<Session>("Session")
      .constructor<>()
      .function("create", &Session::create)
      .function("restore", &Session::restore)
      .function("setData", &Session::set_data)
      .function("samples", &Session::samples)
      .function("trainSteps", &Session::train_steps)
      .function("trainSlice", &Session::train_slice)
      .function("setLearningRate", &Session::set_learning_rate)
      .function("setSchedule", &Session::set_schedule)
      .function("findLearningRate", &Session::find_learning_rate)
      .function("prune", &Session::prune)
      .function("pruning", &Session::pruning)
      .function("augmented", &Session::augmented)
      .function("evaluate", &Session::evaluate)
      .function("predict", &Session::predict)
      .function("predictBatch", &Session::predict_batch)
      .function("predictRepeatedly", &Session::predict_repeatedly)
      .function("activations", &Session::activations)
      .function("parameters", &Session::parameters)
      .function("setParameters", &Session::set_parameters)
      .function("gradients", &Session::gradients)
      .function("rewind", &Session::rewind)
      .function("save", &Session::save)
      .function("load", &Session::load)
      .function("state", &Session::state);
}

}  // namespace tinycnn::bindings
