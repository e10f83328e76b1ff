// SPDX-License-Identifier: MIT
//
// A search over settings or networks: what is wanted, how far it is, and what was found.

import { headerLine, resultLine } from 'tinycnn/sweep';
import { duration, grouped } from '../../shared/format';
import { saveFile } from '../../ui/save-file';
import { HeatMap } from './heat-map';
import { Ranking } from './ranking';
import { Rungs } from './rungs';
import { failure, forget, goOn, isOfPresentData, kept, notKept, pause, phase, shown } from './sweep-state';
import { SweepForm } from './sweep-form';
import type { SweepProgress } from 'tinycnn/sweep';

function exportResults({ sweep, results }: SweepProgress): void {
  const text = headerLine(sweep) + results.map(resultLine).join('');
  saveFile(new Blob([text], { type: 'application/jsonl' }), `${sweep.name.replace(/[^\w-]+/g, '-')}.jsonl`);
}

function Status() {
  const now = shown.value!;
  const { progress, secondsLeft, isDone } = now;
  const tried = new Set(progress.results.map(({ id }) => id)).size;
  const left = secondsLeft === null ? '' : `, about ${duration(secondsLeft)} left`;
  const states = { idle: isDone ? 'Done' : 'Paused', preparing: 'Preparing', running: 'Searching' } as const;
  return (
    <p role="status" data-testid="sweep-status">
      {states[phase.value]}: {grouped(tried)} of {grouped(progress.trials.length)} networks tried{left}.
    </p>
  );
}

function Controls() {
  const { progress, isDone } = shown.value!;
  const runs = phase.value !== 'idle';
  return (
    <p class="controls">
      {runs && (
        <button type="button" class="button" data-testid="pause-sweep" onClick={pause}>
          Pause
        </button>
      )}
      {!runs && !isDone && (
        <button
          type="button"
          class="button primary"
          data-testid="continue-sweep"
          disabled={!isOfPresentData.value}
          onClick={() => void goOn()}
        >
          Continue
        </button>
      )}{' '}
      <button
        type="button"
        class="button"
        disabled={progress.results.length === 0}
        onClick={() => {
          exportResults(progress);
        }}
      >
        Export results
      </button>{' '}
      <button type="button" class="button" data-testid="forget-sweep" onClick={() => void forget()}>
        Delete
      </button>
    </p>
  );
}

function Found() {
  const now = shown.value;
  const sweep = kept.value;
  if (now === null || sweep === null) return null;
  const { progress, ranking, done, all } = now;
  return (
    <div class="search-found">
      <h4>{progress.sweep.name}</h4>
      <Status />
      <progress aria-label="Search" max={all} value={done} />
      <Controls />
      {!isOfPresentData.value && <p>It is about {sweep.data.title}. Choose those data to continue it.</p>}
      {notKept.value !== null && <p role="alert">{notKept.value}</p>}
      {ranking.length > 0 && (
        <>
          <HeatMap sweep={progress.sweep} results={ranking} />
          <Rungs progress={progress} />
          <Ranking progress={progress} ranking={ranking} />
        </>
      )}
    </div>
  );
}

export function SweepPanel() {
  return (
    <section class="search-part panel" aria-labelledby="sweep-heading" data-testid="sweep">
      <h3 id="sweep-heading">Search over settings and networks</h3>
      <p class="quiet">
        Many networks are trained beside the one on the page, one on each core, and compared. The search goes on while
        you look at something else, and after a reload from where it was.
      </p>
      <SweepForm />
      {failure.value !== null && <p role="alert">{failure.value}</p>}
      <Found />
    </section>
  );
}
