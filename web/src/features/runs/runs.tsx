// SPDX-License-Identifier: MIT
//
// All runs that this browser keeps: a table of them, their curves over each other, two of them side by side, and what each gave for what it
// cost. Nothing of this is done while its tab is closed.

import { useEffect } from 'preact/hooks';
import { held } from '../../client/kept/held';
import { grouped, megabytes } from '../../shared/format';
import { maxBytes, maxRuns } from '../../client/kept/bounds';
import { keeping, keptChanges } from '../../state/kept';
import { run } from '../../state/store';
import { lazy, LazyPart } from '../../ui/lazy-part';
import { saveFile } from '../../ui/save-file';
import { useComputed } from '@preact/signals';
import { FrontPlot } from './front-plot';
import { Info } from './info';
import { Overlay } from './overlay';
import { listed, refresh, rows } from './state';
import { RunTable } from './table';
import { runsCsv, runsJson } from './tables';
import '../../ui/fields.css';
import './runs.css';

/** An engine of its own comes with it, so it waits until somebody looks. */
const sideBySide = lazy(async () => (await import('./side-by-side')).SideBySide);

/** Changes when the present run has begun, stopped, or been tested. */
const news = () => {
  const { phase, evaluations, facts, step } = run.value;
  return `${phase} ${evaluations.length} ${facts?.model} ${facts?.seed} ${step === 0}`;
};

const download = (kind: 'json' | 'csv'): void => {
  const isJson = kind === 'json';
  const text = (isJson ? runsJson : runsCsv)(rows.peek());
  saveFile(new Blob([text], { type: isJson ? 'application/json' : 'text/csv' }), `runs.${kind}`);
};

function Ways() {
  const isEmpty = rows.value.length === 0;
  return (
    <span class="controls">
      <button
        type="button"
        class="button small"
        disabled={isEmpty}
        title="Settings, tests and curves of all runs"
        onClick={() => {
          download('json');
        }}
      >
        Export JSON
      </button>
      <button
        type="button"
        class="button small"
        disabled={isEmpty}
        title="A line for each run, for spreadsheets"
        onClick={() => {
          download('csv');
        }}
      >
        Export CSV
      </button>
    </span>
  );
}

/** What is kept, for how long, and that something is not. */
function Summary() {
  const all = listed.value;
  if (all === null) return <p role="status">Loading …</p>;
  const { value } = keeping;
  const bytes = all.runs.reduce((sum, each) => sum + each.bytes, 0);
  const count = all.runs.length === 1 ? '1 run' : `${grouped(all.runs.length)} runs`;
  const lost = held.value.length > 0 || all.isRefused || value.is === 'refused';
  return (
    <>
      <p class="quiet">
        {count}, {megabytes(bytes)}. The browser keeps {maxRuns} runs or {megabytes(maxBytes)} besides the open ones;
        then the oldest go first. Pinned runs stay.
      </p>
      {lost && (
        <p role="status" data-testid="runs-refused">
          {value.is === 'refused' ? value.why : 'The browser does not let this page store anything.'} Runs that are not
          stored are here until you close this page. Save those that you need as files.
        </p>
      )}
    </>
  );
}

export function Runs() {
  const now = useComputed(news).value;
  const changes = keptChanges.value;
  const unstored = held.value;
  useEffect(() => {
    void refresh();
  }, [changes, now, unstored]);
  const isEmpty = listed.value !== null && rows.value.length === 0;
  return (
    <section class="runs" aria-labelledby="runs-heading">
      <div class="panel-head">
        <div class="with-info">
          <h2 id="runs-heading">Runs</h2> <Info about="the runs" topic="runs" />
        </div>
        <Ways />
      </div>
      <Summary />
      {isEmpty ? (
        <p>There is no run yet. Train the network; a run stays here when you begin another one.</p>
      ) : (
        <RunTable />
      )}
      <Overlay />
      <LazyPart part={sideBySide} props={{}} begins={{ within: '0px' }} place="sides-place" />
      <FrontPlot />
    </section>
  );
}
