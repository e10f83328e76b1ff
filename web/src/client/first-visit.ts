// SPDX-License-Identifier: MIT
//
// On the first visit training begins by itself once there are data, so that there is something to see; a moment after the untrained network
// has been, and not if the visitor has begun to set things before.

const visitedKey = 'tinycnn-visited';
/** Long enough to see what a network that knows nothing makes of a digit. */
export const delayBeforeStart = 700;

/** Whether the present visit is what made this browser one that has been here. */
let isNew = false;

/** Whether this browser has been here before; from now on it has. One that keeps nothing is always here for the first time. */
export function isFirstVisit(): boolean {
  try {
    if (localStorage.getItem(visitedKey) !== null) return false;
    isNew = true;
    localStorage.setItem(visitedKey, 'yes');
  } catch {
    // storage is refused
  }
  return true;
}

/** What begins on the first visit begins after a reload, too. */
export function forgetVisit(): void {
  if (isNew) localStorage.removeItem(visitedKey);
}
