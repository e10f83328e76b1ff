// SPDX-License-Identifier: MIT
//
// The package in Chromium trains to the very bits of the package in Node, and by native-bits.test.mjs to those of the native build.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from '@playwright/test';
import { servePackage } from '../support/package-server.mjs';
import { engineWith, fnv1a, weightsBytes, withSession } from '../support/sessions.mjs';
import { syntheticDigits } from '../support/synthetic-digits.mjs';

const STEPS = 300;
const digits = syntheticDigits({ count: 1000, seed: 8 });
const text = (bytes) => Buffer.from(bytes).toString('base64');

let server;
let browser;

before(async () => {
  server = await servePackage();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** In the page: trains as below, by the package's module, here or in a worker of its own; resolves with the weights as one list of 32-bit
 * words. */
async function trainInPage({ module, threads, images, labels, steps }) {
  const { loadEngine } = await import(`/bindings/dist/${module}.js`);
  const bytes = (encoded) => Uint8Array.from(globalThis.atob(encoded), (letter) => letter.charCodeAt(0));
  // relative to the page
  const engine = await loadEngine({ threads, wasmUrl: 'bindings/dist' });
  const session = await engine.createSession({ model: 'tinycnn', seed: 1 });
  await session.setData('train', { images: bytes(images), labels: bytes(labels), height: 28, width: 28 });
  await session.trainSteps(steps);
  const words = (await session.parameters()).flatMap(({ data }) => [...new Uint32Array(data.buffer)]);
  engine.dispose();
  return { info: engine.info, isolated: globalThis.crossOriginIsolated, words };
}

async function hashInNode() {
  return withSession(await engineWith(1), { model: 'tinycnn', seed: 1 }, (session) => {
    session.setData('train', digits);
    session.trainSteps(STEPS);
    return fnv1a(weightsBytes(session));
  });
}

for (const [module, threads, variant] of [
  ['index', 1, 'simd'],
  ['index', 2, 'simd-threads'],
  ['worker', 1, 'simd'],
  ['worker', 2, 'simd-threads'],
]) {
  const where = `${module === 'worker' ? 'in a worker of the package ' : ''}on ${threads} thread${threads > 1 ? 's' : ''}`;
  test(`in Chromium ${where} the weights after ${STEPS} steps are Node's, bit for bit`, async (t) => {
    const page = await browser.newPage();
    await page.goto(server.url);
    const { info, isolated, words } = await page.evaluate(trainInPage, {
      module,
      threads,
      images: text(digits.images),
      labels: text(digits.labels),
      steps: STEPS,
    });
    assert.equal(isolated, true);
    assert.deepEqual([info.threads, info.variant], [threads, variant]);
    const hash = fnv1a(new Uint8Array(Uint32Array.from(words).buffer));
    t.diagnostic(`hash of all weights: ${hash.toString(16)}`);
    assert.equal(hash, await hashInNode());
    await page.close();
  });
}

test('in Chromium errors of the worker come with their codes, and files that are not there are said to be missing', async () => {
  const page = await browser.newPage();
  await page.goto(server.url);
  const codes = await page.evaluate(async () => {
    const { loadEngine } = await import('/bindings/dist/worker.js');
    const codeOf = (promise) =>
      promise.then(
        () => 'none',
        ({ code }) => code,
      );
    const engine = await loadEngine({ threads: 1 });
    const session = await engine.createSession({ model: 'tinycnn' });
    const found = [await codeOf(session.trainSteps(1)), await codeOf(session.predict([1])), await codeOf(session.step)];
    engine.dispose();
    return [...found, await codeOf(session.step), await codeOf(loadEngine({ threads: 1, wasmUrl: 'nowhere' }))];
  });
  assert.deepEqual(codes, ['missing-data', 'invalid-data', 'none', 'disposed', 'load-failed']);
  await page.close();
});
