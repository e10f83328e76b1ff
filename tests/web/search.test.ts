// SPDX-License-Identifier: MIT
//
// The search's pure parts: from what is typed to a sweep, and the axes of its charts.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { SweepProgress } from 'tinycnn/sweep';
import { decadeText, decades, linear, logarithmic, ticks } from '../../web/src/features/search/axes';
import { atFirst, axisOf, kinds, settings, sweepOf } from '../../web/src/features/search/wanted';
import type { Kind, Wanted } from '../../web/src/features/search/wanted';

const engine = await loadEngine({ threads: 1 });
const entry = engine.zoo.find(({ id }) => id === 'tinycnn')!;
const present = { recipe: entry.bestRecipe, model: entry.spec, name: entry.title, seed: 3 };
const sweep = (change: Partial<Wanted>) => sweepOf({ ...atFirst, ...change }, present);
const own = (typed: string, path = 'batchSize' as const): Partial<Wanted> => ({
  kind: 'own',
  varied: [{ path, typed }, null],
});

describe('what is typed', () => {
  const axis = (typed: string, isRandom = false) => axisOf({ path: 'optimizer.learningRate', typed }, isRandom);

  test('is a list of values or a range, logarithmic where it spans decades', () => {
    assert.deepEqual(axis('0.1, 0.02 ,3e-3'), [0.1, 0.02, 0.003]);
    assert.deepEqual(axis(' 0.001 to 0.1 in 5 steps '), {
      ...{ from: 0.001, to: 0.1, steps: 5, scale: 'log', isInteger: false },
    });
    assert.deepEqual(axis('0.1 to 0.2 in 3 steps'), {
      ...{ from: 0.1, to: 0.2, steps: 3, scale: 'linear', isInteger: false },
    });
    assert.deepEqual(axisOf({ path: 'seed', typed: '1 to 100 in 100 steps' }, false), {
      ...{ from: 1, to: 100, steps: 100, scale: 'linear', isInteger: true },
    });
    assert.deepEqual(axisOf({ path: 'model.activation', typed: 'relu, tanh' }, false), ['relu', 'tanh']);
  });

  test('may be a range without steps where trials are random', () => {
    assert.deepEqual(axis('0.001 to 0.1', true), { from: 0.001, to: 0.1, isInteger: false, scale: 'log' });
    assert.throws(() => axis('0.001 to 0.1'), /say how many, as in “0.001 to 0.1 in 5 steps”/);
  });

  const wrong: [string, RegExp][] = [
    ['', /Learning rate: write values with commas/],
    ['0.1,,0.2', /write values with commas/],
    ['fast', /“fast” is not a number/],
    ['0.1 to', /is not a number/],
    ['2 to 1 in 3 steps', /smaller one/],
    ['NaN', /“NaN” is not a number/],
    ['Infinity', /is not a number/],
  ];
  for (const [typed, text] of wrong) {
    test(`“${typed}” is answered by a sentence`, () => {
      assert.throws(() => axis(typed), text);
    });
  }

  test('of an integer is an integer', () => {
    assert.throws(() => axisOf({ path: 'batchSize', typed: '16, 2.5' }, false), /“2.5” is not an integer/);
  });
});

describe('what is wanted', () => {
  test('each kind is a sweep that the engine takes', () => {
    for (const kind of Object.keys(kinds) as Kind[]) {
      const { trials } = new SweepProgress(sweep({ kind }));
      assert.ok(trials.length >= 4, kind);
    }
  });

  test('each setting that can be varied reaches a session', () => {
    for (const { path, typed } of settings) {
      const { trials } = new SweepProgress(sweep({ kind: 'own', varied: [{ path, typed }, null] }));
      const { model, batchSize, optimizer, loss, emaDecay, seed } = trials[0]!.settings;
      const named = typeof model === 'object' && 'hiddenLayers' in model ? entry.spec : model;
      const session = engine.createSession({
        ...{ model: named, batchSize, optimizer, loss, emaDecay, seed },
      });
      assert.equal(session.step, 0, path);
      session.dispose();
    }
  });

  test('the recipe on the page is what all trials have in common, and its schedule ends with them', () => {
    const { base } = sweep({ ...own('16, 32'), epochs: 2 });
    const { batchSize, optimizer, loss, augment, normalize } = entry.bestRecipe;
    assert.deepEqual(
      [base.batchSize, base.optimizer, base.loss, base.augment, base.normalize, base.seed, base.epochs],
      [batchSize, optimizer, loss, augment, normalize, 3, 2],
    );
    assert.equal('totalSteps' in (base.schedule ?? {}), false);
  });

  test('361 networks are judged as they were first, unless a fair judge or halving is chosen', () => {
    const first = sweep({ kind: 'sigmoid', fair: false, halving: false });
    assert.deepEqual([first.score, first.validation, first.halving], ['accuracySquaredPerSecond', 0, undefined]);
    const fair = sweep({ kind: 'relu', fair: true, halving: true });
    assert.deepEqual([fair.score, fair.validation], ['accuracy', undefined]);
    assert.equal(new SweepProgress(fair).rungs.length, 3);
  });

  test('ten seeds are all trained to the end', () => {
    assert.equal(sweep({ kind: 'seeds', halving: true }).halving, undefined);
  });

  test('hidden layers are of fully connected networks, not of the one on the page', () => {
    const { base, name } = sweep({ kind: 'own', varied: [{ path: 'model.neurons', typed: '8, 16' }, null] });
    assert.deepEqual(base.model, { hiddenLayers: 2, neurons: 32, activation: 'relu' });
    assert.match(name, /^Fully connected networks: neurons/);
  });

  test('the same setting twice is answered by a sentence', () => {
    const twice = { path: 'seed', typed: '1, 2' } as const;
    assert.throws(() => sweep({ kind: 'own', varied: [twice, twice] }), /Seed is there twice/);
  });

  test('random trials are as many as were asked for', () => {
    const { trials } = new SweepProgress(sweep({ ...own('8 to 64'), random: 7 }));
    assert.equal(trials.length, 7);
  });
});

describe('axes', () => {
  test('have marks at round numbers within their range', () => {
    assert.deepEqual(ticks(0.12, 0.61), [0.2, 0.3, 0.4, 0.5, 0.6]);
    assert.deepEqual(ticks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
    assert.deepEqual(ticks(2, 2).length > 0, true);
  });

  test('logarithmic ones have decades, and equal factors are equally far apart', () => {
    assert.deepEqual(decades(1e-6, 10).length, 8);
    assert.deepEqual([0.000001, 0.001, 10].map(decadeText), ['1e−6', '0.001', '10']);
    const place = logarithmic(0.01, 1, 0, 100);
    assert.equal(Math.round(place(0.1)), 50);
    assert.equal(linear(2, 4, 10, 20)(3), 15);
  });
});
