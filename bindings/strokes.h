// SPDX-License-Identifier: MIT
// Drawings as pen strokes, and generated digits. Each returns { value } or { error }.
#pragma once

#include <emscripten/val.h>

namespace tinycnn::bindings {

using emscripten::val;

/// points: Float64Array of [x, y, pressure] each; ends: Uint32Array, see StrokePath; pen:
/// { thickness, softness }. Gives the numbers of RenderedStrokes in their order.
val render(const val& points, const val& ends, const val& pen);
/// options: { seed?, index, label? }
val generate_one(const val& options);
/// options: { seed?, first?, count }
val generate_many(const val& options);

}  // namespace tinycnn::bindings
