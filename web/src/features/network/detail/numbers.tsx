// SPDX-License-Identifier: MIT
//
// Numbers in the detail view: as text, as small grids coloured by the page's scale, and as the lines of a sum.

import { signed } from '../../../shared/format-small';
import { cssColor } from '../../../ui/color-map';
import type { ComponentChildren } from 'preact';

/** For small grids: as many digits as fit. */
export function short(value: number): string {
  const size = Math.abs(value);
  return signed(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** Behind text, so never in full. */
const maxColor = 48;

export function tinted(value: number, range: number): string {
  const share = Math.min(1, Math.abs(value) / (range || 1));
  return `color-mix(in srgb, ${cssColor(value)} ${(maxColor * share).toFixed(1)}%, transparent)`;
}

export const greatestOf = (values: readonly number[]): number =>
  values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);

interface GridProps {
  title: ComponentChildren;
  values: readonly number[];
  /** Cells in a row. */
  across: number;
  range?: number;
  /** A cell to point out. */
  mark?: number;
  format?: (value: number) => string;
  testid?: string;
}

export function NumberGrid({ title, values, across, range, mark, format = short, testid }: GridProps) {
  const max = range ?? greatestOf(values);
  return (
    <figure class="number-grid">
      <figcaption>{title}</figcaption>
      <div
        class={`numbers${across > 5 ? ' many' : ''}`}
        style={{ gridTemplateColumns: `repeat(${across}, minmax(0, 1fr))` }}
        {...(testid === undefined ? {} : { 'data-testid': testid })}
      >
        {values.map((value, i) => (
          <span key={i} class={i === mark ? 'winner' : ''} style={{ background: tinted(value, max) }}>
            {Number.isFinite(value) ? format(value) : '–'}
          </span>
        ))}
      </div>
    </figure>
  );
}

export function Line({ label, children, strong = false, testid }: LineProps) {
  return (
    <div class={strong ? 'strong' : ''}>
      <dt>{label}</dt>
      <dd {...(testid === undefined ? {} : { 'data-testid': testid })}>{children}</dd>
    </div>
  );
}

interface LineProps {
  label: ComponentChildren;
  children: ComponentChildren;
  strong?: boolean;
  testid?: string;
}
