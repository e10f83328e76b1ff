// SPDX-License-Identifier: MIT
//
// What the page says to the service worker.

/**
 * keep: the page has time, so keep this version's files, and remove what no page needs any more.
 * takeOver: the visitor wants the new version that waits.
 */
export type ToServiceWorker = 'keep' | 'takeOver';
