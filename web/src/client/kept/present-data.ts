// SPDX-License-Identifier: MIT
//
// The data that the page has, as a kept run names them.

import { generatedId } from '../../shared/generated';
import { data } from '../../state/store';
import { request } from '../connection';
import { restorePoint } from '../restore-point';
import type { DatasetFacts } from '../../shared/protocol';
import type { KeptData, KeptSource } from './schema';

let hashed: { of: DatasetFacts; hash: Promise<string> } | null = null;

/** Of the visitor's own files, by what came of them. It is asked for while the worker has them. */
function hashOf(facts: DatasetFacts): Promise<string> {
  if (hashed?.of !== facts) {
    const hash = request('dataHash', {}).then((found) => found.hash);
    hashed = { of: facts, hash };
    hash.catch(() => (hashed = null)); // the next one asks again
  }
  return hashed.hash;
}

/** Files from disk may be those of a published data set. */
async function sourceOf(facts: DatasetFacts): Promise<KeptSource> {
  if (facts.id === generatedId) return { kind: 'generated' };
  if (facts.id !== 'files') return { kind: 'published', id: facts.id };
  const { source } = restorePoint;
  const orientation = source.kind === 'files' ? source.orientation : 'auto';
  return { kind: 'files', orientation, hash: await hashOf(facts) };
}

export async function keptDataOf(facts: DatasetFacts): Promise<KeptData> {
  const { title, classes, trainCount, testCount } = facts;
  return { source: await sourceOf(facts), title, classes, trainCount, testCount };
}

/** Null while there are none. */
export async function presentData(): Promise<KeptData | null> {
  const { facts } = data.peek();
  return facts === null ? null : keptDataOf(facts);
}
