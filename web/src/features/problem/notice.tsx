// SPDX-License-Identifier: MIT
//
// What is noticed of a run that goes on: why it does not learn, and the way out.

import { computed, signal } from '@preact/signals';
import { choose, chosenSettings, rewind } from '../../client/run';
import { rateText } from '../../shared/format-small';
import { lastTest } from '../../state/run-state';
import { noticeOf } from '../../state/notices';
import { classNames, guessingLoss, problem, recipe, run, runFacts } from '../../state/store';

const notice = computed(() => {
  const { curve, phase, step } = run.value;
  if (phase === 'diverged' || step === 0) return null;
  return noticeOf({
    points: curve.points,
    dead: lastTest(run.value)?.dead ?? null,
    classes: classNames.value.length,
    guessingLoss: recipe.value?.loss.type === 'mse' ? null : guessingLoss.value,
    learningRate: recipe.value?.optimizer.learningRate ?? 1e-3,
  });
});

/** Those of one run and one kind, until another run. */
const dismissed = signal<{ run: unknown; kind: string } | null>(null);

export const presentNotice = computed(() => {
  const now = notice.value;
  const isDismissed =
    dismissed.value !== null && dismissed.value.run === runFacts.value && dismissed.value.kind === now?.kind;
  return problem.value !== null || isDismissed ? null : now;
});

export function Notice() {
  const now = presentNotice.value;
  if (now === null) return null;
  const { kind, headline, why, rate } = now;
  return (
    <div class="problem-card notice" data-testid={`notice-${kind}`}>
      <div>
        <p>
          <strong>{headline}</strong>
        </p>
        <details>
          <summary>Why, and what to do</summary>
          <p>{why}</p>
        </details>
      </div>
      <div class="ways-out">
        <button
          type="button"
          class="button"
          onClick={() => void choose({ changes: { ...chosenSettings().changes, learningRate: rate } })}
        >
          Restart with learning rate {rateText(rate)}
        </button>
        <button type="button" class="button" onClick={() => void rewind()}>
          Rewind
        </button>
        <button type="button" class="button" onClick={() => (dismissed.value = { run: runFacts.value, kind })}>
          Dismiss
        </button>
      </div>
    </div>
  );
}
