// SPDX-License-Identifier: MIT
//
// Commands for the data set.

import { batch } from '@preact/signals';
import { generatedId } from '../shared/generated';
import * as dataState from '../state/data-state';
import * as digitState from '../state/digit-state';
import { data, digit, pad, problem } from '../state/store';
import { firstView } from '../state/view-link';
import { command } from './command';
import { begin } from './configure';
import { request } from './connection';
import { pickTestDigit, sendDrawings } from './input';
import { restorePoint } from './restore-point';
import type { Orientation } from '../shared/dataset';
import type { DataSource, DatasetFacts, RunFacts } from '../shared/protocol';
import type { DroppedFile } from '../shared/source-file';

/** Brings a run back that was kept, on the data and with the network that the worker has by now; has the page show it. */
export type BringBack = (facts: DatasetFacts, run: RunFacts) => Promise<() => void>;

/** Loads, and on success starts a new run on what was loaded, or brings one back; on failure everything stays as it was. */
export async function load(from: DataSource, firstDigit = firstView.digit, bringBack?: BringBack): Promise<void> {
  try {
    const loaded = await request('load', { source: from });
    if (loaded === null) return;
    const { data: facts, run: begun } = loaded;
    // What took its place comes back as such: a run goes on with the data that it began with.
    restorePoint.source = facts.id === generatedId ? { kind: 'generated' } : from;
    const show = await bringBack?.(facts, begun.facts);
    batch(() => {
      data.value = dataState.loaded(data.value, facts);
      if (digit.value.currentInput.kind === 'test') digit.value = digitState.cleared(digit.value);
      begin(begun);
      show?.();
      problem.value = null;
    });
    await sendDrawings();
    const first = firstDigit < facts.testCount ? firstDigit : firstView.digit;
    if (pad.value.strokes.length === 0) await pickTestDigit(first);
  } catch (error) {
    data.value = dataState.failed(data.value, from.kind === 'published' ? from.id : undefined);
    throw error;
  }
}

export const loadFromFiles = command((files: readonly DroppedFile[]) =>
  load({ kind: 'files', files, orientation: 'auto' }),
);

/** The visitor's files once more, their images taken this way round. */
export const orient = command(async (orientation: Orientation) => {
  const { source } = restorePoint;
  if (source.kind === 'files') await load({ ...source, orientation });
});

export const loadPublished = command((id: string) => load({ kind: 'published', id, orGenerated: false }));

export const loadGenerated = command(() => load({ kind: 'generated' }));
