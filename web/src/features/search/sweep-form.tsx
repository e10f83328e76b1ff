// SPDX-License-Identifier: MIT
//
// What is to be searched, and how.

import { grouped, percent } from '../../shared/format';
import { data, noun } from '../../state/store';
import { Choice } from '../../ui/choice';
import { NumberField } from '../../ui/number-field';
import { Info } from './info';
import { phase, start, wanted } from './sweep-state';
import { kinds, limits, settingOf, settings } from './wanted';
import type { Kind, Path, Varied, Wanted } from './wanted';

const offeredImages = [2000, 5000, 10_000, 20_000, 60_000];
const set = (change: Partial<Wanted>): void => {
  wanted.value = { ...wanted.value, ...change };
};

const isDense = (kind: Kind): boolean => kind === 'sigmoid' || kind === 'relu';

/** The whole of the data, judged by the test images, is how 361 networks are compared. */
function pickKind(kind: Kind): void {
  const all = data.value.facts?.trainCount ?? 0;
  if (isDense(kind)) set({ kind, images: all, fair: false, halving: false, epochs: 1 });
  else set({ kind, fair: true, halving: kind !== 'seeds', images: Math.min(all, 10_000) });
}

function Setting({
  label,
  varied,
  onChange,
}: {
  label: string;
  varied: Varied | null;
  onChange: (to: Varied | null) => void;
}) {
  const isFirst = label === 'Vary';
  return (
    <div class="search-setting">
      <Choice
        inLine
        label={label}
        testid={isFirst ? 'vary-first' : 'vary-second'}
        value={varied?.path ?? ''}
        onPick={(path) => {
          onChange(path === '' ? null : { path: path as Path, typed: settingOf(path).typed });
        }}
      >
        {!isFirst && <option value="">nothing else</option>}
        {settings.map(({ path, name }) => (
          <option key={path} value={path}>
            {name}
          </option>
        ))}
      </Choice>
      {varied !== null && (
        <label class="search-values">
          <span>Values</span>
          <input
            type="text"
            value={varied.typed}
            aria-label={`Values of ${settingOf(varied.path).name.toLowerCase()}`}
            onInput={(event) => {
              onChange({ ...varied, typed: event.currentTarget.value });
            }}
          />
        </label>
      )}
    </div>
  );
}

function OwnSettings() {
  const { varied, random } = wanted.value;
  const [first, second] = varied;
  return (
    <>
      <Setting
        label="Vary"
        varied={first}
        onChange={(to) => {
          set({ varied: [to!, second] });
        }}
      />
      <Setting
        label="and"
        varied={second}
        onChange={(to) => {
          set({ varied: [first, to] });
        }}
      />
      <label class="search-check">
        <input
          type="checkbox"
          checked={random !== null}
          onChange={(event) => {
            set({ random: event.currentTarget.checked ? 20 : null });
          }}
        />{' '}
        Random trials instead of every combination
      </label>
      {random !== null && (
        <label class="search-number">
          <span>How many</span>
          <NumberField
            id="random-trials"
            value={random}
            {...limits.random}
            integer
            offered={[10, 20, 50, 100]}
            onPick={(value) => {
              set({ random: value });
            }}
          />
        </label>
      )}
    </>
  );
}

export function SweepForm() {
  const { kind, epochs, images, halving, fair } = wanted.value;
  const total = data.value.facts?.trainCount ?? 0;
  const counts = [...new Set([...offeredImages.filter((count) => count < total), total])];
  const { many } = noun.value;
  return (
    <div class="settings search-form fields">
      <div class="with-info">
        <Choice
          label="Search"
          testid="sweep-kind"
          value={kind}
          onPick={(picked) => {
            pickKind(picked as Kind);
          }}
        >
          {Object.entries(kinds).map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Choice>
        <Info about="the sweep" topic="sweep" />
      </div>
      {kind === 'own' && <OwnSettings />}
      <Choice
        label={`Training ${many}`}
        testid="sweep-images"
        value={String(Math.min(images, total))}
        onPick={(picked) => {
          set({ images: Number(picked) });
        }}
      >
        {counts.map((count) => (
          <option key={count} value={String(count)}>
            {count === total ? `all ${grouped(count)}` : grouped(count)}
          </option>
        ))}
      </Choice>
      <label class="search-number">
        <span>Epochs</span>
        <NumberField
          id="sweep-epochs"
          value={epochs}
          {...limits.epochs}
          offered={[1, 2, 3, 5, 10]}
          onPick={(value) => {
            set({ epochs: value });
          }}
        />
      </label>
      <Choice
        label="Judged by"
        testid="sweep-judge"
        value={fair ? 'held-out' : 'test'}
        onPick={(picked) => {
          set({ fair: picked === 'held-out' });
        }}
      >
        <option value="held-out">
          {percent(1 / 6, 0)} of the training {many}, held out
        </option>
        <option value="test">the test {many}</option>
      </Choice>
      {kind !== 'seeds' && (
        <label class="search-check">
          <input
            type="checkbox"
            data-testid="halving"
            checked={halving}
            onChange={(event) => {
              set({ halving: event.currentTarget.checked });
            }}
          />{' '}
          Successive halving: bad trials end early
        </label>
      )}
      <button
        type="button"
        class="button primary"
        data-testid="start-sweep"
        disabled={phase.value !== 'idle' || total === 0}
        onClick={() => void start()}
      >
        Start the search
      </button>
    </div>
  );
}
