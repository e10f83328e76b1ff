// SPDX-License-Identifier: MIT
// The element's sentences on training.

import type { TrainingOutcome } from './live-network.js';
import type { Turn } from './training.js';

export const percent = (share: number, digits: number): string => `${(100 * share).toFixed(digits)} %`;

/** 12345 as 12,345. */
const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

export const progressText = ({ step, lastStep, loss, accuracy }: Turn): string =>
  `Step ${grouped(step)} of ${grouped(lastStep)} · loss ${loss.toFixed(3)} · ${percent(accuracy, 1)} correct`;

/** `noun`: of what it classifies, 'digits'. */
export function outcomeText({ step, accuracy, testAccuracy, tests }: TrainingOutcome, noun: string): string {
  const right = `classified correctly`;
  if (testAccuracy !== null) {
    return `${percent(testAccuracy, 1)} of ${grouped(tests)} test ${noun} ${right} after ${grouped(step)} steps`;
  }
  if (Number.isNaN(accuracy)) return '';
  return `Step ${grouped(step)}: ${percent(accuracy, 1)} of the last training ${noun} ${right}`;
}
