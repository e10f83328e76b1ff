// SPDX-License-Identifier: MIT
// Drawings as pen strokes, and synthetic digits. Every function returns { value } or { error }.
#pragma once

#include <emscripten/val.h>

namespace tinycnn::bindings {

using emscripten::val;

/// points: Float64Array, [points][x, y, pressure]; ends: Uint32Array, see StrokePath; pen:
/// { thickness, softness }. `numbers` holds the numbers of RenderedStrokes in their order.
val render(const val& points, const val& ends, const val& pen);
/// options: { seed?, index, label? }
val generate_one(const val& options);
/// options: { seed?, first?, count }
val generate_many(const val& options);

}  // namespace tinycnn::bindings
