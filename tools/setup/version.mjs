// SPDX-License-Identifier: MIT
// Version numbers as lists of integers: enough for "is this one new enough?".

/** The first dotted number in `text` as integers, e.g. "v20.19.0-rc" -> [20, 19, 0]; null if there is none. */
export function parseVersion(text) {
  const match = /\d+(?:\.\d+)*/.exec(String(text ?? ''));
  return match ? match[0].split('.').map(Number) : null;
}

/** Whether `found` (any text that holds a version) is at least `wanted`. Unreadable versions are not. */
export function isAtLeast(found, wanted) {
  const a = parseVersion(found);
  const b = parseVersion(wanted);
  if (!a || !b) return false;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
