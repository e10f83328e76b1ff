// SPDX-License-Identifier: MIT
// The weighted mean of two images, in integers.
#pragma once

#include <cstdint>
#include <span>

namespace tinycnn::kernels {

/// Of a mixture, the shares are counted in 256ths.
inline constexpr int kWholeShare = 256;

/// image = (share * other + (256 - share) * image) / 256, rounded to nearest, ties up. share:
/// 0..256.
void mix_images(int share, std::span<const std::uint8_t> other,
                std::span<std::uint8_t> image) noexcept;

}  // namespace tinycnn::kernels
