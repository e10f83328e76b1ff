// SPDX-License-Identifier: MIT
//
// The best trials of a sweep so far.

import { signal } from '@preact/signals';
import { inWords } from '../../client/command';
import { choose } from '../../client/run';
import { grouped, percent } from '../../shared/format';
import { run } from '../../state/store';
import { scoreText } from './heat-map';
import { scoreOf } from 'tinycnn/sweep';
import { takeTrial } from './take-trial';
import { nameOf, valueText } from './wanted';
import type { SweepProgress, TrialResult } from 'tinycnn/sweep';
import type { RecipeChanges } from '../../shared/recipe-changes';

const count = 10;
const taking = signal<number | null>(null);
const failure = signal<string | null>(null);

/** What the page's settings call a setting of a trial. */
const changesOf: Readonly<Record<string, keyof RecipeChanges>> = {
  'optimizer.learningRate': 'learningRate',
  batchSize: 'batchSize',
};

/** The settings of a trial as the page has them; null where the page has no such setting. */
function settingsOf({ values }: TrialResult): { changes: RecipeChanges; seed?: number } | null {
  const changes: RecipeChanges = { ...run.value.settings.changes };
  let seed: number | undefined;
  for (const [path, value] of Object.entries(values)) {
    const change = changesOf[path];
    if (typeof value !== 'number') return null;
    if (path === 'seed') seed = value;
    else if (change === undefined) return null;
    else Object.assign(changes, { [change]: value });
  }
  return { changes, ...(seed === undefined ? {} : { seed }) };
}

async function take(progress: SweepProgress, result: TrialResult): Promise<void> {
  taking.value = result.id;
  failure.value = null;
  try {
    await takeTrial(progress, result);
  } catch (error) {
    failure.value = inWords(error);
  } finally {
    taking.value = null;
  }
}

/** Mean and standard deviation over seeds. */
function Spread({ progress, ranking }: { progress: SweepProgress; ranking: readonly TrialResult[] }) {
  const paths = Object.keys(progress.sweep.vary);
  if (paths.length !== 1 || paths[0] !== 'seed' || ranking.length < 2) return null;
  const mean = ranking.reduce((sum, { accuracy }) => sum + accuracy, 0) / ranking.length;
  const variance = ranking.reduce((sum, { accuracy }) => sum + (accuracy - mean) ** 2, 0) / (ranking.length - 1);
  return (
    <p data-testid="spread">
      Mean accuracy {percent(mean, 2)}, standard deviation {percent(Math.sqrt(variance), 2)}, over {ranking.length}{' '}
      seeds.
    </p>
  );
}

export function Ranking({ progress, ranking }: { progress: SweepProgress; ranking: readonly TrialResult[] }) {
  const { vary, score } = progress.sweep;
  const paths = Object.keys(vary);
  return (
    <>
      <Spread progress={progress} ranking={ranking} />
      {failure.value !== null && <p role="alert">{failure.value}</p>}
      <div class="ranking-holder" tabIndex={0} role="group" aria-label="The best trials">
        <table class="ranking" data-testid="ranking">
          <caption>
            The best {Math.min(count, ranking.length)} of {grouped(progress.trials.length)}
          </caption>
          <thead>
            <tr>
              {paths.map((path) => (
                <th key={path} scope="col">
                  {nameOf(path)}
                </th>
              ))}
              <th scope="col">Accuracy</th>
              {score !== 'accuracy' && <th scope="col">Accuracy² / s</th>}
              <th scope="col">Epochs</th>
              <th scope="col">Training</th>
              <th scope="col">Parameters</th>
              <th scope="col">Multiply-adds</th>
              <th scope="col">Use</th>
            </tr>
          </thead>
          <tbody>
            {ranking.slice(0, count).map((result) => {
              const own = settingsOf(result);
              return (
                <tr key={result.id}>
                  {paths.map((path) => (
                    <td key={path}>{valueText(result.values[path])}</td>
                  ))}
                  <td>{result.divergence === undefined ? percent(result.accuracy, 2) : 'diverged'}</td>
                  {score !== 'accuracy' && <td>{scoreText(scoreOf(result, score), score)}</td>}
                  <td>{Number(result.epochs.toPrecision(2))}</td>
                  <td>{result.seconds.toFixed(1)} s</td>
                  <td>{grouped(result.parameters)}</td>
                  <td>{grouped(result.macs)}</td>
                  <td>
                    {own !== null && (
                      <button
                        type="button"
                        class="button small"
                        title="Restarts training"
                        onClick={() => void choose(own)}
                      >
                        Use settings
                      </button>
                    )}{' '}
                    <button
                      type="button"
                      class="button small"
                      disabled={taking.value !== null}
                      title="Puts this network, as it was trained, on the page"
                      onClick={() => void take(progress, result)}
                    >
                      {taking.value === result.id ? 'Taking …' : 'Use network'}
                    </button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}
