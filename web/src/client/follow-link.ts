// SPDX-License-Identifier: MIT
//
// Has the page show what a link says, as it stands: settings, data, what is looked at, and when training stops.

import { fittedView, isSame, showView, sourceNamed } from '../state/current-view';
import { fromHash, toHash } from '../state/page-link';
import { run } from '../state/store';
import { firstView, fromViewHash } from '../state/view-link';
import { configure, known } from './configure';
import { load } from './data';
import { listExamples } from './examples';
import { pickTestDigit } from './input';
import { restorePoint } from './restore-point';
import { stopAt } from './run';

/** Begins another run only where the settings are others. */
export async function followLink(hash: string): Promise<void> {
  const link = fromHash(hash);
  const view = fromViewHash(hash);
  const next = await known(link.settings);
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
