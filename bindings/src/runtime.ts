// SPDX-License-Identifier: MIT
// Where the package runs.

/** Node, or what behaves like it. */
export const isNode =
  (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node !== undefined;
