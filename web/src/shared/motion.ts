// SPDX-License-Identifier: MIT

/** Whether the visitor has asked for less motion. */
export const lessMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
