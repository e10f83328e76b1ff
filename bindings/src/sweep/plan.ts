// SPDX-License-Identifier: MIT
// From a sweep to its trials.

import { readChoice, readInteger, readNumber, readOptions, readSeed, refuse, requireObject, show } from '../read.js';
import { seededUniforms } from './random.js';
import type { LayerSpec, ModelSpec, Shape } from '../types.js';
import type { Axis, DenseNetwork, Sweep, Trial, TrialSettings, Value } from './types.js';

const maxTrials = 100_000;
const maxEpochs = 10_000;
const settingNames = 'model epochs seed batchSize optimizer schedule normalize loss augment emaDecay';

/** A sweep with all defaults in their places. */
export type CheckedSweep = Required<Omit<Sweep, 'halving'>> & {
  halving: Required<NonNullable<Sweep['halving']>> | null;
};

/** Throws 'invalid-option' with the path of what is wrong. Settings of a trial are checked by the engine when it begins. */
export function checkSweep(sweep: Sweep): CheckedSweep {
  const values = readOptions(sweep, 'sweep', 'name base vary search validation score halving');
  const { name, base, vary, search = { type: 'grid' }, validation = 1 / 6, score = 'accuracy', halving } = values;
  if (typeof name !== 'string' || name === '') refuse('invalid-option', 'sweep.name', 'a name', show(name));
  readOptions(base, 'sweep.base', settingNames);
  readEpochs((base as TrialSettings).epochs, 'sweep.base.epochs');
  requireObject(vary, 'sweep.vary');
  const checked = {
    ...{ name, base: base as TrialSettings, vary: vary as Sweep['vary'], search: checkSearch(search) },
    validation: readShare(validation),
    score: readChoice(score, 'sweep.score', ['accuracy', 'accuracySquaredPerSecond']) as CheckedSweep['score'],
    halving: halving === undefined ? null : checkHalving(halving, (base as TrialSettings).epochs),
  };
  for (const [path, axis] of Object.entries(checked.vary)) checkAxis(path, axis, checked.search.type);
  if (checked.halving !== null && 'epochs' in checked.vary)
    refuse('invalid-option', 'sweep.vary', 'no epochs with halving, which chooses them', "'epochs'");
  return checked;
}

function readEpochs(value: unknown, where: string): number {
  const epochs = readNumber(value, where, 0, maxEpochs);
  if (epochs === 0) refuse('invalid-option', where, 'a number above 0', '0');
  return epochs;
}

function readShare(value: unknown): number {
  const share = readNumber(value, 'sweep.validation', 0, 1);
  if (share === 1) refuse('invalid-option', 'sweep.validation', 'a number from 0 to below 1', '1');
  return share;
}

function checkSearch(search: unknown): CheckedSweep['search'] {
  const { type, trials, seed = 1 } = readOptions(search, 'sweep.search', 'type trials seed');
  if (readChoice(type, 'sweep.search.type', ['grid', 'random']) === 'grid') return { type: 'grid' };
  return {
    type: 'random',
    trials: readInteger(trials, 'sweep.search.trials', 1, maxTrials),
    seed: readSeed(seed, 'sweep.search.seed'),
  };
}

function checkHalving(halving: unknown, epochs: number): NonNullable<CheckedSweep['halving']> {
  const { firstEpochs, factor = 3 } = readOptions(halving, 'sweep.halving', 'firstEpochs factor');
  const first = readEpochs(firstEpochs, 'sweep.halving.firstEpochs');
  if (first > epochs)
    refuse('invalid-option', 'sweep.halving.firstEpochs', `at most ${epochs} (base.epochs)`, String(first));
  return { firstEpochs: first, factor: readInteger(factor, 'sweep.halving.factor', 2, 16) };
}

const isList = (axis: Axis): axis is readonly Value[] => Array.isArray(axis);

function checkAxis(path: string, axis: Axis, search: 'grid' | 'random'): void {
  const where = `sweep.vary['${path}']`;
  if (!settingNames.split(' ').includes(path.split('.')[0]!)) {
    refuse(
      'invalid-option',
      'sweep.vary',
      `paths that begin with one of ${settingNames.replaceAll(' ', ', ')}`,
      `'${path}'`,
    );
  }
  if (isList(axis)) {
    if (axis.length === 0) refuse('invalid-option', where, 'at least one value', 'none');
    return;
  }
  const {
    from,
    to,
    steps,
    scale = 'linear',
    isInteger = false,
  } = readOptions(axis, where, 'from to steps scale isInteger');
  const first = readNumber(from, `${where}.from`, -Number.MAX_VALUE, Number.MAX_VALUE);
  readNumber(to, `${where}.to`, first, Number.MAX_VALUE);
  if (readChoice(scale, `${where}.scale`, ['linear', 'log']) === 'log' && first <= 0)
    refuse('invalid-option', `${where}.from`, 'a number above 0 for a logarithmic scale', String(first));
  if (typeof isInteger !== 'boolean') refuse('invalid-option', `${where}.isInteger`, 'true or false', show(isInteger));
  if (steps !== undefined || search === 'grid') readInteger(steps, `${where}.steps`, 1, maxTrials);
}

