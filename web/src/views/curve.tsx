// SPDX-License-Identifier: MIT
//
// One uPlot chart that is made once and then only given new data. Colours come from the design tokens at every redraw.

import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { dark, token } from './theme';

export interface Line {
  label: string;
  /** Design token of its colour. */
  color: string;
  /** Marks at each value, joined by a line, instead of a plain line. */
  marks?: boolean;
}

export type Columns = [steps: number[], ...lines: (number | null)[][]];

interface Props {
  lines: readonly Line[];
  /** Of the vertical axis; read anew with the columns. */
  range: () => [number, number];
  /** `increment` is the distance between two marks of the axis. */
  format: (value: number, increment: number) => string;
  /** Reads signals; called again whenever they change. */
  columns: () => Columns;
}

const kHeight = 190;

function seriesOf({ label, color, marks = false }: Line): uPlot.Series {
  return {
    label,
    stroke: () => token(color),
    width: marks ? 2 : 1.5,
    spanGaps: true,
    points: { show: marks, size: 8, fill: () => token(color) },
  };
}

function axis(format?: Props['format']): uPlot.Axis {
  return {
    stroke: () => token('--ink-soft'),
    font: '12px system-ui, sans-serif',
    grid: { stroke: () => token('--line'), width: 1 },
    ticks: { show: false },
    ...(format === undefined
      ? { size: 28 }
      : { size: 58, values: (_, splits, _axis, _space, increment) => splits.map((split) => format(split, increment)) }),
  };
}

function optionsOf({ lines, range, format }: Props, width: number): uPlot.Options {
  return {
    width,
    height: kHeight,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: (_, min, max) => [Math.min(0, min), Math.max(max, 100)] },
      y: { range },
    },
    axes: [axis(), axis(format)],
    series: [{ label: 'step' }, ...lines.map((line) => seriesOf(line))],
  };
}

export function Curve(props: Props) {
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = holder.current!;
    const plot = new uPlot(optionsOf(props, element.clientWidth), props.columns(), element);
    const observer = new ResizeObserver(() => {
      plot.setSize({ width: element.clientWidth, height: kHeight });
    });
    observer.observe(element);
    const stops = [
      effect(() => {
        plot.setData(props.columns());
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
  return <div ref={holder} class="curve" aria-hidden="true" />;
}
