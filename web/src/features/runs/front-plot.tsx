// SPDX-License-Identifier: MIT
//
// Test accuracy against parameters, multiply-adds or time, of the runs and of the zoo, with the front of those that no other beats in both.
// The arrow keys go from point to point; the same figures stand in a table.

import { signal, useComputed, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { grouped, percent } from '../../shared/format';
import { mnist } from '../../shared/published-datasets';
import { data, engine } from '../../state/store';
import { destination } from '../../ui/arrow-keys';
import { useRoom } from '../../ui/use-room';
import { accuracyAxis, accuracyPlace, costAxis, paretoFront, runPoints, zooPoints } from './front';
import { Info } from './info';
import { rows } from './state';
import { briefCount, timeText } from './words';
import type { Cost, Point } from './front';
import type { Row } from './rows';

const cost = signal<Cost>('parameters');
const withZoo = signal(true);

const costs: Readonly<
  Record<Cost, { title: string; text: (value: number) => string; mark: (value: number) => string }>
> = {
  parameters: { title: 'parameters', text: (value) => `${grouped(value)} parameters`, mark: briefCount },
  macs: { title: 'multiply-adds', text: (value) => `${grouped(value)} multiply-adds`, mark: briefCount },
  seconds: { title: 'training time', text: timeText, mark: (value) => (value < 60 ? `${value} s` : timeText(value)) },
};

/** Which data the accuracies are on: those of the page, else those of the newest run. */
const presentData = (all: readonly Row[]): { key: string; title: string } | null => {
  const id = data.value.facts?.id;
  const row =
    all.find(({ listed }) => listed.run.data.source.kind === 'published' && listed.run.data.source.id === id) ?? all[0];
  return row === undefined ? null : { key: row.dataKey, title: row.data };
};

const mnistKey = JSON.stringify({ kind: 'published', id: mnist.id });

const height = 380;
const edge = { left: 64, right: 20, top: 14, bottom: 46 };
/** A point this near to the pointer, in CSS pixels, is pointed at. */
const near = 30;
const size = 5;

interface Placed extends Point {
  x: number;
  y: number;
}

interface Plot {
  points: readonly Placed[];
  front: readonly Placed[];
  xMarks: readonly { at: number; text: string }[];
  yMarks: readonly { at: number; text: string }[];
}

function plotOf(points: readonly Point[], by: Cost, width: number): Plot {
  const across = costAxis(points.map((point) => point.cost));
  const up = accuracyAxis(points.map(({ accuracy }) => accuracy));
  const room = { x: width - edge.left - edge.right, y: height - edge.top - edge.bottom };
  const toX = (value: number): number =>
    edge.left + ((Math.log10(value) - across.min) / (across.max - across.min)) * room.x;
  const toY = (accuracy: number): number =>
    edge.top + (1 - (accuracyPlace(accuracy) - up.min) / (up.max - up.min)) * room.y;
  const placed = points
    .map((point): Placed => ({ ...point, x: toX(point.cost), y: toY(point.accuracy) }))
    .sort((a, b) => a.x - b.x || a.y - b.y);
  const ids = new Set(paretoFront(points).map(({ id }) => id));
  return {
    ...{ points: placed, front: placed.filter(({ id }) => ids.has(id)) },
    xMarks: across.marks.map((mark) => ({ at: toX(mark), text: costs[by].mark(mark) })),
    yMarks: up.marks.map((mark) => ({
      at: toY(mark),
      text: percent(mark, Number.isInteger(100 * mark) ? 0 : mark > 0.999 ? 2 : 1),
    })),
  };
}

/** From each point straight to the next cost, then up: no more was reached for less. */
const stairs = (front: readonly Placed[]): string =>
  front.map(({ x, y }, i) => (i === 0 ? `M${x} ${y}` : `H${x}V${y}`)).join('');

function Mark({ point, isActive }: { point: Placed; isActive: boolean }) {
  const { x, y, of } = point;
  const r = isActive ? size + 2 : size;
  const classes = `front-point ${of}${isActive ? ' active' : ''}`;
  if (of === 'run') return <circle class={classes} cx={x} cy={y} r={r} />;
  if (of === 'measured') return <rect class={classes} x={x - r} y={y - r} width={2 * r} height={2 * r} />;
  return <path class={classes} d={`M${x} ${y - r - 1}L${x + r + 1} ${y}L${x} ${y + r + 1}L${x - r - 1} ${y}Z`} />;
}

function Axes({ plot, width, by }: { plot: Plot; width: number; by: Cost }) {
  const bottom = height - edge.bottom;
  return (
    <g class="front-axes">
      {plot.yMarks.map(({ at, text }) => (
        <g key={text}>
          <line x1={edge.left} x2={width - edge.right} y1={at} y2={at} />
          <text x={edge.left - 8} y={at + 5} text-anchor="end">
            {text}
          </text>
        </g>
      ))}
      {plot.xMarks.map(({ at, text }) => (
        <g key={text}>
          <line x1={at} x2={at} y1={edge.top} y2={bottom} />
          <text x={at} y={bottom + 18} text-anchor="middle">
            {text}
          </text>
        </g>
      ))}
      <text x={(edge.left + width - edge.right) / 2} y={height - 6} text-anchor="middle">
        {costs[by].title}
      </text>
    </g>
  );
}

/** The name of the point that is looked at, inside of the plot. */
function Name({ point: { x, y, name }, width }: { point: Placed; width: number }) {
  const isRight = x > width * 0.6;
  return (
    <text
      class="front-name"
      x={isRight ? x - 12 : x + 12}
      y={y < edge.top + 20 ? y + 18 : y - 9}
      text-anchor={isRight ? 'end' : 'start'}
    >
      {name}
    </text>
  );
}

const said = ({ name, accuracy, cost: value }: Point, by: Cost): string =>
  `${name}: ${percent(accuracy, 2)}, ${costs[by].text(value)}`;

function Drawing({ points, by }: { points: readonly Point[]; by: Cost }) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useRoom(holder).value;
  const active = useSignal<number | null>(null);
  const plot = plotOf(points, by, Math.max(width, 300));
  const last = plot.points.length - 1;
  const at = active.value === null ? null : Math.min(active.value, last);
  const shown = at === null ? null : (plot.points[at] ?? null);
  const text = shown === null ? '' : `${said(shown, by)}${plot.front.includes(shown) ? '; on the front' : ''}`;
  const move = (event: KeyboardEvent): void => {
    const to = destination(event.key, at ?? (event.key === 'ArrowLeft' ? last + 1 : -1), { count: last + 1 });
    if (to === null || last < 0) return;
    event.preventDefault();
    active.value = Math.max(0, Math.min(last, to));
  };
  const leave = (): void => {
    active.value = null;
  };
  const point = (event: PointerEvent): void => {
    const { left, top } = holder.current!.getBoundingClientRect();
    const distances = plot.points.map(({ x, y }) => Math.hypot(x - (event.clientX - left), y - (event.clientY - top)));
    const nearest = Math.min(...distances);
    active.value = nearest <= near ? distances.indexOf(nearest) : null;
  };
  return (
    <>
      <div
        ref={holder}
        class="front"
        tabIndex={0}
        role="slider"
        data-testid="front"
        aria-label={`Test accuracy against ${costs[by].title}, from point to point`}
        aria-valuemin={0}
        aria-valuemax={Math.max(last, 0)}
        aria-valuenow={at ?? 0}
        aria-valuetext={text || `${last + 1} points`}
        onKeyDown={move}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={leave}
        onBlur={leave}
      >
        <svg width={Math.max(width, 300)} height={height} aria-hidden="true">
          <Axes plot={plot} width={Math.max(width, 300)} by={by} />
          <path class="front-line" d={stairs(plot.front)} />
          {plot.points.map((each, i) => (
            <Mark key={each.id} point={each} isActive={i === at} />
          ))}
          {shown !== null && <Name point={shown} width={width} />}
        </svg>
      </div>
      <p class="reading" aria-hidden="true">
        {text}
      </p>
    </>
  );
}

