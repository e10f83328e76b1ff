// SPDX-License-Identifier: MIT
//
// The benchmark's page: what to measure, how far it is, and what came out beside the reference figures.

import { grouped } from '../../shared/format';
import { chooseThreads, start, stop, toggle } from '../../client/bench';
import { bench } from '../../state/bench';
import { referenceInWords } from './reference';
import { Results } from './results';
import '../../ui/problem.css';

function Networks() {
  const { subjects, chosen, phase } = bench.value;
  return (
    <fieldset class="networks" disabled={phase === 'running'}>
      <legend>Networks</legend>
      {subjects.map(({ id, title, parameters, batchSize }) => (
        <label key={id} class="network-choice">
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={() => {
              toggle(id);
            }}
          />
          <span>
            {title}
            <span class="quiet">
              {' '}
              {grouped(parameters)} weights, batch {grouped(batchSize)}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Threads() {
  const { threads, chosenThreads, phase } = bench.value;
  return (
    <label class="choice">
      <span>Threads</span>
      <select
        data-testid="threads-picker"
        value={chosenThreads}
        disabled={phase === 'running'}
        onChange={({ currentTarget }) => {
          chooseThreads(Number(currentTarget.value));
        }}
      >
        {Array.from({ length: threads }, (_, i) => i + 1).map((count) => (
          <option key={count} value={count}>
            {count === 1 ? '1' : `1 to ${count}`}
          </option>
        ))}
      </select>
    </label>
  );
}

function Progress() {
  const { phase, progress } = bench.value;
  const share = progress === null ? 0 : progress.done / progress.total;
  const doing = {
    opening: 'Loading the engine.',
    ready: 'Ready. No data leave this device. Close other busy tabs for reliable figures.',
    running: progress === null ? 'Starting.' : `Measuring ${progress.doing}.`,
    finished: 'Done.',
  }[phase];
  return (
    <div class="bench-progress">
      <progress aria-label="Progress of the benchmark" max={1} value={phase === 'finished' ? 1 : share} />
      <p class="quiet" data-testid="bench-status" role="status">
        {doing}
      </p>
    </div>
  );
}

function Controls() {
  const { phase, chosen } = bench.value;
  const running = phase === 'running';
  return (
    <section class="panel bench-controls" aria-label="Settings of the benchmark">
      <Networks />
      <div class="bench-start">
        <Threads />
        <button
          type="button"
          class="button primary"
          disabled={phase === 'opening' || (!running && chosen.length === 0)}
          onClick={running ? stop : start}
        >
          {running ? 'Stop' : 'Run'}
        </button>
        <Progress />
      </div>
    </section>
  );
}

function Problem() {
  const { problem } = bench.value;
  return (
    <div data-testid="error" role="alert" class="problem">
      {problem !== null && (
        <div class="problem-card">
          <p>The benchmark stopped: {problem}</p>
        </div>
      )}
    </div>
  );
}

export function BenchPage() {
  const source = referenceInWords();
  return (
    <>
      <header class="masthead">
        <h1>TinyCNN benchmark</h1>
        <p>
          How many images per second this browser trains on, using only the processor, and how close that is to the
          processor’s peak in this browser.
        </p>
      </header>
      <main>
        <Problem />
        <Controls />
        <Results />
        <section class="bench-notes quiet" aria-label="Method">
          <p>
            Complete training steps on synthetic digits: loading the batch, forward pass, backward pass, optimizer. The
            share of the peak compares the multiply-adds of a step with those of a loop of nothing but multiply-adds,
            measured at the same time. Winograd’s algorithm needs fewer multiplications than are counted, so the share
            can be higher than the real utilization. Each figure is the median of three runs.
          </p>
          {source !== null && <p>{source}</p>}
        </section>
      </main>
      <footer class="foot">
        <a href="./">Back to the network</a>
      </footer>
    </>
  );
}
