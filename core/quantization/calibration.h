// SPDX-License-Identifier: MIT
// The range of every value of a network on some images.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "quantization/lowered_network.h"

namespace tinycnn {

struct ValueRange {
  double min = 0.0;  ///< 0 always belongs to it
  double max = 0.0;

  void include(std::span<const float> values);
};

/// Of the output of every step. Throws Error for images of another shape than the network's input,
/// for none, and for activations that are not finite.
std::vector<ValueRange> calibrate(const LoweredNetwork& network, const Normalization& normalization,
                                  const Images& images);

}  // namespace tinycnn
