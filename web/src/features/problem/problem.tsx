// SPDX-License-Identifier: MIT
//
// What went wrong, why, and the way out. The region is always there, so that screen readers announce what comes into it.

import { useEffect } from 'preact/hooks';
import { choose, rewind } from '../../client/run';
import { dismissProblem } from '../../client/command';
import { tryAgain } from '../../client/start-up';
import { engine, isGivenUp, isUnderWay, problem, run } from '../../state/store';
import { lazy } from '../../ui/lazy-part';
import '../../ui/problem.css';

const notice = lazy(async () => (await import('./notice')).Notice);

/** Without a word while it is loaded: this is where screen readers listen. */
function LaterNotice() {
  const wanted = isUnderWay.value;
  useEffect(() => {
    if (wanted) notice.load().catch(() => undefined); // the next run tries again
  }, [wanted]);
  const Notice = notice.value;
  return Notice === null ? null : <Notice />;
}

/** Out of a run that has diverged: the start again, or the other recipe where that is another one. */
function WaysOut() {
  const { phase, settings } = run.value;
  const entry = engine.value?.zoo.find(({ id }) => id === settings.model);
  if (phase !== 'diverged' || entry === undefined) return null;
  const other = settings.recipe === 'published' ? 'recommended' : 'published';
  return (
    <>
      <button type="button" class="button" onClick={() => void rewind()}>
        Rewind to the start
      </button>
      {entry.recipe.title !== entry.bestRecipe.title && (
        <button type="button" class="button" onClick={() => void choose({ recipe: other })}>
          {other === 'recommended' ? 'Use the recommended recipe' : 'Use the published recipe'}
        </button>
      )}
    </>
  );
}

export function Problem() {
  const text = problem.value;
  return (
    <div data-testid="error" role="alert" class="problem">
      {text !== null && (
        <div class="problem-card">
          <p>{text}</p>
          <div class="ways-out">
            <WaysOut />
            {isGivenUp.value ? (
              <button type="button" class="button" onClick={() => void tryAgain()}>
                Try again
              </button>
            ) : (
              <button type="button" class="button" onClick={dismissProblem}>
                Dismiss
              </button>
            )}
          </div>
        </div>
      )}
      <LaterNotice />
    </div>
  );
}
