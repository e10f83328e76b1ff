// SPDX-License-Identifier: MIT
//
// Who leaves the page with something that would be lost is asked first: a network that the visitor has trained, or set up otherwise, and
// that the browser does not keep.

import { restorePoint } from '../client/restore-point';
import { isOwnWork } from '../client/run';
import { data, run } from '../state/store';

function wouldLose(): boolean {
  const { step, facts } = run.peek();
  const isTrained = step > 0 && step >= (facts?.stepsPerEpoch ?? 0);
  return !restorePoint.isKept && ((isOwnWork() && isTrained) || data.peek().facts?.id === 'files');
}

export function askBeforeLeaving(): void {
  addEventListener('beforeunload', (event) => {
    if (wouldLose()) event.preventDefault();
  });
}
