// SPDX-License-Identifier: MIT
//
// Work that can be cut into slices: a generator that yields after every small step. Pure.

/** Is told at each step whether others have done something since the last one. */
export type Work<Result> = Generator<undefined, Result, boolean>;

/** All of it at once. */
export function finished<Result>(work: Work<Result>): Result {
  for (;;) {
    const next = work.next(false);
    if (next.done) return next.value;
  }
}
