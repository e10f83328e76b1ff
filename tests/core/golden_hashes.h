// SPDX-License-Identifier: MIT
// Hashes of all weights at the end of support/golden_runs.cpp, the same in every
// build. Written by the program golden_hashes, not by hand.
#pragma once

#include <array>
#include <cstdint>

namespace tinycnn::test {

inline constexpr std::array<std::uint64_t, 11> kGoldenHashes{
    0x5C936FE000B142A5,  // TinyCNN, published recipe
    0x227C146DBED30E31,  // a small model, SGD, one cycle
    0xA66727DE28DE5F3E,  // a small model, Adam, batches of 100
    0x4CD72A64D802B155,  // tinycnn, dropout and augmentation on
    0x86F98B129A1A0032,  // sigmoid-mlp, dropout and augmentation on
    0xA59240C6E5FF0C94,  // lenet5, dropout and augmentation on
    0x9AF637ACBDB40403,  // bn-gap-12k, dropout and augmentation on
    0xCF000C8E5BA2B3A8,  // residual-8k, dropout and augmentation on
    0xF27E8A59C6A2C044,  // wide-593k, dropout and augmentation on
    0x0798C0EAEA7FF27B,  // conv3-61k, dropout and augmentation on
    0xCAF404B44B7922FA,  // conv2-24k, dropout and augmentation on
};

}  // namespace tinycnn::test
