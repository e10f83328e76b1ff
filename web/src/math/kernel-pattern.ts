// SPDX-License-Identifier: MIT
//
// Which simple pattern a kernel responds to. It is shown ideal patches (edges, lines, gaps, spots, holes) of every direction and place;
// the one with the strongest response names the kernel, if it explains enough of the weights. Most kernels of a network are no such
// pattern, and this says so. Pure.

/** Where values rise: from left to right at 0, clockwise in steps of 45 degrees. */
export type Direction = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Which way a line runs. */
export type Orientation = 'horizontal' | 'vertical' | 'falling' | 'rising';

/** -1: left or top, 1: right or bottom. */
export interface Place {
  x: -1 | 0 | 1;
  y: -1 | 0 | 1;
}

export type Pattern =
  | { kind: 'edge'; direction: Direction }
  /** Of high values between low ones. */
  | { kind: 'line'; orientation: Orientation }
  /** Of low values between high ones. */
  | { kind: 'gap'; orientation: Orientation }
  | { kind: 'spot' | 'hole'; place: Place }
  /** High, or low, values everywhere. */
  | { kind: 'high' | 'low' };

export interface KernelPattern {
  /** Null: no simple one. */
  pattern: Pattern | null;
  /** The one that fits best, and the share of the squared weights, their mean left out, that it explains (0..1). */
  closest: Pattern | null;
  share: number;
  /** Of the pattern's high and of its low part: the mean weight. */
  high: number;
  low: number;
  /** All weights added up: the response to the same value everywhere, where that is 1. */
  sum: number;
  /** Share of the squared weights that their mean explains, 0..1: how much the kernel also responds where there is no pattern. */
  flat: number;
}

/** A patch with values from 0 to 1. */
export interface Probe {
  pattern: Pattern;
  values: Float64Array;
}

type Value = (x: number, y: number) => number;

const clamp = (value: number): number => Math.max(0, Math.min(1, value));
const places = [-1, 0, 1] as const;
const orientations: readonly Orientation[] = ['vertical', 'rising', 'horizontal', 'falling'];

/** Pixels from the centre of the patch. */
function patchOf(height: number, width: number, value: Value): Float64Array {
  const patch = new Float64Array(height * width);
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) patch[y * width + x] = value(x - (width - 1) / 2, y - (height - 1) / 2);
  }
  return patch;
}

/** Offsets from the centre at which an edge, or a line, still has something on both sides. */
const offsets = (reach: number, step: number): number[] => {
  const found = [0];
  for (let at = step; at <= reach; at += step) found.push(at, -at);
  return found;
};

/** Ideal patches of this size: values rise at edges, are 1 on lines and spots, and 0 in gaps and holes. */
export function probesFor(height: number, width: number): Probe[] {
  const probes: Probe[] = [];
  const add = (pattern: Pattern, value: Value): void => {
    probes.push({ pattern, values: patchOf(height, width, value) });
  };
  const reach = (Math.min(height, width) - 1) / 2;
  const radius = reach > 1 ? 1 : 0.5;
  for (const direction of [0, 1, 2, 3, 4, 5, 6, 7] as const) {
    const [cos, sin] = [Math.cos((direction * Math.PI) / 4), Math.sin((direction * Math.PI) / 4)];
    for (const at of offsets(reach - 0.5, 0.5)) {
      add({ kind: 'edge', direction }, (x, y) => clamp(0.5 + cos * x + sin * y - at));
    }
  }
  orientations.forEach((orientation, i) => {
    const [cos, sin] = [Math.cos((i * Math.PI) / 4), Math.sin((i * Math.PI) / 4)];
    const line =
      (at: number, half: number): Value =>
      (x, y) =>
        clamp(half + 0.5 - Math.abs(cos * x + sin * y - at));
    for (const at of offsets(reach - 1, 1)) {
      for (const half of reach > 1 ? [0.5, 1] : [0.5]) {
        add({ kind: 'line', orientation }, line(at, half));
        add({ kind: 'gap', orientation }, (x, y) => 1 - line(at, half)(x, y));
      }
    }
  });
  for (const px of places) {
    for (const py of places) {
      const distance: Value = (x, y) => Math.hypot(x - px * reach, y - py * reach);
      const spot: Value = (x, y) => clamp(radius + 0.5 - distance(x, y));
      add({ kind: 'spot', place: { x: px, y: py } }, spot);
      add({ kind: 'hole', place: { x: px, y: py } }, (x, y) => 1 - spot(x, y));
    }
  }
  return probes;
}

/** Less its mean, with a norm of 1. */
function centred(values: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  const less = all.map((value) => value - mean);
  const norm = Math.hypot(...less);
  return norm === 0 ? less : less.map((value) => value / norm);
}

const product = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; ++i) sum += a[i]! * b[i]!;
  return sum;
};

/** Above this share of the squared weights the mean says it all: the kernel blurs. */
const uniformShare = 0.75;
/** Of the squared weights, their mean left out: what the pattern has to explain. Random weights fit some patch by chance, and the fewer
 * they are the better. */
const explained = (weights: number): number => (weights <= 9 ? 0.78 : weights <= 25 ? 0.5 : 0.4);

const cache = new Map<string, { probe: Probe; unit: Float64Array }[]>();

function centredProbes(height: number, width: number): { probe: Probe; unit: Float64Array }[] {
  const key = `${height}x${width}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = probesFor(height, width).map((probe) => ({ probe, unit: centred(probe.values) }));
  cache.set(key, made);
  return made;
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** `weights`: [height][width] of one input channel. */
export function kernelPattern(weights: ArrayLike<number>, height: number, width: number): KernelPattern {
  const all = Array.from(weights);
  const sum = all.reduce((total, value) => total + value, 0);
  const energy = product(all, all);
  if (energy === 0) return { pattern: null, closest: null, share: 0, high: 0, low: 0, sum: 0, flat: 0 };
  const flat = (sum * sum) / all.length / energy;
  if (flat >= uniformShare || all.length === 1) {
    const value = sum / all.length;
    const pattern = { kind: sum > 0 ? 'high' : 'low' } as const;
    return { pattern, closest: pattern, share: 1, high: value, low: value, sum, flat };
  }
  const unit = centred(all);
  let [best, response] = [centredProbes(height, width)[0]!, -1];
  for (const each of centredProbes(height, width)) {
    const now = product(unit, each.unit);
    if (now > response + 1e-9) [best, response] = [each, now];
  }
  const { pattern, values } = best.probe;
  const part = (isIn: (value: number) => boolean): number => mean(all.filter((_, i) => isIn(values[i]!)));
  const [high, low] = [part((value) => value > 0.5), part((value) => value < 0.5)];
  const share = Math.max(0, response) ** 2;
  const isClear = share >= explained(all.length) && high > low;
  return { pattern: isClear ? pattern : null, closest: pattern, share, high, low, sum, flat };
}
