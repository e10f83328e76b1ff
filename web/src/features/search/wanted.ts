// SPDX-License-Identifier: MIT
//
// What a visitor wants searched: from choices and typed values to a sweep. Pure.

import type { ModelSpec, Recipe } from 'tinycnn';
import type { Axis, Sweep, TrialSettings } from 'tinycnn/sweep';

/** Settings that can be varied, by path. `ofDense`: of fully connected networks, in the place of the one on the page. */
export const settings = [
  { path: 'optimizer.learningRate', name: 'Learning rate', typed: '0.001 to 0.03 in 6 steps' },
  { path: 'batchSize', name: 'Batch size', typed: '16, 32, 64, 128', isInteger: true },
  { path: 'seed', name: 'Seed', typed: '1 to 5 in 5 steps', isInteger: true },
  { path: 'optimizer.weightDecay', name: 'Weight decay', typed: '0, 0.0001, 0.001, 0.01' },
  { path: 'loss.labelSmoothing', name: 'Label smoothing', typed: '0, 0.05, 0.1, 0.2' },
  { path: 'emaDecay', name: 'Decay of averaged weights', typed: '0, 0.99, 0.998' },
  { path: 'model.hiddenLayers', name: 'Hidden layers', typed: '1, 2, 3, 4', isInteger: true, ofDense: true },
  { path: 'model.neurons', name: 'Neurons in each', typed: '8, 16, 32, 64', isInteger: true, ofDense: true },
  { path: 'model.activation', name: 'Activation', typed: 'relu, sigmoid, tanh', isText: true, ofDense: true },
] as const satisfies readonly Setting[];

interface Setting {
  path: string;
  name: string;
  /** What is offered at first. */
  typed: string;
  isInteger?: boolean;
  isText?: boolean;
  ofDense?: boolean;
}

export type Path = (typeof settings)[number]['path'];

export const settingOf = (path: string): Setting => settings.find((each) => each.path === path)!;

/** A value of a setting as text. */
export const valueText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);

/** As the columns of a table and the axes of a map call it. */
export const nameOf = (path: string): string => settings.find((each) => each.path === path)?.name ?? path;

export const kinds = {
  rates: 'Learning rate and batch size of this network',
  seeds: 'This recipe with ten seeds',
  own: 'Settings of your own',
  sigmoid: '361 fully connected networks, sigmoid',
  relu: '361 fully connected networks, ReLU',
} as const;

export type Kind = keyof typeof kinds;

export interface Varied {
  path: Path;
  typed: string;
}

export interface Wanted {
  kind: Kind;
  varied: readonly [Varied, Varied | null];
  /** So many random trials; null: every combination. */
  random: number | null;
  epochs: number;
  /** Training images, evenly spread over those that there are. */
  images: number;
  halving: boolean;
  /** Whether trials are judged by held-out training images, not by the test images. */
  fair: boolean;
}

const first = (path: Path): Varied => ({ path, typed: settingOf(path).typed });

export const atFirst: Wanted = {
  kind: 'rates',
  varied: [first('optimizer.learningRate'), first('batchSize')],
  random: null,
  epochs: 1,
  images: 10_000,
  halving: true,
  fair: true,
};

export const limits = { epochs: { min: 0.1, max: 100 }, random: { min: 2, max: 1000 } } as const;

const number = String.raw`-?\d*\.?\d+(?:e-?\d+)?`;
const rangePattern = new RegExp(String.raw`^(${number})\s+to\s+(${number})(?:\s+in\s+(\d+)\s+steps?)?$`, 'i');
/** From this factor on a range of positive numbers is logarithmic. */
const decades = 8;

/** "1, 2, 5" or "0.001 to 0.1 in 5 steps". Throws a sentence where it is neither. */
export function axisOf({ path, typed }: Varied, isRandom: boolean): Axis {
  const { name, isInteger = false, isText = false } = settingOf(path);
  const text = typed.trim();
  const range = rangePattern.exec(text);
  if (range !== null && !isText) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    if (!(from < to)) throw new Error(`${name}: the first number of a range has to be the smaller one.`);
    if (range[3] === undefined && !isRandom) {
      throw new Error(`${name}: say how many, as in “${text} in 5 steps”, or ask for random trials.`);
    }
    return {
      ...{ from, to, isInteger, scale: from > 0 && to / from >= decades && !isInteger ? 'log' : 'linear' },
      ...(range[3] === undefined ? {} : { steps: Number(range[3]) }),
    };
  }
  const parts = text.split(',').map((part) => part.trim());
  if (parts.some((part) => part === '')) {
    throw new Error(`${name}: write values with commas between them, or a range such as “${settingOf(path).typed}”.`);
  }
  return isText ? parts : parts.map((part) => numberFrom(part, name, isInteger));
}

