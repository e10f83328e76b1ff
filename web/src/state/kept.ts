// SPDX-License-Identifier: MIT
//
// What the page can say of what it keeps between visits.

import { signal } from '@preact/signals';
import type { Aim } from './recipe-link';

export type Keeping =
  /** Nothing worth keeping yet. */
  | { is: 'waiting' }
  | { is: 'saved'; step: number }
  /** `why`: as a sentence. Training goes on. */
  | { is: 'refused'; why: string };

export const keeping = signal<Keeping>({ is: 'waiting' });

/** What is said of a run that is kept and not the present one; where it can be gone on with, which it is. */
export interface Offer {
  text: string;
  id: string | null;
}

export const offer = signal<Offer | null>(null);

/** The weights that a link has promised, on the way to them. */
export const aim = signal<Aim | null>(null);
/** Whether the last such link was right; null before. */
export const outcome = signal<'same' | 'other' | null>(null);

/** Counts up when what is kept has changed, here or in another tab. */
export const keptChanges = signal(0);
