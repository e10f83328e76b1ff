// SPDX-License-Identifier: MIT
//
// The pace of the first seconds, the words that go with them, and the curve that is drawn of them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyLogCurve, logExtended } from '../../web/src/state/log-curve';
import { initialRun, measured, probed } from '../../web/src/state/run-state';
import { confidence, storyOf } from '../../web/src/state/story';
import { firstLink } from '../../web/src/state/page-link';
import { beatAt } from '../../web/src/shared/tempo';
import { loadEngine } from 'tinycnn';
import { Training } from '../../web/src/worker/training';
import { Beats } from '../../web/src/worker/beats';
import type { RunState } from '../../web/src/state/run-state';
import type { Tempo } from '../../web/src/shared/tempo';
import type { RunFacts } from '../../web/src/shared/protocol';

test('the show begins with single steps, gets ever faster, and is over within about six seconds', () => {
  const beats = Array.from({ length: 100 }, (_, i) => beatAt('show', i));
  const shown = beats.filter((beat) => beat !== null);
  assert.deepEqual(
    shown.slice(0, 10).map(({ steps }) => steps),
    Array.from({ length: 10 }, () => 1),
  );
  for (const [i, { steps }] of shown.entries()) assert.ok(i === 0 || steps >= shown[i - 1]!.steps);
  const milliseconds = shown.reduce((sum, { lasts }) => sum + lasts, 0);
  assert.ok(milliseconds > 4000 && milliseconds < 6000, String(milliseconds));
  assert.equal(beats.at(-1), null);
});

test('slow stays slow, and full speed has no beats', () => {
  assert.equal(beatAt('slow', 10_000)?.steps, 1);
  assert.equal(beatAt('full', 0), null);
});

test('a beat is over once its steps are trained, and rests for what is left of its time', () => {
  const beats = new Beats();
  beats.start('slow', 1000);
  assert.equal(beats.left, 1);
  assert.equal(beats.trained(1, 1100), 150);
  assert.equal(beats.next(1250), false);
  beats.start('full', 2000);
  assert.equal(beats.left, Infinity);
  assert.equal(beats.trained(500, 2100), null);
});

test('the live curve begins at the first step and stays small', () => {
  const measurements = Array.from({ length: 20_000 }, (_, i) => ({
    step: i + 1,
    steps: 1,
    loss: 2.3 / (1 + i),
    accuracy: 0.5,
  }));
  const { points } = logExtended(emptyLogCurve, measurements);
  assert.deepEqual(points[0], { step: 1, loss: 2.3, accuracy: 0.5 });
  assert.deepEqual(
    points.slice(0, 5).map(({ step }) => step),
    [1, 2, 3, 4, 5],
  );
  assert.ok(points.length < 200, String(points.length));
});

const facts = { stepsPerEpoch: 1875, batchSize: 32, epochs: 12, summary: { parameters: 18_982 } } as RunFacts;
const digits = { one: 'digit', many: 'digits' };

function tell(change: Partial<RunState>, more: { isAboutToStart?: boolean; note?: string } = {}) {
  const run = { ...initialRun(firstLink.settings), facts, ...change };
  return storyOf({
    ...{ run, noun: digits, classes: 10, progress: null, hasData: true },
    past: null,
    ...{ isAboutToStart: more.isAboutToStart ?? false, note: more.note ?? null },
  });
}

const trainedTo = (step: number, accuracy: number): RunState => {
  const begun: RunState = { ...initialRun(firstLink.settings), facts, phase: 'training' };
  const at = measured(begun, [{ step, steps: 1, loss: 1, accuracy }], 1000);
  return probed(at, { step, loss: 1, accuracy, count: 1000 });
};

test('the story at its moments', () => {
  assert.equal(tell({}).headline, 'Untrained: just guessing');
  assert.match(tell({}).detail, /^Its 18,982 weights are random numbers\. Press Train to watch it learn\.$/);
  assert.match(tell({}, { isAboutToStart: true }).detail, /Training starts automatically in a moment\.$/);
  assert.equal(tell(trainedTo(3, 0.1)).headline, 'Still guessing after 96 images');
  assert.equal(tell(trainedTo(125, 0.8)).headline, '80 % of unseen digits after 4,000 images');
  assert.equal(tell(trainedTo(1875, 0.972)).headline, '97.2 % of unseen digits after 1 epoch');
  assert.equal(tell(trainedTo(4700, 0.982)).headline, '98.2 % of unseen digits after 2.5 epochs');
  for (const step of [1875, 1888]) {
    assert.equal(tell(trainedTo(step, 0.975)).headline, '97.5 % of unseen digits after 1 epoch');
  }
  assert.equal(tell({ ...trainedTo(4700, 0.982), phase: 'idle' }).detail, 'Paused. Press Train to continue.');
});

test('a sentence of explanation changes only when something else happens', () => {
  const early = tell(trainedTo(3, 0.1)).detail;
  assert.equal(tell(trainedTo(9, 0.12)).detail, early);
  assert.notEqual(tell(trainedTo(60, 0.5)).detail, early);
});

test('how sure it is, in words', () => {
  assert.equal(confidence(1, true, '7'), '100 % confident, and correct');
  assert.equal(confidence(0.61, false, '7'), '61 % confident, but the label is 7');
  assert.equal(confidence(0.61, null, ''), '61 % confident');
});

/** Trains one epoch of 40 steps at this tempo; the checkpoint at its end. */
async function trained(tempo: Tempo): Promise<Uint8Array> {
  const engine = await loadEngine({ threads: 1 });
  const count = 160;
  const images = Uint8Array.from({ length: count * 784 }, (_, i) => (i * 7919) % 251);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  const session = engine.createSession({ model: 'tinycnn', seed: 3, batchSize: 4 });
  session.setData('train', { images, labels, height: 28, width: 28 });
  session.setData('test', { images, labels, height: 28, width: 28 });
  const nothing = (): undefined => undefined;
  await new Promise<void>((resolve) => {
    const sizes = { weights: 1000, batchSize: 4, trainCount: count, testCount: count, validationCount: 0, epochs: 1 };
    const training = new Training(session, sizes, {
      ...{
        evaluated: nothing,
        afterBeat: nothing,
        moment: nothing,
        deadUnits: () => Promise.resolve([]),
        atTheEnd: resolve,
        extended: nothing,
        trained: nothing,
        send: nothing,
      },
      ...{ turnMilliseconds: () => 20, afterChunk: () => false },
    });
    training.start({ at: 'end' }, { tempo });
  });
  return session.save();
}

test('the weights do not depend on how fast training is shown', async () => {
  assert.deepEqual(await trained('show'), await trained('full'));
});
