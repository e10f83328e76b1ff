// SPDX-License-Identifier: MIT
// layer_bench.h for JavaScript, as plain exported functions.
#include <emscripten/emscripten.h>

#include "bench/layer_bench.h"

namespace {

const tinycnn::bench::LayerTask& task(int index) {
  return tinycnn::bench::layer_tasks()[static_cast<std::size_t>(index)];
}

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE int task_count() {
  return static_cast<int>(tinycnn::bench::layer_tasks().size());
}
EMSCRIPTEN_KEEPALIVE const char* task_name(int index) { return task(index).name.c_str(); }
EMSCRIPTEN_KEEPALIVE void run_task(int index, int count) {
  tinycnn::bench::run_layer_task(index, count);
}
}
