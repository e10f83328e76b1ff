// SPDX-License-Identifier: MIT
//
// The page's start: what the address asks for is brought up, and a link that is put into the address later is followed.

import { effect } from '@preact/signals';
import { fromHash } from '../state/page-link';
import * as runState from '../state/run-state';
import { run } from '../state/store';
import { fromViewHash } from '../state/view-link';
import { command } from '../client/command';
import { listen } from '../client/connection';
import { receive } from '../client/events';
import { findKept } from '../client/kept';
import { lesson, lessonIn } from '../state/lesson';
import { sourceNamed } from '../state/current-view';
import { askBeforeLeaving } from './leaving';
import { followHistory, isOwnEntry, keepHistory } from './page-history';
import { linked, lose, startUp } from '../client/start-up';
import { restorePoint } from '../client/restore-point';

export async function open(): Promise<void> {
  listen({ event: receive, lost: lose });
  const link = fromHash(location.hash);
  lesson.value = lessonIn(location.hash);
  linked.view = fromViewHash(location.hash);
  linked.kept = findKept(location.hash);
  run.value = runState.initialRun(link.settings);
  restorePoint.source = sourceNamed(link.data);
  effect(keepHistory);
  followHistory();
  askBeforeLeaving();
  addEventListener('hashchange', () => void followLink());
  const { hash } = location;
  await startUp();
  await pursue(hash);
}

/** Trains to the weights that a link names, if it names any. */
async function pursue(hash: string): Promise<void> {
  if (hash.includes('weights=')) await (await import('../client/goal')).pursue(hash);
}

/** A link that somebody puts into the address of the page as it stands; the name of a place on the page is none, nor is an entry of the
 * page's history. */
const followLink = command(async () => {
  const { hash } = location;
  if (isOwnEntry()) return;
  if (hash.includes('=')) {
    lesson.value = lessonIn(hash);
    await (await import('../client/follow-link')).followLink(hash);
    await pursue(hash);
  }
  keepHistory();
});
