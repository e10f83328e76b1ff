// SPDX-License-Identifier: MIT
//
// The int8 C header compiles without a warning and gives the engine's integers, which are those of the .tflite file. Needs gcc or clang,
// and says so where neither is.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadEngine } from 'tinycnn';
import { llvmTool } from '../../tools/setup/system-packages.mjs';
import { findCommand } from '../../tools/support/processes.mjs';
import { parameterHash } from '../support/sessions.mjs';
import { imagesFor, quantizableNetworks, quantizeNetwork, scoresOf } from './quantized-networks.mjs';
import { randomSpecs } from './random-specs.mjs';

const kFlags = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-pedantic'];
const kSanitizers = ['-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
const kRandomNetworks = 60;
const kCompiled = 30; // of them, since each takes a compiler half a second
const kRandomImages = 10;

const engine = await loadEngine({ threads: 1 });
const networks = quantizableNetworks(engine);
const compilers = ['gcc', llvmTool('clang')].filter((name) => findCommand(name));
const skip = compilers.length > 0 ? false : 'there is no gcc or clang here';
const folder = mkdtempSync(join(tmpdir(), 'tinycnn-c-int8-'));
after(() => rmSync(folder, { recursive: true }));
const inFolder = (name) => join(folder, name);
const runner = fileURLToPath(new URL('./run_header.c', import.meta.url));

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stderr}`);
  return stdout;
}

/** Writes the header of a quantized network; returns its text. */
function exportHeader({ quantized }, name) {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(quantized.exportModel({ format: 'c', name }));
  writeFileSync(inFolder(`${name}.h`), text);
  return text;
}

/** Compiles a header and runs it: rows of its scores and its class. */
function runHeader(compiler, flags, name, { size, session }, images) {
  const defines = [
    `-DHEADER="${inFolder(`${name}.h`)}"`,
    `-DNAME=${name}`,
    `-DINPUTS=${size}`,
    `-DCLASSES=${session.classNames.length}`,
    '-DSCORE=int8_t',
  ];
  run(compiler, [...kFlags, ...flags, ...defines, runner, '-o', inFolder('program')]);
  writeFileSync(inFolder('images'), images);
  run(inFolder('program'), [inFolder('images'), inFolder('scores')]);
  return new Int8Array(new Uint8Array(readFileSync(inFolder('scores'))).buffer);
}

/** What the header should give: the engine's scores, and the first class of those with the highest. */
function expectedRows(opened, images) {
  const scores = scoresOf(opened.quantized, images, opened.size);
  const classes = opened.session.classNames.length;
  return Int8Array.from(
    Array.from({ length: scores.length / classes }, (_, i) => {
      const row = [...scores.subarray(i * classes, (i + 1) * classes)];
      return [...row, row.indexOf(Math.max(...row))];
    }).flat(),
  );
}

for (const [i, network] of networks.entries()) {
  test(`${network.id}: the compiled int8 header gives the engine's integers`, { skip }, async () => {
    const opened = await quantizeNetwork(engine, network);
    const images = imagesFor(opened, opened.quantized.macs);
    exportHeader(opened, `network_${i}`);
    const expected = expectedRows(opened, images);
    for (const compiler of compilers) {
      assert.deepEqual(runHeader(compiler, ['-O2'], `network_${i}`, opened, images), expected, compiler);
    }
    opened.session.dispose();
  });
}

test('random networks give the same integers and do nothing undefined', { skip }, async () => {
  let compared = 0;
  for (const spec of randomSpecs(engine, { count: kRandomNetworks })) {
    const isLast = (i) => i === spec.layers.length - 1;
    const hasSoftmax = spec.layers.some(({ type }, i) => type.toLowerCase().includes('softmax') && !isLast(i));
    if (hasSoftmax || compared === kCompiled) continue; // a softmax in the middle cannot be quantized
    const opened = await quantizeNetwork(engine, { spec, recipe: {} });
    const images = imagesFor(opened, 0).subarray(0, kRandomImages * opened.size);
    exportHeader(opened, 'random');
    const rows = runHeader(compilers[0], kSanitizers, 'random', opened, images);
    assert.deepEqual(rows, expectedRows(opened, images), JSON.stringify(spec));
    opened.session.dispose();
    compared += 1;
  }
  assert.ok(compared > kCompiled / 2, `only ${compared} networks`);
});

test('the head says what the network takes, and its example compiles and runs', { skip }, async () => {
  const opened = await quantizeNetwork(
    engine,
    networks.find(({ id }) => id === 'tinycnn'),
  );
  const bytes = opened.quantized.exportModel({ format: 'c', testAccuracy: 0.9876 });
  const text = new TextDecoder().decode(bytes);
  writeFileSync(inFolder('tinycnn.h'), text);
  const head = text.slice(0, text.indexOf('*/'));
  for (const fact of ['Parameters     18982', 'Multiply-adds  126032', 'Test accuracy  98.76 %']) {
    assert.ok(head.includes(fact), `expected '${fact}' in\n${head}`);
  }
  assert.ok(head.includes(`FNV-1a ${parameterHash(opened.session)}`), head);
  const ram = Number(/RAM +(\d+) bytes/.exec(head)[1]);
  assert.ok(text.includes(`arena_bytes = ${ram} }`), 'the arena is as large as the head says');
  assert.ok(ram <= 26 * 26 * 4 + 784, `${ram} bytes: the input and the first convolution`);
  assert.ok(Number(/Flash +(\d+) bytes/.exec(head)[1]) < 19_700, head);
  const example = head.slice(head.indexOf('Example:') + 'Example:'.length).replaceAll(/^ \*( {3})?/gm, '');
  writeFileSync(inFolder('example.c'), example);
  run(compilers[0], [...kFlags, `-I${folder}`, inFolder('example.c'), '-o', inFolder('example')]);
  assert.match(run(inFolder('example'), []), /^\d: -?\d+\n$/);
  opened.session.dispose();
});
