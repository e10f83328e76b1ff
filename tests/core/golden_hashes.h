// SPDX-License-Identifier: MIT
// Hashes of all weights at the end of support/golden_runs.cpp, the same in every
// build. Written by the program golden_hashes, not by hand.
#pragma once

#include <array>
#include <cstdint>

namespace tinycnn::test {

inline constexpr std::array<std::uint64_t, 11> kGoldenHashes{
    0x5616507E217BB852,  // TinyCNN, published recipe
    0x227C146DBED30E31,  // a small model, SGD, one cycle
    0xA66727DE28DE5F3E,  // a small model, Adam, batches of 100
    0xD2491F0B788E4EA8,  // tinycnn, dropout and augmentation on
    0x86F98B129A1A0032,  // sigmoid-mlp, dropout and augmentation on
    0x4F9BFFF5E527F671,  // lenet5, dropout and augmentation on
    0x6E7990CA96B1C026,  // bn-gap-12k, dropout and augmentation on
    0xCCCB083E34FD5630,  // residual-8k, dropout and augmentation on
    0xB2AE1126422FC2BB,  // wide-593k, dropout and augmentation on
    0x49CA2F426C0A862A,  // conv3-61k, dropout and augmentation on
    0xBEAE923A8C740EF6,  // conv2-24k, dropout and augmentation on
};

}  // namespace tinycnn::test
