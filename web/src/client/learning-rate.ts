// SPDX-License-Identifier: MIT
//
// The command for another learning rate in mid-run. Loaded with the settings.

import { withRate } from '../shared/run-log';
import * as runState from '../state/run-state';
import { run } from '../state/store';
import { command } from './command';
import { request } from './connection';
import { restorePoint } from './restore-point';
import { carryOut, chosenSettings } from './run';

/** Another learning rate for the run as it is. */
export const adjustLearningRate = command((learningRate: number) =>
  carryOut({ changes: { ...chosenSettings().changes, learningRate } }, async () => {
    const { step } = await request('adjust', { learningRate });
    restorePoint.log = withRate(restorePoint.log, { step, learningRate });
    run.value = runState.adjusted(run.value, learningRate);
  }),
);
