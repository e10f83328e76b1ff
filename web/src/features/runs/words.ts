// SPDX-License-Identifier: MIT
//
// Figures of runs as people read them.

import { unknown } from '../../shared/format';

/** "42 s", "3 min 20 s", "2 h 5 min" */
export function timeText(seconds: number | null): string {
  if (seconds === null) return unknown;
  if (seconds < 59.95) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 12,400 as "12.4 k", for marks of axes. */
export function briefCount(count: number): string {
  const [divisor, unit] =
    count >= 1e9 ? [1e9, ' G'] : count >= 1e6 ? [1e6, ' M'] : count >= 1e3 ? [1e3, ' k'] : [1, ''];
  return `${Number((count / divisor).toPrecision(3))}${unit}`;
}
