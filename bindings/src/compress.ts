// SPDX-License-Identifier: MIT
// What makes networks smaller, loaded together when it is first wanted.

export { prune, pruning } from './prune.js';
export { quantizationAware, quantize } from './quantize.js';
