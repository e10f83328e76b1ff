// SPDX-License-Identifier: MIT
//
// The widths of the window at which the layout changes, for scripts and for styles: vite.config.ts puts them in the place of `(--name)` in
// the styles' media queries, a name's words joined by hyphens there.

export const smallPhone = '(max-width: 379px)';
export const phone = '(max-width: 479px)';
export const largePhone = '(max-width: 599px)';
/** Too narrow for the network's layers to stand side by side: they are stacked as rows. */
export const stacked = '(max-width: 759px)';
export const tablet = '(max-width: 899px)';
/** Too narrow for pad, network and answer side by side. */
export const laptop = '(max-width: 1099px)';
export const wide = '(min-width: 1500px)';
