// SPDX-License-Identifier: MIT
//
// Keeps the run as it is, to be drawn lighter behind the next ones; says what is set otherwise since then, and what came of it.

import { dropGhost, keepGhost } from '../../client/ghost';
import { percent } from '../../shared/format';
import { differences } from '../../state/comparison';
import { ghostRun } from '../../state/ghost';
import { lastTest } from '../../state/run-state';
import { run, runSettings } from '../../state/store';

const tested = (accuracy: number | undefined): string =>
  accuracy === undefined ? 'not tested yet' : `${percent(accuracy, 2)} of the test images`;

function Comparison() {
  const ghost = ghostRun.value!;
  const changed = differences(ghost.settings, runSettings.value);
  return (
    <p data-testid="comparison">
      {changed.length === 0 ? 'The same settings. Change one of them and train.' : `Now: ${changed.join('; ')}.`} Kept
      run: {tested(ghost.last?.accuracy)}; this run: {tested(lastTest(run.value)?.accuracy)}.
    </p>
  );
}

export function Compare() {
  const hasGhost = ghostRun.value !== null;
  return (
    <div class="compare">
      <button
        type="button"
        class="button small"
        disabled={run.value.step === 0}
        title="Keeps curves and weights of this run; change a setting, train, and see both"
        onClick={() => void keepGhost()}
      >
        {hasGhost ? 'Keep this run instead' : 'Keep this run to compare'}
      </button>
      {hasGhost && (
        <button type="button" class="button small" onClick={() => void dropGhost()}>
          Forget the kept run
        </button>
      )}
      {hasGhost && <Comparison />}
    </div>
  );
}
