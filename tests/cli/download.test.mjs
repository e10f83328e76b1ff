// SPDX-License-Identifier: MIT
//
// Published data sets: from a folder, from mirrors into the cache, once; and what is said where neither has them.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { objects, refusal, tinycnn, workFolder } from './support.mjs';

const folder = workFolder();
const mnist = process.env.MNIST_DIR;
const skip = !mnist && 'MNIST_DIR is not set';

/** What stands for the network in the command: `answer` is the body of (url, name) => Response. */
function network(answer) {
  const file = join(folder, 'network.mjs');
  const head = "import { readFileSync } from 'node:fs';\nimport { basename, join } from 'node:path';\n";
  writeFileSync(
    file,
    `${head}globalThis.fetch = async (url) => { const name = basename(new URL(url).pathname); ${answer} };\n`,
  );
  return { NODE_OPTIONS: `--import=${pathToFileURL(file).href}` };
}

const train = (out) => ['train', '--data', 'mnist', '--steps', '2', '--out', out];
const offline = network("throw new TypeError('fetch failed');");

test('without a network it says which mirrors were asked, and what helps', async () => {
  const output = await refusal(folder, train('never'), 1, offline);
  assert.match(
    output,
    /MNIST could not be loaded\. From cdn\.jsdelivr\.net: .*could not be reached.*From raw\.githubusercontent/,
  );
  assert.match(output, /Or set MNIST_DIR to a folder with its files/);
});

test('what mirrors send is not taken unless it is the data set', async () => {
  const output = await refusal(folder, train('never'), 1, network("return new Response('something else');"));
  assert.match(output, /train-images-idx3-ubyte\.gz: the content is not the expected file \(wrong checksum\)/);
});

test('MNIST is downloaded once, and the cache serves it then', { skip }, async () => {
  const answer = `return new Response(readFileSync(join(${JSON.stringify(mnist)}, name)));`;
  const first = (await objects(folder, train('first'), network(answer))).at(-1);
  assert.equal(readdirSync(join(folder, 'cache', 'data', 'mnist')).length, 4);
  const again = (await objects(folder, train('again'), network("throw new TypeError('fetch failed');"))).at(-1);
  assert.equal(again.weights, first.weights);
});

test('MNIST_DIR is taken first; damaged files there are named, and stay', { skip }, async () => {
  const right = (await objects(folder, train('right'), { MNIST_DIR: mnist })).at(-1);
  const damaged = join(folder, 'damaged');
  mkdirSync(damaged);
  for (const name of readdirSync(mnist)) writeFileSync(join(damaged, name), 'damaged');
  const { output } = await tinycnn(folder, train('other'), { ...offline, MNIST_DIR: damaged });
  assert.match(output, /the files in MNIST_DIR=.* are damaged or others/);
  assert.equal(readdirSync(damaged).filter((name) => name.endsWith('.gz')).length, 4);
  assert.match(right.weights, /^[0-9a-f]{16}$/);
});
