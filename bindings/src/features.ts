// SPDX-License-Identifier: MIT
// Which features of WebAssembly this browser or Node has. The build bundles the library into this file, because a worker of a page
// without a bundler cannot import a package by its name.

import * as detect from 'wasm-feature-detect';

type Detect = () => Promise<boolean>;

export const simd: Detect = detect.simd;
export const relaxedSimd: Detect = detect.relaxedSimd;
/** Memory that threads share, and atomic operations on it. */
export const threads: Detect = detect.threads;
