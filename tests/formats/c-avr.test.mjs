// SPDX-License-Identifier: MIT
//
// The C headers on 8-bit microcontrollers, in simavr, where an int has 16 bits and constants stay in flash only if the program says so: the
// smallest network of the zoo fits an ATmega328P, and every kind of layer gives the engine's integers. Needs avr-gcc and simavr, and says so
// where they are not.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadEngine } from 'tinycnn';
import { lacksMnist, mnist } from '../support/mnist.mjs';
import { assertWithinRelative } from '../parity/closeness.mjs';
import { avrs, runHeaderOnAvr, whyNoAvr } from './avr-boards.mjs';
import { exportedNetworks, openNetwork, runNetwork } from './networks.mjs';
import { imagesFor, quantizableNetworks, quantizeNetwork, scoresOf, trainAndQuantize } from './quantized-networks.mjs';

const kSmallest = 'conv3-2k';
const kImages = 4; // of which simavr runs five to ten a second
const kDigits = 10;
const kStack = 256; // bytes, of a program and a prediction
/** Networks in which every kind of layer stands, with its own header to each. */
const kLayers = ['branches', 'vectors and images', 'class */ "ünïcode" 1', 'whole', 'read later'];
const kTolerance = 1e-4;
/** Of TinyMaix's network for MNIST with convolutions of 4, 8 and 16 channels, as its authors publish it: bytes. */
const kTinyMaix = { flash: 2400, ram: 1400 };
const kLeastAccuracy = 0.97;

const engine = await loadEngine({ threads: 1 });
const folder = mkdtempSync(join(tmpdir(), 'tinycnn-avr-'));
after(() => rmSync(folder, { recursive: true }));
const find = (networks, id) => networks.find((each) => each.id === id);

/** The first class of those with the highest score, of each row. */
function classesOf(scores, count) {
  return Array.from({ length: scores.length / count }, (_, i) => {
    const row = [...scores.subarray(i * count, (i + 1) * count)];
    return row.indexOf(Math.max(...row));
  });
}

test(`${kSmallest} in int8 fits an ATmega328P and gives the engine's integers`, { skip: whyNoAvr }, async (t) => {
  const { session, quantized, size } = await quantizeNetwork(engine, find(quantizableNetworks(engine), kSmallest));
  const images = imagesFor({ size }, Infinity).subarray(0, kImages * size);
  const header = quantized.exportModel({ format: 'c', name: 'network' });
  const run = runHeaderOnAvr('ATmega328P', folder, { header, score: 'int8_t', images, size, inPlace: true });
  const expected = scoresOf(quantized, images, size);
  assert.deepEqual(new Int8Array(run.bytes.buffer), expected);
  assert.deepEqual(run.labels, classesOf(expected, session.classNames.length));
  const { flash, ram, stack, cycles } = run;
  t.diagnostic(`${flash} bytes of flash with ${kImages} images, ${ram} of RAM and ${stack} of stack, ${cycles} cycles`);
  assert.ok(stack <= kStack, `${stack} bytes of stack`);
  assert.ok(ram + kStack <= avrs.ATmega328P.ram, `${ram} bytes of RAM and ${kStack} of stack`);
  assert.ok(flash <= avrs.ATmega328P.flash, `${flash} bytes of flash`);
  session.dispose();
});

test(
  `${kSmallest}, trained, reads 97 % of MNIST in the flash and RAM that TinyMaix publishes, and digits on an ATmega328P`,
  {
    skip: lacksMnist || whyNoAvr,
  },
  async (t) => {
    const data = mnist(engine);
    const { test } = data;
    const network = await trainAndQuantize(engine, find(engine.zoo, kSmallest), data);
    const { session, quantized, header, accuracy, flash, ram } = network;
    t.diagnostic(`${(100 * accuracy).toFixed(2)} % in int8, ${flash} bytes of constants and ${ram} of activations`);
    assert.ok(accuracy >= kLeastAccuracy, `${accuracy}`);
    assert.ok(flash <= kTinyMaix.flash, `${flash} bytes of constants`);
    assert.ok(ram <= kTinyMaix.ram, `${ram} bytes of activations`);
    const images = test.images.subarray(0, kDigits * 784);
    const { labels, bytes } = runHeaderOnAvr('ATmega328P', folder, {
      header,
      score: 'int8_t',
      images,
      size: 784,
      inPlace: true,
    });
    assert.deepEqual(new Int8Array(bytes.buffer), scoresOf(quantized, images, 784));
    const right = labels.filter((label, i) => label === test.labels[i]).length;
    assert.ok(right >= kDigits - 1, `${right} of ${kDigits} digits`);
    session.dispose();
  },
);

for (const id of kLayers) {
  test(`${id} in int8 on an ATmega1284P: the header gives the engine's integers`, { skip: whyNoAvr }, async () => {
    const { session, quantized, size } = await quantizeNetwork(engine, find(quantizableNetworks(engine), id));
    const images = imagesFor({ size }, Infinity).subarray(0, 2 * size);
    const header = quantized.exportModel({ format: 'c', name: 'network' });
    const { bytes } = runHeaderOnAvr('ATmega1284P', folder, { header, score: 'int8_t', images, size });
    assert.deepEqual(new Int8Array(bytes.buffer), scoresOf(quantized, images, size));
    session.dispose();
  });
}

test(
  `${kSmallest} in float32 on an ATmega1284P: the header gives the engine's logits`,
  { skip: whyNoAvr },
  async () => {
    const session = openNetwork(engine, find(exportedNetworks(engine), kSmallest));
    const { images, logits } = runNetwork(session, 1);
    const header = await session.exportModel({ format: 'c', name: 'network' });
    const { bytes } = runHeaderOnAvr('ATmega1284P', folder, { header, score: 'float', images, size: images.length });
    assertWithinRelative(new Float32Array(bytes.buffer), logits, kTolerance, kSmallest);
    session.dispose();
  },
);
