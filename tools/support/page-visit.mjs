// SPDX-License-Identifier: MIT
// The page as somebody meets it who has been there before: on a first visit it begins to train by itself.

export const visitAgain = (target) =>
  target.addInitScript(() => globalThis.localStorage.setItem('tinycnn-visited', 'yes'));

export const visitFirst = (target) => target.addInitScript(() => globalThis.localStorage.removeItem('tinycnn-visited'));

/** Paths of what the page loads once a visitor's first drawing has been read: to keep it, under a label. */
export const afterFirstReading = /\/(keep-form|own-store)-/;
