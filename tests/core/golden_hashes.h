// SPDX-License-Identifier: MIT
// Hashes of all weights at the end of support/golden_runs.cpp, the same in every
// build. Written by the program golden_hashes, not by hand.
#pragma once

#include <array>
#include <cstdint>

namespace tinycnn::test {

inline constexpr std::array<std::uint64_t, 11> kGoldenHashes{
    0x6F6D44DA8776A7BD,  // TinyCNN, published recipe
    0x227C146DBED30E31,  // a small model, SGD, one cycle
    0xA66727DE28DE5F3E,  // a small model, Adam, batches of 100
    0xA08B181293EA160E,  // tinycnn, dropout and augmentation on
    0x86F98B129A1A0032,  // sigmoid-mlp, dropout and augmentation on
    0xA59240C6E5FF0C94,  // lenet5, dropout and augmentation on
    0x6E7990CA96B1C026,  // bn-gap-12k, dropout and augmentation on
    0xCCCB083E34FD5630,  // residual-8k, dropout and augmentation on
    0xB736E6636832F50A,  // wide-593k, dropout and augmentation on
    0xC83E408BA9D23B97,  // conv3-61k, dropout and augmentation on
    0x1D1E2B590D87975D,  // conv2-24k, dropout and augmentation on
};

}  // namespace tinycnn::test
