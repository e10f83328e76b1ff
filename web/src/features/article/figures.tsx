// SPDX-License-Identifier: MIT
//
// The article's pictures: the current input as numbers and on its way through the first layers, live while they are in sight; the bend of
// the activation, the price of an answer, and steps down a valley, worked out by the formulas that they show.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { nameOfClass } from '../../state/class-names';
import { prediction } from '../../state/digit-state';
import { currentInput, classNames, digit, noun } from '../../state/store';
import { isPicture, layerPicture, unitRange } from '../../state/layers';
import { Picture } from '../../ui/picture';
import { activation, network } from './network';
import type { ComponentChildren } from 'preact';

const side = 28;
const ink = 255;

/** Draws its content only while it is in sight, so that what nobody looks at costs training nothing. */
export function Figure({ caption, children }: { caption: ComponentChildren; children: () => ComponentChildren }) {
  const root = useRef<HTMLElement>(null);
  const inSight = useSignal(false);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => (inSight.value = entry!.isIntersecting), {
      rootMargin: '200px',
    });
    observer.observe(root.current!);
    return () => {
      observer.disconnect();
    };
  }, []);
  return (
    <figure ref={root} class="article-figure">
      <div class="drawn">{inSight.value && <Drawn of={children} />}</div>
      <figcaption>{caption}</figcaption>
    </figure>
  );
}

/** By itself, so that what it reads draws it anew and not the article. */
const Drawn = ({ of }: { of: () => ComponentChildren }) => <>{of()}</>;

const plotSpan = 8;

/** Where the numbers say most: the window with the most shades of grey between paper and ink. */
function telling(pixels: Uint8Array): { row: number; column: number } {
  let best = { row: 0, column: 0, shades: -1 };
  for (let row = 0; row <= side - plotSpan; ++row) {
    for (let column = 0; column <= side - plotSpan; ++column) {
      const shades = windowOf(pixels, row, column).filter((value) => value > 0 && value < ink).length;
      if (shades > best.shades) best = { row, column, shades };
    }
  }
  return best;
}

const windowOf = (pixels: Uint8Array, row: number, column: number): number[] =>
  Array.from(
    { length: plotSpan * plotSpan },
    (_, k) => pixels[(row + Math.floor(k / plotSpan)) * side + column + (k % plotSpan)]!,
  );

const share = (cells: number): string => `${(100 * cells) / side}%`;

const paintCurrentInput = () => {
  const shown = currentInput.value;
  return shown.kind === 'none' ? null : { values: shown.pixels, range: ink };
};

/** A part of the current input, as the numbers that it is. */
export function Pixels() {
  const shown = currentInput.value;
  if (shown.kind === 'none') return <p class="quiet">Take a test {noun.value.one} to see its numbers.</p>;
  const { pixels } = shown;
  const { row, column } = telling(pixels);
  return (
    <div
      class="pixel-figure"
      role="img"
      aria-label={`The current ${noun.value.one}, and ${plotSpan} by ${plotSpan} of its pixels as numbers`}
    >
      <div class="framed">
        <Picture class="pixels" width={side} height={side} paint={paintCurrentInput} />
        <span class="frame" style={{ top: share(row), left: share(column) }} />
      </div>
      <div class="pixel-numbers" aria-hidden="true">
        {windowOf(pixels, row, column).map((value, k) => (
          <span key={k} style={{ '--ink-share': (value / ink).toFixed(3) }}>
            {value}
          </span>
        ))}
      </div>
    </div>
  );
}

/** The first layers that give pictures, until the picture shrinks for the first time. */
function firstLayers(): { name: string; shape: readonly [number, number, number] }[] {
  const found: { name: string; shape: readonly [number, number, number] }[] = [];
  for (const { name, type, shape } of network.value?.layers ?? []) {
    const each = { name, type, from: [], shape };
    if (!isPicture(each) || found.length === 4) break;
    if (type === 'batchNorm2d' || type === 'dropout' || type === 'dropout2d') continue;
    found.push(each);
    if (type === 'maxPool2d' || type === 'avgPool2d') break;
  }
  return found;
}

function Stage({ name, shape: [, height, width] }: { name: string; shape: readonly [number, number, number] }) {
  const paint = () => {
    const values = layerPicture(name)?.data.subarray(0, height * width);
    return values === undefined ? null : { values, range: unitRange(name, values) };
  };
  return (
    <li>
      <Picture class="pixels" width={width} height={height} paint={paint} />
      <span>{name}</span>
      <span class="quiet">
        {height}×{width}
      </span>
    </li>
  );
}

