// SPDX-License-Identifier: MIT
// How bytes come into the modules of formats and out of them.
#include <emscripten/emscripten.h>

#include <cstdint>
#include <new>

#include "outcome.h"

using tinycnn::bindings::result;

extern "C" {

/// Null if there is not so much memory.
EMSCRIPTEN_KEEPALIVE void* allocate(std::size_t size) { return ::operator new(size, std::nothrow); }
EMSCRIPTEN_KEEPALIVE void release(void* memory) { ::operator delete(memory); }

EMSCRIPTEN_KEEPALIVE const std::uint8_t* result_at() { return result().data(); }
EMSCRIPTEN_KEEPALIVE std::size_t result_size() { return result().size(); }

}  // extern "C"
