// SPDX-License-Identifier: MIT
//
// Predictions of one image and of many, as probabilities and as logits; images of one channel and of three.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdOut, transposeImages } from 'tinycnn';
import { assertCode, assertRefused, engineWith, SMALL_SPEC, withSession } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const area = 784;
const digits = syntheticDigits({ count: 600, seed: 3 });
const image = (index) => digits.images.subarray(index * area, (index + 1) * area);

function withTrained(engine, use, options = {}) {
  return withSession(engine, { model: SMALL_SPEC, seed: 2, ...options }, (session) => {
    session.setData('train', digits);
    session.trainSteps(8);
    return use(session);
  });
}

for (const threads of [1, 2]) {
  test(`predictBatch is predict of each, bit for bit, on ${threads} thread${threads > 1 ? 's' : ''}`, async () => {
    withTrained(await engineWith(threads), (session) => {
      for (const count of [0, 1, 7, 8, 9, 600]) {
        const expected = Array.from({ length: count }, (_, i) => session.predict(image(i)));
        const flat = digits.images.subarray(0, count * area);
        const list = Array.from({ length: count }, (_, i) => image(i));
        const forms = [flat, list, Float32Array.from(flat), list.map((each) => Array.from(each)), Array.from(flat)];
        for (const form of forms) assert.deepEqual(session.predictBatch(form), expected, `${count}`);
      }
    });
  });
}

test('predictBatch predicts by the average of the weights where there is one', async () => {
  withTrained(
    await engineWith(1),
    (session) => assert.deepEqual(session.predictBatch([image(3)]), [session.predict(image(3))]),
    { emaDecay: 0.9 },
  );
});

test('predictBatch refuses what are no images, by their place', async () => {
  withTrained(await engineWith(1), (session) => {
    assertCode('invalid-data', () => session.predictBatch(), 'an array of images', 'undefined');
    assertCode('invalid-data', () => session.predictBatch(new Uint8Array(785)), '784 pixels', '785');
    assertCode('invalid-data', () => session.predictBatch([image(0), new Uint8Array(3)]), 'predictBatch[1]', 'got 3');
    assertCode('invalid-data', () => session.predictBatch([image(0), null]), 'predictBatch[1]', 'null');
    assertCode('invalid-data', () => session.predictBatch('x'.repeat(784)), 'an array of images');
  });
});

test('the softmax of the logits is the prediction, and the logits are the last layer', async () => {
  withTrained(await engineWith(1), (session) => {
    const logits = session.logits(image(4));
    assert.deepEqual(logits, session.activations('fc', image(4)).data);
    const powers = Array.from(logits, Math.exp);
    const sum = powers.reduce((total, power) => total + power);
    session.predict(image(4)).forEach((p, i) => assert.ok(Math.abs(p - powers[i] / sum) < 1e-6));
    assertRefused(() => session.logits(new Uint8Array(3)), '784 pixels', 'got 3');
  });
});

/** Colour images of one class each: a channel is bright. */
function colours(count) {
  const labels = Uint8Array.from({ length: count }, (_, i) => (i * 5 + (i >> 2)) % 3);
  const images = Uint8Array.from({ length: count * 3 * 30 }, (_, at) => {
    const [i, channel, pixel] = [Math.floor(at / 90), Math.floor(at / 30) % 3, at % 30];
    return ((at * 7919 + pixel * i) % 60) + (labels[i] === channel ? 180 : 0);
  });
  return { images, labels, height: 5, width: 6, channels: 3 };
}

const colourSpec = {
  name: 'colours',
  input: [3, 5, 6],
  layers: [
    { name: 'conv', type: 'conv2d', outChannels: 4, kernelSize: 3 },
    { name: 'relu', type: 'relu' },
    { name: 'flatten', type: 'flatten' },
    { name: 'fc', type: 'linear', outFeatures: 3 },
  ],
};

test('images of three channels are learned, augmented and split like those of one', async () => {
  const { train, validation } = holdOut(colours(300), { share: 0.2 });
  assert.equal(train.channels, 3);
  const options = { model: colourSpec, optimizer: { type: 'adam', learningRate: 0.01 }, augment: { degrees: 5 } };
  withSession(await engineWith(1), options, (session) => {
    session.setData('train', train);
    session.setData('validation', validation);
    session.trainSteps(100);
    assert.ok(session.evaluate('validation').accuracy > 0.95);
    assert.equal(session.augmented(1, 0).length, 90);
    const gradients = session.gradients(validation.images, validation.labels);
    assert.equal(gradients[0].name, 'conv.weight');
    const first = session.predict(validation.images.subarray(0, 90));
    assert.equal(first.indexOf(Math.max(...first)), validation.labels[0]);
    assert.equal(session.predictBatch(validation.images).length, validation.labels.length);
  });
});

test('images of another number of channels than the model reads are refused', async () => {
  withSession(await engineWith(1), { model: colourSpec }, (session) => {
    const { channels, ...grey } = colours(9);
    assert.equal(channels, 3);
    assertCode('invalid-data', () => session.setData('train', grey), '[data]', '9 labels');
    assertCode('invalid-data', () => session.setData('train', { ...grey, height: 15 }), '[3,5,6]', '[1,15,6]');
    for (const wrong of [0, -1, 1.5, NaN, '3']) {
      assertCode('invalid-data', () => session.setData('train', { ...grey, channels: wrong }), 'data.channels');
    }
  });
});

test('transposing turns each channel', () => {
  const data = {
    images: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    labels: Uint8Array.of(0),
    height: 2,
    width: 2,
    channels: 2,
  };
  assert.deepEqual(transposeImages(data), { ...data, images: Uint8Array.of(1, 3, 2, 4, 5, 7, 6, 8) });
});
