// SPDX-License-Identifier: MIT
// From the bytes of several samples to a normalized block with the sample index innermost.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace tinycnn::kernels {

/// The value that each byte 0..255 is mapped to.
using PixelTable = std::array<float, 256>;

/// samples: up to B images of P bytes each -> block [P][B]. Lanes without a sample are zero.
void load_images(std::span<const std::uint8_t* const> samples, const PixelTable& table,
                 std::span<float> block) noexcept;

}  // namespace tinycnn::kernels