/** The first channel of each, of the current input. */
export function FirstLayers() {
  return (
    <ol class="first-layers" aria-label="From the input through the first layers">
      {[{ name: 'input', shape: [1, side, side] as const }, ...firstLayers()].map((each) => (
        <Stage key={each.name} {...each} />
      ))}
    </ol>
  );
}

const plotWidth = 240;
const plotHeight = 130;

interface PlotProps {
  label: string;
  x: readonly [number, number];
  y: readonly [number, number];
  curve: (x: number) => number;
  dots?: readonly (readonly [x: number, y: number])[];
}

const pointCount = 121;

/** A function with its axes through zero, where they are in sight. */
function Plot({ label, x: [left, right], y: [bottom, top], curve, dots = [] }: PlotProps) {
  const across = (x: number): number => ((x - left) / (right - left)) * plotWidth;
  const up = (y: number): number => plotHeight - ((y - bottom) / (top - bottom)) * plotHeight;
  const points = Array.from({ length: pointCount }, (_, k) => {
    const x = left + ((right - left) * k) / (pointCount - 1);
    return `${across(x).toFixed(1)},${up(curve(x)).toFixed(1)}`;
  });
  return (
    <svg class="plot" viewBox={`-6 -6 ${plotWidth + 12} ${plotHeight + 12}`} role="img" aria-label={label}>
      <line class="axis" x1="0" x2={plotWidth} y1={up(Math.max(0, bottom))} y2={up(Math.max(0, bottom))} />
      <line class="axis" x1={across(Math.max(0, left))} x2={across(Math.max(0, left))} y1="0" y2={plotHeight} />
      <polyline class="curve-line" points={points.join(' ')} />
      <polyline class="path" points={dots.map(([x, y]) => `${across(x)},${up(y)}`).join(' ')} />
      {dots.map(([x, y], k) => (
        <circle key={k} cx={across(x)} cy={up(y)} r="4.5" class={k === dots.length - 1 ? 'last' : ''} />
      ))}
    </svg>
  );
}

export function Bend() {
  const found = activation.value;
  if (found === null) return null;
  const { type, bend } = found;
  const [min, max] = [bend.value(-3), bend.value(3)];
  const room = 0.12 * (max - min);
  return (
    <Plot
      label={`The function ${type} from minus 3 to 3`}
      x={[-3, 3]}
      y={[Math.min(min, 0) - room, max + room]}
      curve={bend.value}
    />
  );
}

/** What the network now gives the right answer, or, of a drawing, its own. */
export function currentAnswer(): { name: string; probability: number; isKnown: boolean } | null {
  const { currentInput: shown, frame } = digit.value;
  const label = shown.kind === 'test' ? shown.label : prediction(digit.value)?.label;
  const probability = label === undefined ? undefined : frame?.probabilities[label];
  if (label === undefined || probability === undefined) return null;
  return { name: nameOfClass(classNames.value, label), probability, isKnown: shown.kind === 'test' };
}

const maxLoss = 4.6;
const minShare = Math.exp(-maxLoss);

export function Price() {
  const answer = currentAnswer();
  const p = Math.max(minShare, answer?.probability ?? 1);
  return (
    <Plot
      label="The loss, minus the logarithm of p, for p from 0 to 1: high where p is small, 0 at 1"
      x={[0, 1]}
      y={[0, maxLoss]}
      curve={(share) => Math.min(maxLoss, -Math.log(Math.max(share, minShare)))}
      dots={answer === null ? [] : [[p, -Math.log(p)]]}
    />
  );
}

/** Steps against the gradient of y = x², whose steepness at x is 2x. */
function descent(rate: number, steps: number): [number, number][] {
  let x = -1.7;
  const path: [number, number][] = [[x, x * x]];
  for (let k = 0; k < steps; ++k) {
    x -= rate * 2 * x;
    path.push([x, x * x]);
  }
  return path;
}

const descents = [
  { rate: 0.04, steps: 5, said: 'too small: slow progress' },
  { rate: 0.3, steps: 4, said: 'good: reaches the minimum' },
  { rate: 1.07, steps: 2, said: 'too large: diverges' },
];

export function Descents() {
  return (
    <ul class="descents">
      {descents.map(({ rate, steps, said }) => (
        <li key={rate}>
          <Plot
            label={`Steps with the learning rate ${rate}: ${said}`}
            x={[-2.3, 2.3]}
            y={[-0.3, 5.2]}
            curve={(x) => x * x}
            dots={descent(rate, steps)}
          />
          <span>
            {rate}, {said}
          </span>
        </li>
      ))}
    </ul>
  );
}
