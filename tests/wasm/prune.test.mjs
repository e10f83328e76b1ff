// SPDX-License-Identifier: MIT
//
// Pruning through the package: zeros that stay, what a report says of them, and what is refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineWith, rejects, SMALL_SPEC, withTrained } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const engine = await engineWith(2);
const train = syntheticDigits({ count: 600, seed: 1 });

/** A session that has been trained briefly. */
const trained = (options, steps, use) =>
  withTrained(engine, { data: { train }, steps, batchSize: 16, model: SMALL_SPEC, ...options }, use);

const weightsOf = (session) => session.parameters().flatMap(({ shape, data }) => (shape.length > 1 ? [...data] : []));
const zerosOf = (session) => weightsOf(session).filter((weight) => weight === 0).length;

test('pruned at once, the smallest weights are zeros and stay zeros', () =>
  trained({ emaDecay: 0.9 }, 20, async (session) => {
    const report = await session.prune({ type: 'unstructured', sparsity: 0.75 });
    const count = weightsOf(session).length;
    const pruned = Math.round(0.75 * count);
    assert.equal(zerosOf(session), pruned);
    assert.deepEqual(report, await session.pruning());
    assert.deepEqual([report.target, report.sparsity], [0.75, pruned / count]);
    assert.deepEqual(
      report.layers.map(({ name }) => name),
      ['conv', 'fc'],
    );
    const [conv, fc] = report.layers;
    assert.equal(conv.zeros + fc.zeros, pruned);
    assert.deepEqual([conv.parametersBefore, conv.parameters, conv.macsBefore], [78, 78, 3 * 12 * 12 * 25]);
    assert.equal(conv.macs, (75 - conv.zeros) * 12 * 12);
    session.trainSteps(20);
    assert.equal(zerosOf(session), pruned);
    assert.deepEqual(await session.pruning(), report);
  }));

test('with a schedule, trainSteps and fit prune as they go, also in a session that is restored', () =>
  trained({}, 0, async (session) => {
    const options = { type: 'unstructured', sparsity: 0.8, schedule: { start: 2, steps: 30, frequency: 5 } };
    const { target, sparsity } = await session.prune(options);
    assert.deepEqual([target, sparsity], [0.8, 0]);
    const count = weightsOf(session).length;
    session.trainSteps(7);
    assert.equal(zerosOf(session), Math.round(0.8 * (1 - (25 / 30) ** 3) * count));
    const restored = engine.restoreSession(session.save());
    restored.setData('train', train);
    assert.deepEqual(await restored.pruning(), await session.pruning());
    for (const each of [session, restored]) await each.fit({ epochs: 1 }); // to step 38
    assert.equal(zerosOf(session), Math.round(0.8 * count));
    assert.deepEqual(restored.save(), session.save());
    restored.dispose();
  }));

test('sparsity 0 and rewind end pruning', () =>
  trained({}, 5, async (session) => {
    await session.prune({ type: 'unstructured', sparsity: 0.5 });
    await session.prune({ type: 'unstructured', sparsity: 0 });
    session.trainSteps(5);
    assert.deepEqual([zerosOf(session), (await session.pruning()).target], [0, 0]);
    await session.prune({ type: 'unstructured', sparsity: 0.5 });
    session.rewind();
    assert.deepEqual([zerosOf(session), (await session.pruning()).target], [0, 0]);
  }));

test('without channels a network is smaller, predicts and trains on in a session of its own, and its files shrink', () =>
  trained({ emaDecay: 0.9 }, 200, async (session) => {
    const before = session.save();
    const { spec, parameters, report } = await session.prune({ type: 'channels', sparsity: 0.5 });
    assert.deepEqual(session.save(), before);
    const smaller = engine.createSession({ model: spec, parameters, seed: 1, batchSize: 16 });
    assert.ok(smaller.summary.macs <= session.summary.macs / 2, `${smaller.summary.macs} multiply-adds`);
    assert.ok(Math.abs(report.sparsity - (1 - smaller.summary.macs / session.summary.macs)) < 1e-9);
    assert.equal(report.target, 0.5);
    const [conv] = report.layers;
    assert.equal(spec.layers[0].outChannels, conv.channels.length);
    assert.deepEqual([conv.name, conv.parametersBefore, conv.macsBefore], ['conv', 78, 3 * 12 * 12 * 25]);
    assert.equal(conv.parameters, 26 * conv.channels.length);
    const whole = session.parameters({ averaged: true })[0].data;
    const kept = conv.channels.flatMap((channel) => [...whole.slice(25 * channel, 25 * (channel + 1))]);
    assert.deepEqual([...parameters[0].data], kept);

    smaller.setData('train', train);
    const { loss } = smaller.trainSteps(10);
    assert.ok(smaller.trainSteps(300).loss < loss, 'it learns');
    for (const format of ['onnx', 'tflite', 'c', 'safetensors']) {
      const [large, small] = await Promise.all([session, smaller].map((each) => each.exportModel({ format })));
      assert.ok(small.length < large.length, `${format}: ${small.length} and ${large.length} bytes`);
    }
    smaller.dispose();
  }));

