// SPDX-License-Identifier: MIT
//
// What peers are called, in tables and in targets.

export const kOurs = 'TinyCNN, Chromium';
export const kTwoThreads = 'TinyCNN, Chromium, 2 threads';
export const kRelaxed = 'TinyCNN, Chromium, relaxed SIMD';
export const kInstalled = 'PyTorch, as installed';
export const kBest = 'PyTorch, its best';
export const kChannelsLast = 'PyTorch, its best, channels_last';
export const kGenann = 'Genann';
