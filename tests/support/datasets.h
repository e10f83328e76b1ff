// SPDX-License-Identifier: MIT
// Synthetic images with labels, by integer arithmetic, so that every build makes the same bytes.
#pragma once

#include <cstdint>

#include "tinycnn/dataset.h"

namespace tinycnn::test {

/// Images of nothing but noise, labels at random: for gradients and refusals.
Dataset noise_images(int count, int side, int classes, int channels = 1);

/// Each class has a blurred pattern of its own; an image is the pattern of its class, moved a
/// little, under noise. Learnable, but not at a glance. A larger set starts with a smaller one.
Dataset pattern_images(int count, int side, int classes, std::uint32_t seed = 0);

}  // namespace tinycnn::test