/** The value of a range at a place from 0 to 1. */
function valueAt(axis: Exclude<Axis, readonly Value[]>, place: number): number {
  const { from, to, scale = 'linear', isInteger = false } = axis;
  const value = scale === 'log' ? from * (to / from) ** place : from + (to - from) * place;
  const bounded = place === 0 ? from : place === 1 ? to : value;
  // As people write settings; powers also differ between machines in their last digits, and a trial is to be the same everywhere.
  return isInteger ? Math.round(bounded) : Number(bounded.toPrecision(3));
}

/** The values of an axis in a grid, each once. */
export function valuesOf(axis: Axis): readonly Value[] {
  if (isList(axis)) return axis;
  const steps = axis.steps!;
  const values = Array.from({ length: steps }, (_, i) => valueAt(axis, steps === 1 ? 0 : i / (steps - 1)));
  return [...new Set(values)];
}

function* grid(vary: Sweep['vary']): Generator<Trial['values']> {
  const axes = Object.entries(vary).map(([path, axis]) => ({ path, values: valuesOf(axis) }));
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > maxTrials) refuse('invalid-option', 'sweep.vary', `at most ${maxTrials} combinations`, String(count));
  for (let i = 0; i < count; ++i) {
    let rest = i;
    const chosen: [string, Value][] = [];
    for (const { path, values } of axes.toReversed()) {
      chosen.unshift([path, values[rest % values.length]!]);
      rest = Math.floor(rest / values.length);
    }
    yield Object.fromEntries(chosen);
  }
}

function* random(vary: Sweep['vary'], trials: number, seed: number): Generator<Trial['values']> {
  const uniform = seededUniforms(seed);
  for (let i = 0; i < trials; ++i) {
    const draw = (axis: Axis): Value => {
      const place = uniform();
      if (!isList(axis) && axis.steps === undefined) return valueAt(axis, place);
      const values = valuesOf(axis);
      return values[Math.floor(place * values.length)]!;
    };
    yield Object.fromEntries(Object.entries(vary).map(([path, axis]) => [path, draw(axis)]));
  }
}

/** `settings` with the value at a path of names, which are made where they are missing. */
function withValue(settings: object, [name, ...rest]: readonly string[], value: Value): object {
  const inner: unknown = (settings as Record<string, unknown>)[name!];
  const next = typeof inner === 'object' && inner !== null ? inner : {};
  return { ...settings, [name!]: rest.length === 0 ? value : withValue(next, rest, value) };
}

/** All trials, in order. */
export function trialsOf(sweep: CheckedSweep): Trial[] {
  const { base, vary, search } = sweep;
  const all = search.type === 'grid' ? grid(vary) : random(vary, search.trials, search.seed!);
  return [...all].map((values, id) => {
    const settings = Object.entries(values).reduce<object>(
      (made, [path, value]) => withValue(made, path.split('.'), value),
      base,
    );
    return { id, values, settings: settings as TrialSettings };
  });
}

export const isDense = (model: TrialSettings['model']): model is DenseNetwork =>
  typeof model === 'object' && 'hiddenLayers' in model;

/** The spec of a fully connected network for images of this shape. Throws 'invalid-option' for sizes out of range. */
export function denseSpec(model: DenseNetwork, input: Shape, classes: number): ModelSpec {
  const { hiddenLayers, neurons, activation } = readOptions(model, 'model', 'hiddenLayers neurons activation');
  const count = readInteger(hiddenLayers, 'model.hiddenLayers', 0, 64);
  const outFeatures = readInteger(neurons, 'model.neurons', 1, 4096);
  const type = readChoice(activation, 'model.activation', ['relu', 'sigmoid', 'tanh']) as DenseNetwork['activation'];
  const hidden = Array.from({ length: count }, (_, i): LayerSpec[] => [
    { name: `fc${i + 1}`, type: 'linear', outFeatures },
    { name: `${type}${i + 1}`, type },
  ]);
  return {
    name: `dense-${count}x${outFeatures}-${type}`,
    input,
    layers: [
      { name: 'flatten', type: 'flatten' },
      ...hidden.flat(),
      { name: 'output', type: 'linear', outFeatures: classes },
    ],
  };
}