const kinds: Readonly<Record<Point['of'], string>> = {
  run: 'a run of yours',
  measured: 'zoo, measured by us',
  published: 'zoo, as published',
};

function Table({ points, by }: { points: readonly Point[]; by: Cost }) {
  const ids = new Set(paretoFront(points).map(({ id }) => id));
  return (
    <details class="front-table">
      <summary>The same as a table</summary>
      <div class="run-table-holder" role="region" aria-label="Table of the plot" tabIndex={0}>
        <table data-testid="front-table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Test accuracy</th>
              <th scope="col">{costs[by].title}</th>
              <th scope="col">What it is</th>
              <th scope="col">On the front</th>
            </tr>
          </thead>
          <tbody>
            {points
              .toSorted((a, b) => a.cost - b.cost)
              .map((point) => (
                <tr key={point.id}>
                  <th scope="row">{point.name}</th>
                  <td>{percent(point.accuracy, 2)}</td>
                  <td>{costs[by].text(point.cost)}</td>
                  <td>{kinds[point.of]}</td>
                  <td>{ids.has(point.id) ? 'yes' : 'no'}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Legend({ hasZoo }: { hasZoo: boolean }) {
  const shown: Point['of'][] = hasZoo ? ['run', 'measured', 'published'] : ['run'];
  return (
    <ul class="front-legend">
      {shown.map((of) => (
        <li key={of}>
          <svg width="18" height="18" aria-hidden="true">
            <Mark point={{ id: '', name: '', of, cost: 1, accuracy: 0, x: 9, y: 9 }} isActive={false} />
          </svg>{' '}
          {kinds[of]}
        </li>
      ))}
      <li>
        <svg width="26" height="18" aria-hidden="true">
          <path class="front-line" d="M1 13H13V4H25" />
        </svg>{' '}
        Pareto front
      </li>
    </ul>
  );
}

export function FrontPlot() {
  const by = cost.value;
  const on = presentData(rows.value);
  const isMnist = on === null || on.key === mnistKey;
  const hasZoo = isMnist && withZoo.value;
  const points = useComputed(() => {
    const all = rows.value;
    const key = presentData(all)?.key;
    const zoo = (presentData(all) === null || key === mnistKey) && withZoo.value ? (engine.value?.zoo ?? []) : [];
    return [
      ...runPoints(
        all.filter(({ dataKey }) => dataKey === key),
        cost.value,
      ),
      ...zooPoints(zoo, cost.value),
    ];
  }).value;
  return (
    <section class="runs-part" aria-labelledby="front-heading">
      <div class="panel-head">
        <div class="with-info">
          <h3 id="front-heading">What accuracy costs{on === null ? '' : `, on ${on.title}`}</h3>{' '}
          <Info about="accuracy and its cost" topic="front" />
        </div>
        <div class="controls">
          <label class="curve-tool">
            <span>Against</span>
            <select
              data-testid="front-cost"
              value={by}
              onChange={({ currentTarget: { value } }) => {
                cost.value = value as Cost;
              }}
            >
              {Object.entries(costs).map(([name, { title }]) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          {isMnist && (
            <button
              type="button"
              class="button small"
              aria-pressed={withZoo.value}
              onClick={() => {
                withZoo.value = !withZoo.value;
              }}
            >
              With the zoo
            </button>
          )}
        </div>
      </div>
      <Legend hasZoo={hasZoo} />
      {points.length === 0 ? <p class="quiet">No run has been tested yet.</p> : <Drawing points={points} by={by} />}
      {points.length > 0 && <Table points={points} by={by} />}
    </section>
  );
}
