// SPDX-License-Identifier: MIT
// Where the package runs.

/** Node, or a compatible runtime. */
export const isNode =
  (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node !== undefined;
