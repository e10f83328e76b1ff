// SPDX-License-Identifier: MIT
//
// The page's start: what the address asks for is brought up, and a link that is put into the address later is followed.

import { effect } from '@preact/signals';
import { fromHash, toHash } from '../state/page-link';
import * as runState from '../state/run-state';
import { run } from '../state/store';
import { firstView, fromViewHash } from '../state/view-link';
import { command } from '../client/command';
import { configure, known } from '../client/configure';
import { listen } from '../client/connection';
import { load } from '../client/data';
import { receive } from '../client/events';
import { listExamples } from '../client/examples';
import { pickTestDigit } from '../client/input';
import { fittedView, isSame, showView, sourceNamed } from '../state/current-view';
import { askBeforeLeaving } from './leaving';
import { followHistory, isOwnEntry, keepHistory } from './page-history';
import { linked, recover, startUp } from '../client/recovery';
import { restorePoint } from '../client/restore-point';
import { stopAt } from '../client/run';

export async function open(): Promise<void> {
  listen({ event: receive, lost: (loss) => void recover(loss) });
  const link = fromHash(location.hash);
  linked.view = fromViewHash(location.hash);
  run.value = runState.initialRun(link.settings);
  restorePoint.source = sourceNamed(link.data);
  effect(keepHistory);
  followHistory();
  askBeforeLeaving();
  addEventListener('hashchange', () => void followLink());
  await startUp();
}

/** A link that somebody puts into the address of the page as it stands; the name of a place on the page is none, nor is an entry of the
 * page's history. */
const followLink = command(async () => {
  const { hash } = location;
  if (isOwnEntry()) return;
  if (hash.includes('=')) {
    const link = fromHash(hash);
    const view = fromViewHash(hash);
    const next = known(link.settings);
    if (toHash({ data: null, settings: next }) !== toHash({ data: null, settings: run.value.settings })) {
      await configure(next);
    }
    const wanted = sourceNamed(link.data);
    if (!isSame(wanted, restorePoint.source)) await load(wanted, view.digit);
    else if (view.digit !== firstView.digit) await pickTestDigit(view.digit);
    showView(view);
    await stopAt(view.stop);
    listExamples(fittedView(view).examples);
  }
  keepHistory();
});
