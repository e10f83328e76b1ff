// SPDX-License-Identifier: MIT
//
// How long the present run has trained, by the clock. What it cost to see it slowly counts too, and what a lost worker had to repeat.

import { effect } from '@preact/signals';
import { run } from '../../state/store';
import { restorePoint } from '../restore-point';
import type { RunSettings } from '../../shared/protocol';

let begun: RunSettings | null = null;
let before = 0;
/** By the page's clock in milliseconds, while it trains. */
let since: number | null = null;

/** Of the present run, in seconds. */
export const secondsTrained = (): number => before + (since === null ? 0 : (performance.now() - since) / 1000);

/** A run that was brought back has trained for so long. */
export function setSecondsTrained(of: RunSettings, seconds: number): void {
  begun = of;
  before = seconds;
  since = null;
}

/** From now on it is known. */
export function followTime(): void {
  effect(() => {
    const { phase, startedAt } = run.value;
    const now = performance.now();
    const isFirst = begun === null;
    if (begun !== restorePoint.log.begun) setSecondsTrained(restorePoint.log.begun, 0);
    if (phase === 'training') since ??= isFirst ? (startedAt ?? now) : now;
    else {
      before = secondsTrained();
      since = null;
    }
  });
}
