// SPDX-License-Identifier: MIT
//
// Numbers as people read them. A dash stands for what is not known yet.

export const unknown = '–';

export const fixed = (value: number | null, digits: number): string =>
  value === null ? unknown : value.toFixed(digits);

/** A fraction 0..1 as "97.62 %". */
export const percent = (fraction: number | null, digits: number): string =>
  fraction === null ? unknown : `${(100 * fraction).toFixed(digits)} %`;

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

export const grouped = (count: number): string => count.toLocaleString('en-US');

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return `${Math.round(seconds / 60)} min`;
}
