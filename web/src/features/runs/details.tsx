// SPDX-License-Identifier: MIT
//
// What is known of one run, and what can be done with it: go on, branch, begin another network with its weights, name, pin, save, delete.

import { useState } from 'preact/hooks';
import { attempt } from '../../client/command';
import { beginFrom, branch, deleteRun, fileOfRun, pin, presentId, rename } from '../../client/kept/runs';
import { goOnWith } from '../../client/kept/restore';
import { grouped, megabytes, percent, unknown } from '../../shared/format';
import { recipeLimits } from '../../shared/recipe-changes';
import { saveFile } from '../../ui/save-file';
import { Info } from './info';
import { opened } from './state';
import type { Row } from './rows';

/** The last so many tests. */
const shownTests = 5;

function Facts({ row: { listed, step, bytes } }: { row: Row }) {
  const { run } = listed;
  const tests = run.known.evaluations;
  const layers = run.spec?.layers.length;
  return (
    <dl class="run-facts">
      <div>
        <dt>Tests</dt>
        <dd>
          {tests.length === 0
            ? 'not tested yet'
            : tests
                .slice(-shownTests)
                .map((test) => `${percent(test.accuracy, 2)} at step ${grouped(test.step)}`)
                .join(', ')}
        </dd>
      </div>
      <div>
        <dt>Network</dt>
        <dd>
          {run.network}
          {layers !== undefined && `, ${layers} layers`}
        </dd>
      </div>
      <div>
        <dt>Weights at step {grouped(step)}</dt>
        <dd>
          <code data-testid="run-hash">{run.hash ?? unknown}</code>
        </dd>
      </div>
      <div>
        <dt>Saved</dt>
        <dd>
          {new Date(run.savedAt).toLocaleString()}, {megabytes(bytes)}
        </dd>
      </div>
    </dl>
  );
}

function Rename({ row, onEnd }: { row: Row; onEnd: () => void }) {
  return (
    <form
      class="run-form fields"
      onSubmit={(event) => {
        event.preventDefault();
        const field = event.currentTarget.elements.namedItem('name') as HTMLInputElement;
        void rename(row.id, field.value);
        onEnd();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onEnd();
      }}
    >
      <label>
        Name{' '}
        <input
          name="name"
          type="text"
          maxLength={80}
          defaultValue={row.name}
          ref={(field) => {
            field?.select();
          }}
        />
      </label>
      <button type="submit" class="button small">
        Save name
      </button>
    </form>
  );
}

function Branch({ row, onEnd }: { row: Row; onEnd: () => void }) {
  return (
    <form
      class="run-form fields"
      onSubmit={(event) => {
        event.preventDefault();
        const { valueAsNumber: rate } = event.currentTarget.elements.namedItem('rate') as HTMLInputElement;
        void branch(row.id, Number.isNaN(rate) ? null : rate);
        onEnd();
      }}
    >
      <label>
        Learning rate from step {grouped(row.step)} on{' '}
        <input name="rate" type="number" step="any" min={0} max={recipeLimits.learningRate} placeholder="as it is" />
      </label>
      <button type="submit" class="button small">
        Begin the branch
      </button>
      <button
        type="button"
        class="button small"
        title="A new run with any settings: it begins with these weights, and counts its steps anew"
        onClick={() => {
          void beginFrom(row.id, `${row.name}, step ${grouped(row.step)}`);
          onEnd();
        }}
      >
        New run from its weights
      </button>
      <Info about="branches" topic="branch" />
    </form>
  );
}

/** Asks once more. */
function Delete({ row }: { row: Row }) {
  const [isSure, setSure] = useState(false);
  return (
    <button
      type="button"
      class="button small"
      onBlur={() => {
        setSure(false);
      }}
      onClick={() => {
        setSure(!isSure);
        if (!isSure) return;
        opened.value = null;
        void deleteRun(row.id);
        document.querySelector<HTMLElement>('.run-table-holder')?.focus();
      }}
    >
      {isSure ? 'Press again to delete' : 'Delete'}
    </button>
  );
}

const fileName = (name: string): string =>
  `${name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')}.tinyrun`;

const save = ({ id, name }: Row): Promise<void> =>
  attempt(async () => {
    saveFile(new Blob([await fileOfRun(id)]), fileName(name));
  });

export function Details({ row }: { row: Row }) {
  const [form, setForm] = useState<'name' | 'branch' | null>(null);
  const { place, isPinned, id } = row;
  const isStored = id !== presentId && place !== 'held';
  const onEnd = (): void => {
    setForm(null);
  };
  const toggle = (which: 'name' | 'branch') => (): void => {
    setForm(form === which ? null : which);
  };
  return (
    <div class="run-open">
      <Facts row={row} />
      <div class="controls">
        {(place === 'closed' || place === 'held') && (
          <button type="button" class="button small" title="The present run is kept" onClick={() => void goOnWith(id)}>
            Go on
          </button>
        )}
        <button type="button" class="button small" aria-expanded={form === 'branch'} onClick={toggle('branch')}>
          Branch
        </button>
        {id !== presentId && (
          <button type="button" class="button small" aria-expanded={form === 'name'} onClick={toggle('name')}>
            Rename
          </button>
        )}
        {isStored && (
          <button type="button" class="button small" aria-pressed={isPinned} onClick={() => void pin(id, !isPinned)}>
            Pin
          </button>
        )}
        <button
          type="button"
          class="button small"
          title="With its history; Import reads it"
          onClick={() => void save(row)}
        >
          Save as a file
        </button>
        {place !== 'elsewhere' && id !== presentId && <Delete row={row} />}
      </div>
      {form === 'name' && <Rename row={row} onEnd={onEnd} />}
      {form === 'branch' && <Branch row={row} onEnd={onEnd} />}
    </div>
  );
}
