// SPDX-License-Identifier: MIT
// Shape inference: output shape, parameters and multiply-adds of a layer, and its error texts.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tinycnn/model_spec.h"

namespace tinycnn {

/// A convolution's input gradient visits at most this many times the output's pixels: where the
/// output gradient dilated with zeros would be larger, each of its values is scattered instead.
inline constexpr std::int64_t kMaxDilation = 16;

/// "[1,28,28]"
std::string describe(const Shape& shape);

/// "[conv2d conv1] ", the start of every error text about a layer.
std::string where(const LayerSpec& layer);

/// Throws Error unless min <= value <= max.
void require_range(const LayerSpec& layer, std::string_view what, std::int64_t value,
                   std::int64_t min, std::int64_t max);

/// Fills in what follows from layer.spec and the shapes of its inputs: input, output, parameters,
/// macs and defaults of the spec. Throws Error if they do not fit together.
void infer_shapes(LayerSummary& layer, std::span<const Shape> inputs);

}  // namespace tinycnn
