// SPDX-License-Identifier: MIT
//
// gradients() is the slope of the loss that evaluate() gives: central differences, one parameter at a time, through the package. The
// bias terms and weights of every layer type that has any are covered; the core's own tests do the same for each kernel.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineWith, withSession } from '../support/sessions.mjs';

const STEP = 2e-3; // large enough that float32's rounding of the loss is small against the difference
const SEED = 9; // with these weights hardly a ReLU or a pool's winner switches within a step, where the loss has no slope
const TOLERANCE = 5e-3; // of the tensor's largest slope; rounding and the curve's bend stay below it
const COUNT = 6;
const SIDE = 7;

const conv = { name: 'conv', type: 'conv2d', outChannels: 2, kernelSize: 3 };
const tail = [
  { name: 'flatten', type: 'flatten' },
  { name: 'fc', type: 'linear', outFeatures: 3 },
];
const NETWORKS = {
  'linear layer': tail,
  convolution: [conv, ...tail],
  'strided, padded convolution without bias': [{ ...conv, kernelSize: 5, stride: 2, padding: 2, bias: false }, ...tail],
  'convolution after a convolution': [conv, { ...conv, name: 'second', outChannels: 3 }, ...tail],
  'convolution before a ReLU': [conv, { name: 'relu', type: 'relu' }, ...tail],
  'convolution before a pool': [conv, { name: 'pool', type: 'maxPool2d', kernelSize: 2 }, ...tail],
  'convolution before an overlapping pool': [
    conv,
    { name: 'pool', type: 'maxPool2d', kernelSize: 3, stride: 1 },
    ...tail,
  ],
};

const images = Uint8Array.from({ length: COUNT * SIDE * SIDE }, (_, i) => (i * i * 37 + i * 101) % 251);
const data = { images, labels: Uint8Array.of(0, 1, 2, 2, 1, 0), height: SIDE, width: SIDE };

/** The slope of the loss along each element of one parameter tensor. */
function differences(session, index) {
  const lossAt = (element, offset) => {
    const list = session.parameters();
    list[index].data[element] += offset;
    const before = session.parameters();
    session.setParameters(list);
    const { loss } = session.evaluate('test');
    session.setParameters(before);
    return [loss, list[index].data[element]];
  };
  return session.parameters()[index].data.map((_, element) => {
    const [above, to] = lossAt(element, STEP);
    const [below, from] = lossAt(element, -STEP);
    return (above - below) / (to - from);
  });
}

for (const [what, layers] of Object.entries(NETWORKS)) {
  test(`gradients of a ${what} are the slopes of the loss`, async (t) => {
    const engine = await engineWith(1);
    withSession(engine, { model: { name: 'slopes', input: [1, SIDE, SIDE], layers }, seed: SEED }, (session) => {
      session.setData('test', data);
      session.gradients(data.images, data.labels).forEach(({ name, data: gradient }, index) => {
        const slopes = differences(session, index);
        const scale = Math.max(...slopes.map(Math.abs));
        assert.ok(scale > 1e-3, `${name} has a slope`);
        const off = Math.max(...slopes.map((slope, i) => Math.abs(slope - gradient[i]))) / scale;
        t.diagnostic(`${name}: ${off.toExponential(1)} of its largest slope`);
        assert.ok(off <= TOLERANCE, `${name}: off by ${off} of its largest slope, allowed are ${TOLERANCE}`);
      });
    });
  });
}
