// SPDX-License-Identifier: MIT
// Pieces of work that do not depend on one another, side by side.

/** Resolves with the results of all `works` once every one has ended; rejects, then too, with the first failure among them. */
export async function together(...works) {
  const results = await Promise.allSettled(works);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return results.map((result) => /** @type {PromiseFulfilledResult<any>} */ (result).value);
}
