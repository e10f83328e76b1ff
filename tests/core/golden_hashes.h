// SPDX-License-Identifier: MIT
// Hashes of all weights at the end of support/golden_runs.cpp, the same in every
// build. Written by the program golden_hashes, not by hand.
#pragma once

#include <array>
#include <cstdint>

namespace tinycnn::test {

inline constexpr std::array<std::uint64_t, 19> kGoldenHashes{
    0x5616507E217BB852,  // TinyCNN, published recipe
    0x227C146DBED30E31,  // a small model, SGD, one cycle
    0xA66727DE28DE5F3E,  // a small model, Adam, batches of 100
    0xD2491F0B788E4EA8,  // tinycnn, dropout and augmentation on
    0x86F98B129A1A0032,  // sigmoid-mlp, dropout and augmentation on
    0xF2E57D755CD5D77E,  // lenet5, dropout and augmentation on
    0x9AF637ACBDB40403,  // bn-gap-12k, dropout and augmentation on
    0xCF000C8E5BA2B3A8,  // residual-8k, dropout and augmentation on
    0xA1D3FE15A4B2B8CC,  // wide-593k, dropout and augmentation on
    0xC38308F0DD67C340,  // conv3-61k, dropout and augmentation on
    0xAA3E9E5F590DD353,  // conv2-24k, dropout and augmentation on
    0x60B6B09856DF3241,  // conv2-10k, dropout and augmentation on
    0xC74C8EA9E6E90EEC,  // conv4-21k, dropout and augmentation on
    0x50F33EE52F71DFD4,  // conv3-2k, dropout and augmentation on
    0xEC4FFE3146612707,  // sep-3914, dropout and augmentation on
    0x82DFAAE70CD33ADB,  // sep-6610, dropout and augmentation on
    0x99F2F05E10999675,  // sep-572, dropout and augmentation on
    0x77885816E3ED29D2,  // se-12k, dropout and augmentation on
    0x6DB55165E88DFAB0,  // a branched model, Muon, cutout and mixup
};

}  // namespace tinycnn::test
