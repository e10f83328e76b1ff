// SPDX-License-Identifier: MIT
//
// The runs as a table that sorts by what they cost and gave; below the line of a run, once it is opened, what can be done with it.

import { Fragment } from 'preact';
import { grouped, percent, unknown } from '../../shared/format';
import { setOtherwise } from '../../state/comparison';
import { timeText } from './words';
import { Details } from './details';
import { pressed } from './rows';
import { hasRoom, letters, opened, order, overlaidAs, overlay, rows } from './state';
import type { Row, SortKey } from './rows';

const columns: readonly { key: SortKey; title: string; text: (row: Row) => string }[] = [
  { key: 'accuracy', title: 'Test accuracy', text: ({ accuracy }) => percent(accuracy, 2) },
  {
    key: 'parameters',
    title: 'Parameters',
    text: ({ parameters: count }) => (count === null ? unknown : grouped(count)),
  },
  { key: 'macs', title: 'Multiply-adds', text: ({ macs }) => (macs === null ? unknown : grouped(macs)) },
  { key: 'seconds', title: 'Time', text: ({ seconds }) => timeText(seconds) },
  { key: 'step', title: 'Steps', text: ({ step }) => grouped(step) },
];

function Heading({ name, title }: { name: SortKey; title: string }) {
  const { by, isDescending } = order.value;
  const direction = by !== name ? 'none' : isDescending ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={direction}>
      <button
        type="button"
        class="sort"
        onClick={() => {
          order.value = pressed(order.value, name);
        }}
      >
        {title}
        <span aria-hidden="true" class="sort-mark">
          {direction === 'none' ? '↕' : isDescending ? '↓' : '↑'}
        </span>
      </button>
    </th>
  );
}

const placeTexts: Readonly<Record<Row['place'], string | null>> = {
  here: 'this run',
  elsewhere: 'open in another tab',
  held: 'not stored',
  closed: null,
};

/** "MNIST, seed 4, learning rate 0.01" */
const about = ({ data, network, settings, name }: Row): string =>
  [...(name.startsWith(network) ? [] : [network]), ...[data, `seed ${settings.seed}`, ...setOtherwise(settings)]].join(
    ', ',
  );

function Overlaid({ row }: { row: Row }) {
  const drawn = overlaidAs(row.id);
  return (
    <td class="run-overlay">
      <label title="Draws its curves below">
        <input
          type="checkbox"
          aria-label={`Draw the curves of ${row.name}`}
          checked={drawn !== null}
          disabled={drawn === null && !hasRoom.value}
          onChange={({ currentTarget: { checked } }) => {
            overlay(row.id, checked);
          }}
        />
        <span class="run-letter" style={drawn === null ? {} : { color: `var(${drawn.color})` }}>
          {drawn?.letter}
        </span>
      </label>
    </td>
  );
}

function Line({ row }: { row: Row }) {
  const isOpen = opened.value === row.id;
  const place = placeTexts[row.place];
  return (
    <tr data-testid={`run-${row.id}`} class={row.place === 'here' ? 'present' : ''}>
      <Overlaid row={row} />
      <th scope="row">
        <button
          type="button"
          class="run-name"
          aria-expanded={isOpen}
          onClick={() => {
            opened.value = isOpen ? null : row.id;
          }}
        >
          <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> <span data-testid="run-name">{row.name}</span>
        </button>
        {row.isPinned && <span class="run-place"> pinned</span>}
        {place !== null && <span class="run-place"> {place}</span>}
        <span class="quiet run-about">{about(row)}</span>
      </th>
      {columns.map(({ key, text }) => (
        <td key={key} class="run-figure" data-column={key}>
          {text(row)}
        </td>
      ))}
    </tr>
  );
}

export function RunTable() {
  return (
    <div class="run-table-holder" role="region" aria-label="Table of runs" tabIndex={0}>
      <table class="run-table" data-testid="run-list">
        <thead>
          <tr>
            <th scope="col">
              <span class="out-of-sight">Curves, at most {letters.length}</span>
            </th>
            <th scope="col">Run</th>
            {columns.map(({ key, title }) => (
              <Heading key={key} name={key} title={title} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.value.map((row) => (
            <Fragment key={row.id}>
              <Line row={row} />
              {opened.value === row.id && (
                <tr class="run-details">
                  <td colSpan={2 + columns.length}>
                    <Details row={row} />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}
