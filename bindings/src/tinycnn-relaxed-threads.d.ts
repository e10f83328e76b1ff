// SPDX-License-Identifier: MIT
// The relaxed build has the types of the one that it stands in for.
export { default } from './tinycnn-simd-threads.js';
