// SPDX-License-Identifier: MIT
//
// One uPlot chart that is made once and then only given new data, and what it says at the step under the pointer, or at the one that
// the arrow keys have moved to. Colours come from the design tokens at every redraw.

import { effect, useSignal, untracked } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { destination } from './arrow-keys';
import { grouped } from '../shared/format';
import { dark, token } from './theme';
import type { Signal } from '@preact/signals';

export interface Line {
  label: string;
  /** Design token of its colour. */
  color: string;
  /** Marks at each value, joined by a line, instead of a plain line. */
  marks?: boolean;
  /** Behind the others. */
  light?: boolean;
  dashed?: boolean;
}

export type Columns = [steps: number[], ...lines: (number | null)[][]];

interface Props {
  /** What the curve is of, for those who do not see it. */
  label: string;
  lines: readonly Line[];
  /** What the vertical axis measures, and in what. */
  axisTitle: string;
  /** Where epochs end, in steps, for marks on the axis of steps; read anew with the columns. */
  epochs: () => readonly number[];
  /** Of the vertical axis; read anew with the columns. */
  range: () => [number, number];
  /** Powers of ten are equally far apart; zero has no place then. */
  logarithmic?: boolean;
  /** `increment` is the distance between two marks of the axis. */
  format: (value: number, increment: number) => string;
  /** A value in full. */
  exact: (value: number) => string;
  /** Reads signals; called again whenever they change. */
  columns: () => Columns;
  /** A step that is pointed at from elsewhere; null: none. */
  at?: () => number | null;
}

const height = 300;
const font = '15px system-ui, sans-serif';
/** Right of the curves, for their names. */
const labelRoom = 92;
const lineHeight = 18;
// uPlot declares its numbers as an enum that exists in its types alone
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const logarithmicDistribution: uPlot.Scale.Distr = 3;
const lightness = 0.45;
const stride = 10; // points that Page Up and Page Down go

function seriesOf({ label, color, marks = false, light = false, dashed = false }: Line): uPlot.Series {
  return {
    label,
    stroke: () => token(color),
    width: marks ? 2 : 1.5,
    spanGaps: true,
    alpha: light ? lightness : 1,
    ...(dashed ? { dash: [6, 4] } : {}),
    points: { show: marks, size: 8, fill: () => token(color) },
  };
}

function axis(title: string, format?: Props['format']): uPlot.Axis {
  return {
    label: title,
    labelFont: font,
    labelSize: 24,
    stroke: () => token('--ink-soft'),
    font,
    grid: { stroke: () => token('--line'), width: 1 },
    ticks: { show: false },
    ...(format === undefined
      ? { size: 30 }
      : {
          size: 62,
          values: (_, splits, _axis, _space, increment) =>
            splits.map((split) => (Number.isFinite(split) ? format(split, increment) : '')),
        }),
  };
}

/** A line where each epoch ends. */
function drawEpochs(plot: uPlot, steps: readonly number[]): void {
  const { ctx, bbox, scales } = plot;
  ctx.save();
  ctx.strokeStyle = token('--line-strong');
  ctx.lineWidth = devicePixelRatio;
  for (const step of steps) {
    if (step > (scales.x?.max ?? 0)) break;
    const x = Math.round(plot.valToPos(step, 'x', true));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top + bbox.height);
    ctx.lineTo(x, bbox.top + bbox.height - 6 * devicePixelRatio);
    ctx.stroke();
  }
  ctx.restore();
}

