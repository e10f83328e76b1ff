// SPDX-License-Identifier: MIT
// The image of a sample as the network sees it: distorted, generated, mixed with another one.
#pragma once

#include <cstdint>
#include <span>

#include "training/sample.h"

namespace tinycnn {

/// Writes the image of a sample before it is mixed. out: [C][H][W]. Allocates nothing.
void make_image(const Augmentation& augmentation, const Sample& sample, std::span<std::uint8_t> out,
                AugmentScratch& scratch) noexcept;

/// Mixes another image into one, [C][H][W]. other: scratch of that size. A page that mixes no
/// images does not load it: it must not be inlined.
[[gnu::noinline]] void mix_in(const Augmentation& augmentation, const Mixture& mixture,
                              std::span<std::uint8_t> image, std::span<std::uint8_t> other,
                              AugmentScratch& scratch) noexcept;

}  // namespace tinycnn