function numberFrom(part: string, name: string, isInteger: boolean): number {
  const value = Number(part);
  if (!Number.isFinite(value)) throw new Error(`${name}: “${part}” is not a number.`);
  if (isInteger && !Number.isInteger(value)) throw new Error(`${name}: “${part}” is not an integer.`);
  return value;
}

/** What the trials have in common: the recipe on the page, ended after so many epochs. */
function baseOf(recipe: Recipe, model: TrialSettings['model'], seed: number, epochs: number): TrialSettings {
  const { batchSize, optimizer, loss, normalize, emaDecay, augment, schedule } = recipe;
  // its counts of mini-batches are of other epochs; where it ends with the last one, it does so here as well
  const ends = schedule.type === 'oneCycle' || schedule.type === 'cosine';
  const rest = Object.fromEntries(Object.entries(schedule).filter(([name]) => name !== 'totalSteps'));
  return {
    ...{ model, epochs, seed, batchSize, optimizer, loss, normalize, emaDecay },
    ...(ends ? { schedule: rest as NonNullable<TrialSettings['schedule']> } : {}),
    ...(augment === undefined ? {} : { augment }),
  };
}

/** Judged by the test images, as the sweep of 361 networks was when it was first made. */
function dense(activation: 'sigmoid' | 'relu', epochs: number): Sweep {
  return {
    name: `dense-361-${activation}`,
    base: {
      ...{ model: { hiddenLayers: 1, neurons: 5, activation }, epochs, batchSize: 16 },
      optimizer: { type: 'adam', learningRate: 0.002 },
    },
    vary: {
      'model.hiddenLayers': { from: 1, to: 19, steps: 19, isInteger: true },
      'model.neurons': { from: 5, to: 95, steps: 19, isInteger: true },
    },
    score: 'accuracySquaredPerSecond',
  };
}

const tenSeeds = { from: 1, to: 10, steps: 10, isInteger: true };

export interface Present {
  recipe: Recipe;
  model: ModelSpec;
  name: string;
  seed: number;
}

function variedOf({ varied, random }: Wanted): Sweep['vary'] {
  const chosen = varied.filter((each): each is Varied => each !== null);
  const [one, two] = chosen;
  if (one!.path === two?.path) throw new Error(`${settingOf(one!.path).name} is there twice: choose another setting.`);
  return Object.fromEntries(chosen.map((each) => [each.path, axisOf(each, random !== null)]));
}

/** Throws a sentence where what was typed makes no sweep. */
export function sweepOf(wanted: Wanted, { recipe, model, name, seed }: Present): Sweep {
  const { kind, epochs, halving, fair, random } = wanted;
  const judged = { ...(fair ? {} : { validation: 0 }), ...(halving ? { halving: { firstEpochs: epochs / 9 } } : {}) };
  if (kind === 'sigmoid' || kind === 'relu') {
    const whole = dense(kind, epochs);
    return { ...whole, ...judged, ...(halving ? { score: 'accuracy' as const } : {}) };
  }
  const base = baseOf(recipe, model, seed, epochs);
  if (kind === 'seeds') {
    // all of them to the end: their mean is what is asked for
    return { name: `${name}: ten seeds`, base, vary: { seed: tenSeeds }, ...(fair ? {} : { validation: 0 }) };
  }
  if (kind === 'rates') {
    const vary = Object.fromEntries(atFirst.varied.map((each) => [each!.path, axisOf(each!, false)]));
    return { name: `${name}: learning rate and batch size`, base, vary, ...judged };
  }
  const vary = variedOf(wanted);
  const isDense = Object.keys(vary).some((path) => settingOf(path).ofDense);
  const network = isDense ? { hiddenLayers: 2, neurons: 32, activation: 'relu' as const } : model;
  return {
    name: `${isDense ? 'Fully connected networks' : name}: ${Object.keys(vary).map(nameOf).join(', ').toLowerCase()}`,
    ...{ base: { ...base, model: network }, vary, ...judged },
    ...(random === null ? {} : { search: { type: 'random', trials: random } }),
  };
}