const BRANCHED_SPEC = {
  name: 'branched',
  input: [1, 28, 28],
  layers: [
    { name: 'stem', type: 'conv2d', outChannels: 8, kernelSize: 5, stride: 3 },
    { name: 'norm', type: 'batchNorm2d' },
    { name: 'relu', type: 'relu' },
    { name: 'conv', type: 'conv2d', outChannels: 8, kernelSize: 3, padding: 1 },
    { name: 'sum', type: 'add', from: ['relu', 'conv'] },
    { name: 'both', type: 'concat', from: ['sum', 'conv'] },
    { name: 'pool', type: 'maxPool2d', kernelSize: 2 },
    { name: 'flat', type: 'flatten' },
    { name: 'fc', type: 'linear', outFeatures: 10 },
  ],
};

test('channels of sums and concatenations go together; what is left is pruned again, quantized, exported, saved and restored', () =>
  trained({ model: BRANCHED_SPEC }, 60, async (session) => {
    const { spec, parameters, report } = await session.prune({ type: 'channels', sparsity: 0.5 });
    const channelsOf = (name) => report.layers.find((layer) => layer.name === name).channels;
    assert.ok(channelsOf('stem').length < 8);
    assert.deepEqual(channelsOf('norm'), channelsOf('stem'));
    assert.deepEqual(channelsOf('conv'), channelsOf('stem'));
    await trained({ model: spec, parameters }, 40, async (smaller) => {
      const twice = await smaller.prune({ type: 'channels', sparsity: 0.3 });
      assert.ok(twice.spec.layers[0].outChannels < spec.layers[0].outChannels);
      await smaller.prune({ type: 'unstructured', sparsity: 0.5 });
      const { sparsity } = await smaller.prune({ type: 'unstructured', sparsity: 0.8 });
      assert.ok(Math.abs(sparsity - 0.8) < 0.01);
      smaller.trainSteps(20);
      const zeros = zerosOf(smaller);
      const restored = engine.restoreSession(smaller.save());
      assert.deepEqual(await restored.pruning(), await smaller.pruning());
      for (const format of ['onnx', 'tflite', 'c', 'safetensors', 'json']) {
        const [file, again] = [await smaller.exportModel({ format }), await restored.exportModel({ format })];
        assert.deepEqual(file, again, format);
        if (format === 'tflite' || format === 'c') continue; // which importModel does not read
        const { spec: model, parameters: values } = await engine.importModel(
          file,
          format === 'safetensors' ? { spec } : {},
        );
        const copy = engine.createSession({ model, parameters: values });
        assert.equal(zerosOf(copy), zeros, format);
        copy.dispose();
      }
      const quantized = await smaller.quantize({ calibration: 20 });
      for (const format of ['tflite', 'c']) assert.ok((await quantized.exportModel({ format })).length > 0);
      const pixels = train.images.subarray(0, 784);
      const best = (values) => values.indexOf(Math.max(...values));
      assert.equal(best(quantized.logits(pixels)), best(smaller.logits(pixels)));
      quantized.dispose();
      restored.dispose();
    });
  }));

test('what prune cannot do is refused by name, and nothing is changed', () =>
  trained({}, 3, async (session) => {
    const before = session.save();
    const refuses = (options, text) => rejects(session.prune(options), 'invalid-option', text);
    for (const type of ['unstructured', 'channels']) {
      for (const sparsity of [NaN, 1, -1, Infinity, undefined, '0.5', null, [0.5], {}]) {
        await refuses({ type, sparsity }, /^\[prune\.sparsity\] expected a number from 0 to below 1, got /);
      }
    }
    await refuses({ sparsity: 0.5 }, /^\[prune\.type\] expected one of unstructured, channels/);
    await refuses({ type: 'filters', sparsity: 0.5 }, /^\[prune\.type\] expected one of unstructured, channels/);
    await refuses({ type: 'channels', sparsity: 0.999 }, /^\[prune\] expected a sparsity of at most 0\.\d+ /);
    await refuses({ type: 'channels', sparsity: 0.5, schedule: { steps: 5 } }, /^\[prune\.schedule\] expected none/);
    await refuses({ type: 'unstructured', sparcity: 0.5 }, /^\[prune\] .*did you mean 'sparsity'\?/);
    await refuses(undefined, /^\[prune\] expected an object/);
    const schedule = (options) => ({ type: 'unstructured', sparsity: 0.5, schedule: options });
    await refuses(schedule({ step: 5 }), /^\[prune\.schedule\] .*did you mean 'steps'\?/);
    await refuses(schedule({ steps: -1 }), /^\[prune\.schedule\.steps\] expected an integer from 0 /);
    await refuses(schedule({ steps: 2 ** 53 - 1 }), /^\[prune\.schedule\] expected start and steps from 0 /);
    await refuses(schedule({ steps: 1.5 }), /^\[prune\.schedule\.steps\] expected an integer/);
    await refuses(schedule({ frequency: 0 }), /^\[prune\.schedule\.frequency\] expected an integer from 1 /);
    await refuses(schedule(5), /^\[prune\.schedule\] expected an object/);
    assert.deepEqual(session.save(), before);
    await session.prune({ type: 'unstructured', sparsity: 0.5, schedule: null });
    await refuses({ type: 'unstructured', sparsity: 0.25 }, /at least the present 0\.5/);
    session.dispose();
    for (const type of ['unstructured', 'channels']) {
      await rejects(session.prune({ type, sparsity: 0.5 }), 'disposed', /disposed/);
    }
  }));
