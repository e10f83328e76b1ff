// SPDX-License-Identifier: MIT
// What each type of layer makes of its inputs, and the words in which it refuses them.
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

/// "[conv2d conv1] ": the start of every text about a layer.
std::string where(const LayerSpec& layer);

/// Throws Error unless least <= value <= most.
void require_range(const LayerSpec& layer, std::string_view what, std::int64_t value,
                   std::int64_t least, std::int64_t most);

/// Fills in what follows from layer.spec and the shapes it reads: input, output, parameters, macs
/// and the spec's defaults. Throws Error if they do not fit together.
void infer_shapes(LayerSummary& layer, std::span<const Shape> inputs);

}  // namespace tinycnn
