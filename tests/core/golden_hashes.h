// SPDX-License-Identifier: MIT
// Hashes of all weights at the end of support/golden_runs.cpp, the same in every
// build. Written by the program golden_hashes, not by hand.
#pragma once

#include <array>
#include <cstdint>

namespace tinycnn::test {

inline constexpr std::array<std::uint64_t, 3> kGoldenHashes{
    0x6F6D44DA8776A7BD,  // TinyCNN, published recipe
    0x227C146DBED30E31,  // every layer type, SGD, one cycle
    0xA66727DE28DE5F3E,  // every layer type, Adam, batches of 100
};

}  // namespace tinycnn::test
