// SPDX-License-Identifier: MIT
// Turns the steps of a lowered network into integers, by TensorFlow Lite's rules.
#pragma once

#include <span>
#include <vector>

#include "quantization/calibration.h"
#include "tinycnn/quantized_model.h"

namespace tinycnn {

/// ranges: of the output of every step. Throws Error for a layer whose sums could leave 32 bits.
std::vector<QuantizedStep> quantize(const LoweredNetwork& network, const Quantization& input,
                                    std::span<const ValueRange> ranges);

}  // namespace tinycnn
