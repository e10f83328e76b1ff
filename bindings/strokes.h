// SPDX-License-Identifier: MIT
// Drawings as pen strokes, and generated digits. Each returns { value } or { error }.
#pragma once

#include <emscripten/val.h>

namespace tinycnn::bindings {

using emscripten::val;

/// drawing: { points: Float64Array of [x, y, pressure] each, lengths: Uint32Array of strokes in
/// points }; pen: { thickness?, softness? }, or undefined.
val render(const val& drawing, const val& pen);
/// options: { seed?, index, label? }
val generate_one(const val& options);
/// options: { seed?, first?, count }
val generate_many(const val& options);

}  // namespace tinycnn::bindings
