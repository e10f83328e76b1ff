// SPDX-License-Identifier: MIT
//
// What is being edited outlasts a reload of the tab, though not the tab.

import { isSpec } from '../../shared/own-network';
import { draftOf, specOf } from './draft';
import type { Draft, Origin } from './draft';
import type { ModelSpec } from 'tinycnn';

const key = 'tinycnn-editor';

/** A network that is being edited, and the one that it was at first. */
export interface Edited {
  draft: Draft;
  before: Draft;
}

interface Stored {
  origin: Origin;
  spec: ModelSpec;
}

function stored(draft: Draft): Stored {
  const { of, normalize, loss } = draft;
  return { origin: { of, ...(normalize && { normalize }), ...(loss && { loss }) }, spec: specOf(draft) };
}

function draftIn(value: unknown): Draft | null {
  const { origin, spec } = (value ?? {}) as Partial<Stored>;
  return isSpec(spec) && typeof origin?.of === 'string' ? draftOf(spec, origin) : null;
}

export function keep({ draft, before }: Edited): void {
  try {
    sessionStorage.setItem(key, JSON.stringify([stored(draft), stored(before)]));
  } catch {
    // storage is refused: then it lasts as long as the page
  }
}

/** Null where nothing was kept. */
export function read(): Edited | null {
  try {
    const [first, second] = JSON.parse(sessionStorage.getItem(key) ?? '[]') as unknown[];
    const [draft, before] = [draftIn(first), draftIn(second)];
    return draft === null || before === null ? null : { draft, before };
  } catch {
    return null;
  }
}
