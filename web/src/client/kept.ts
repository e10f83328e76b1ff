// SPDX-License-Identifier: MIT
//
// Runs that outlast the page. What reads them is loaded where there is something to read.

import type { Found } from './kept/restore';

/** What was kept of a run, where this tab goes on with it; null where there is nothing. */
export async function findKept(hash: string): Promise<Found | null> {
  try {
    const databases = await indexedDB.databases();
    const wasHere = sessionStorage.getItem('tinycnn-run') !== null;
    if (!wasHere && !databases.some(({ name }) => name === 'tinycnn-runs')) return null;
    return await (await import('./kept/restore')).find(hash);
  } catch {
    return null; // storage is refused
  }
}
