// SPDX-License-Identifier: MIT
//
// createSession takes what makes sense and refuses the rest in words: what was expected, what it got.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, engineWith, SMALL_SPEC, withSession } from '../support/sessions.mjs';

const adam = (options) => ({ optimizer: { type: 'adam', ...options } });
const sgd = (options) => ({ optimizer: { type: 'sgd', ...options } });

/** What is wrong, the options at fault, and what the text must say besides "expected". */
const BAD_OPTIONS = [
  ['an unknown model', { model: 'alexnet' }, 'alexnet', 'tinycnn'],
  ['no model', { model: undefined }, 'model'],
  ['a number for a model', { model: 7 }, 'model'],
  ['a negative seed', { seed: -1 }, 'seed', '-1'],
  ['half a seed', { seed: 1.5 }, 'seed', '1.5'],
  ['a seed of NaN', { seed: NaN }, 'seed', /nan/i],
  ['a seed that is text', { seed: '7' }, 'seed', 'string'],
  ['a seed beyond exact integers', { seed: 2 ** 53 }, 'seed'],
  ['a batch of none', { batchSize: 0 }, 'batch', '0'],
  ['a negative batch', { batchSize: -16 }, 'batch', '-16'],
  ['half a batch', { batchSize: 1.5 }, 'batch', '1.5'],
  ['a batch of NaN', { batchSize: NaN }, 'batch', /nan/i],
  ['a batch of a billion', { batchSize: 1e9 }, 'batch', '1000000000'],
  ['an unknown optimizer', { optimizer: { type: 'lion' } }, 'optimizer', 'lion', 'adam', 'sgd'],
  ['an optimizer without a type', { optimizer: {} }, 'optimizer'],
  ['a negative learning rate', adam({ learningRate: -1e-3 }), /learning.?rate/i, '-0.001'],
  ['a learning rate of NaN', sgd({ learningRate: NaN }), /learning.?rate/i, /nan/i],
  ['an infinite learning rate', adam({ learningRate: Infinity }), /learning.?rate/i, /inf/i],
  ['a learning rate that is text', adam({ learningRate: '0.1' }), /learning.?rate/i],
  ['a beta of one', adam({ betas: [0.9, 1] }), /beta/i, '1'],
  ['a negative beta', adam({ betas: [-0.1, 0.999] }), /beta/i, '-0.1'],
  ['one beta', adam({ betas: [0.9] }), /beta/i],
  ['an epsilon of NaN', adam({ eps: NaN }), 'eps', /nan/i],
  ['a negative epsilon', adam({ eps: -1e-8 }), 'eps'],
  ['negative weight decay', adam({ weightDecay: -1 }), /weight.?decay/i, '-1'],
  ['weight decay of NaN', sgd({ weightDecay: NaN }), /weight.?decay/i, /nan/i],
  ['negative momentum', sgd({ momentum: -0.5 }), 'momentum', '-0.5'],
  ['an unknown schedule', { schedule: { type: 'cosmic' } }, 'schedule', 'cosmic'],
  ['a one-cycle of no steps', { schedule: { type: 'oneCycle', totalSteps: 0 } }, /total.?steps/i, '0'],
  ['a one-cycle without steps', { schedule: { type: 'oneCycle' } }, /total.?steps/i],
  ['a standard deviation of zero', { normalize: { mean: 0, std: 0 } }, 'std', '0'],
  ['a negative standard deviation', { normalize: { mean: 0, std: -1 } }, 'std', '-1'],
  ['a mean of NaN', { normalize: { mean: NaN, std: 1 } }, 'mean', /nan/i],
  ['an unknown loss', { loss: 'hinge' }, 'loss', 'hinge', 'crossEntropy'],
];

for (const [what, options, ...parts] of BAD_OPTIONS) {
  test(`createSession refuses ${what}`, async () => {
    const engine = await engineWith(1);
    assertRefused(() => engine.createSession({ model: 'tinycnn', ...options }), 'expected', ...parts);
  });
}

// The second one's memory is a multiple of 2^32 bytes, which 32-bit sizes would take for next to nothing.
for (const channels of [3, 4]) {
  test(`a model of ${channels} vast channels is refused for want of memory, and the engine stays fit for use`, async () => {
    const engine = await engineWith(1);
    const layers = [
      { name: 'conv', type: 'conv2d', outChannels: channels, kernelSize: 1 },
      { name: 'pool', type: 'maxPool2d', kernelSize: 4096 },
      { name: 'flatten', type: 'flatten' },
    ];
    const model = { name: 'vast', input: [1, 4096, 4096], layers };
    assertRefused(() => engine.createSession({ model, batchSize: 128 }), 'memory');
    withSession(engine, { model: 'tinycnn' }, (session) => assert.equal(session.summary.parameters, 18982));
  });
}

test('createSession refuses to be called without options', async () => {
  const engine = await engineWith(1);
  for (const options of [undefined, null, 'tinycnn']) assertRefused(() => engine.createSession(options), 'expected');
});

test('a session of a zoo model has its spec, its summary and no steps behind it', async () => {
  const engine = await engineWith(1);
  withSession(engine, { model: 'tinycnn' }, (session) => {
    assert.deepEqual(session.spec, engine.zoo.find(({ id }) => id === 'tinycnn').spec);
    assert.equal(session.summary.parameters, 18982);
    assert.equal(session.step, 0);
  });
});

test('a session of a spec is described by the summary of that spec', async () => {
  const engine = await engineWith(1);
  withSession(engine, { model: SMALL_SPEC }, (session) =>
    assert.deepEqual(session.summary, engine.describe(SMALL_SPEC)),
  );
});

test('rates of zero are taken at their word', async () => {
  const engine = await engineWith(1);
  const still = [adam({ learningRate: 0, weightDecay: 0 }), sgd({ learningRate: 0, momentum: 0, weightDecay: 0 })];
  for (const options of still)
    withSession(engine, { model: SMALL_SPEC, ...options }, ({ step }) => assert.equal(step, 0));
});

test('a hundred refused sessions leave the engine fit for use', async () => {
  const engine = await engineWith(1);
  for (let i = 0; i < 100; ++i) assertRefused(() => engine.createSession({ model: 'tinycnn', batchSize: 0 }), 'batch');
  withSession(engine, { model: 'tinycnn' }, (session) => assert.equal(session.parameters().length, 8));
});
