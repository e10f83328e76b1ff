// SPDX-License-Identifier: MIT
//
// The run's past: its weights at the moments that were noted, and the step that is looked back at.

import { computed, signal } from '@preact/signals';
import { asOf } from './run-state';
import { run } from './store';
import type { Moment } from '../shared/moments';

/** In the order of their steps. */
export const moments = signal<readonly Moment[]>([]);

/** The step of the newest snapshot. */
export const snapshotStep = signal(0);

/** Everything that is shown of the network is of this step; null: of the present. */
export const lookedAt = signal<number | null>(null);

/** The run as it was then. */
export const shownRun = computed(() => (lookedAt.value === null ? run.value : asOf(run.value, lookedAt.value)));

/** What comes after it belonged to another run, or is to come again. */
export const withMoment = (before: readonly Moment[], moment: Moment): readonly Moment[] => [
  ...before.filter(({ step }) => step < moment.step),
  moment,
];