/** Each curve's name at its end; names that would lie on each other are moved apart. */
function drawLabels(plot: uPlot, lines: readonly Line[]): void {
  const { ctx, bbox, data } = plot;
  const gap = lineHeight * devicePixelRatio;
  const ends = lines.flatMap(({ label, color }, i) => {
    const value = Array.from(data[i + 1] ?? []).findLast((each) => typeof each === 'number');
    return typeof value === 'number' ? [{ name: label, color, y: plot.valToPos(value, 'y', true) }] : [];
  });
  ends.sort((a, b) => a.y - b.y);
  let free = bbox.top;
  for (const end of ends) free = (end.y = Math.max(end.y, free)) + gap;
  let lowest = bbox.top + bbox.height;
  for (const end of ends.toReversed()) lowest = (end.y = Math.min(end.y, lowest)) - gap;
  ctx.save();
  ctx.font = `${15 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  for (const { name, color, y } of ends) {
    ctx.fillStyle = token(color);
    ctx.fillText(name, bbox.left + bbox.width + 8 * devicePixelRatio, y);
  }
  ctx.restore();
}

function optionsOf(
  { lines, range, format, logarithmic, axisTitle, epochs }: Props,
  width: number,
  index: Signal<number | null>,
) {
  const options: uPlot.Options = {
    width,
    height: height,
    padding: [10, labelRoom, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 8, width: 2 } },
    scales: {
      x: { time: false, range: (_, min, max) => [Math.min(0, min), Math.max(max, 100)] },
      y: { range, ...(logarithmic ? { distr: logarithmicDistribution } : {}) },
    },
    axes: [axis('step'), axis(axisTitle, format)],
    series: [{ label: 'step' }, ...lines.map((line) => seriesOf(line))],
    hooks: {
      draw: [
        (plot) => {
          drawEpochs(plot, epochs());
          drawLabels(plot, lines);
        },
      ],
      setCursor: [
        ({ cursor }) => {
          // with new data uPlot forgets a cursor that no pointer holds
          if ((cursor.left ?? -1) >= 0) index.value = cursor.idx ?? null;
        },
      ],
    },
  };
  return options;
}

/** "Step 1,240: training loss 0.1203", each line at its value there or the last one before. */
function reading({ lines, exact }: Props, [steps, ...values]: Columns, index: number): string {
  const step = steps[index];
  if (step === undefined) return '';
  const said = lines.flatMap(({ label }, line) => {
    const value = (values[line] ?? []).slice(0, index + 1).findLast((each) => each !== null) ?? null;
    return value === null ? [] : [`${label.toLowerCase()} ${exact(value)}`];
  });
  return `Step ${grouped(step)}: ${said.join(', ')}`;
}

export function Curve(props: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const index = useSignal<number | null>(null);
  useEffect(() => {
    const element = holder.current!;
    const plot = new uPlot(optionsOf(props, element.clientWidth, index), props.columns(), element);
    chart.current = plot;
    const observer = new ResizeObserver(() => {
      plot.setSize({ width: element.clientWidth, height: height });
    });
    observer.observe(element);
    const stops = [
      effect(() => {
        const columns = props.columns();
        plot.setData(columns);
        const step = columns[0][index.peek() ?? -1];
        if (step !== undefined) plot.setCursor({ left: plot.valToPos(step, 'x'), top: 0 }, false);
      }),
      effect(() => {
        const at = props.at?.() ?? null;
        const [steps] = untracked(() => props.columns());
        index.value =
          at === null
            ? null
            : Math.max(
                0,
                steps.findLastIndex((step) => step <= at),
              );
        plot.setCursor({ left: at === null ? -10 : plot.valToPos(at, 'x'), top: 0 }, false);
      }),
      dark.subscribe(() => {
        plot.redraw(false);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      observer.disconnect();
      plot.destroy();
    };
  }, []);

  // where it comes and goes nothing below it moves: a click would miss what it was meant for
  const readingRows = Math.ceil(props.lines.length / 2);
  const columns = props.columns();
  const last = columns[0].length - 1;
  const at = index.value === null ? null : Math.min(index.value, last);
  const text = at === null || last < 0 ? '' : reading(props, columns, at);
  const move = (event: KeyboardEvent): void => {
    const plot = chart.current;
    const to = destination(event.key, at ?? last, { count: columns[0].length, page: stride });
    if (to === null || plot === null || last < 0) return;
    event.preventDefault();
    plot.setCursor({ left: plot.valToPos(columns[0][to]!, 'x'), top: 0 });
    index.value = to;
  };
  const leave = (): void => {
    chart.current?.setCursor({ left: -10, top: -10 });
    index.value = null;
  };
  return (
    <div class="curve-holder">
      <div
        ref={holder}
        class="curve"
        tabIndex={0}
        role="slider"
        aria-label={`${props.label}, along the steps`}
        aria-valuemin={0}
        aria-valuemax={Math.max(last, 0)}
        aria-valuenow={at ?? Math.max(last, 0)}
        aria-valuetext={text || (last < 0 ? 'Nothing yet' : reading(props, columns, last))}
        onKeyDown={move}
        onPointerLeave={leave}
        onBlur={leave}
      />
      <p class="reading" aria-hidden="true" style={{ minHeight: `${readingRows * 1.4}em` }}>
        {text}
      </p>
    </div>
  );
}
