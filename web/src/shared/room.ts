// SPDX-License-Identifier: MIT
//
// How much room the browser's storage has, as far as it says so.

import { megabytes } from './format';

/** Left free for others: a browser that is filled to the brim throws everything of a site away. */
const spareShare = 0.1;

/** Why there is no room for so many bytes, or null where there is or the browser does not say. */
export async function lackOfRoom(bytes: number): Promise<string | null> {
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- undefined outside secure contexts, whatever lib.dom says
  const estimate = await navigator.storage?.estimate().catch(() => null);
  if (estimate?.quota === undefined || estimate.usage === undefined) return null;
  const left = Math.max(0, estimate.quota * (1 - spareShare) - estimate.usage);
  if (bytes <= left) return null;
  return `the browser has room for ${megabytes(left)} more data of this site, but ${megabytes(bytes)} are needed`;
}

export const isFull = (error: unknown): boolean => error instanceof DOMException && error.name === 'QuotaExceededError';
