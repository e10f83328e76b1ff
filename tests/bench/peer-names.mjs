// SPDX-License-Identifier: MIT
//
// What peers are called, in tables and in targets.

export const ours = 'TinyCNN, Chromium';
export const twoThreads = 'TinyCNN, Chromium, 2 threads';
export const relaxed = 'TinyCNN, Chromium, relaxed SIMD';
export const installed = 'PyTorch, as installed';
export const bestName = 'PyTorch, its best';
export const channelsLast = 'PyTorch, its best, channels_last';
export const genann = 'Genann';
export const jax = 'jax-js, wasm';
export const jaxThreads = 'jax-js, wasm, all threads';
