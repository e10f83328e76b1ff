// SPDX-License-Identifier: MIT
//
// The C header compiles without a warning and gives the engine's logits and classes. Needs gcc or clang, and says so where neither is.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadEngine } from 'tinycnn';
import { findCommand } from '../../tools/support/processes.mjs';
import { llvmTool } from '../../tools/setup/system-packages.mjs';
import { assertWithinRelative } from '../parity/closeness.mjs';
import { parameterHash } from '../support/sessions.mjs';
import { exportedNetworks, kDigits, openNetwork, runNetwork } from './networks.mjs';

const kTolerance = 1e-4;
const kLarge = 10_000_000; // multiply-adds: plain C takes a tenth of a second for each digit
const kFlags = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-pedantic', '-O2'];

const engine = await loadEngine({ threads: 1 });
const networks = exportedNetworks(engine);
const compilers = ['gcc', llvmTool('clang')].filter((name) => findCommand(name));
const skip = compilers.length > 0 ? false : 'there is no gcc or clang here';
const folder = mkdtempSync(join(tmpdir(), 'tinycnn-c-'));
after(() => rmSync(folder, { recursive: true }));
const inFolder = (name) => join(folder, name);
const runner = fileURLToPath(new URL('./run_header.c', import.meta.url));

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stderr}`);
  return stdout;
}

/** The class with the highest score, the first of equals. */
const best = (scores) => scores.indexOf(Math.max(...scores));

async function exportHeader(network, file, options) {
  const session = openNetwork(engine, network);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(await session.exportModel({ format: 'c', ...options }));
  writeFileSync(inFolder(file), text);
  return { session, text };
}

for (const [i, network] of networks.entries()) {
  test(`${network.id}: the compiled header gives the engine's logits and classes`, { skip }, async (t) => {
    const { session } = await exportHeader(network, `${i}.h`, { name: `network ${i}` });
    const { images, logits, count, size } = runNetwork(session, session.summary.macs > kLarge ? kDigits / 5 : kDigits);
    const classes = session.classNames.length;
    writeFileSync(inFolder('images'), images);
    for (const compiler of compilers) {
      const defines = { HEADER: `"${inFolder(`${i}.h`)}"`, NAME: `network_${i}`, INPUTS: size, CLASSES: classes };
      const given = Object.entries(defines).map(([name, value]) => `-D${name}=${value}`);
      run(compiler, [...kFlags, ...given, runner, '-o', inFolder('program'), '-lm']);
      run(inFolder('program'), [inFolder('images'), inFolder('scores')]);
      const rows = new Float32Array(new Uint8Array(readFileSync(inFolder('scores'))).buffer);
      assert.equal(rows.length, count * (classes + 1));
      const scores = rows.filter((_, at) => at % (classes + 1) < classes);
      const distance = assertWithinRelative(scores, logits, kTolerance, network.id);
      t.diagnostic(`${compiler}: largest relative difference ${distance.toExponential(1)}`);
      for (let image = 0; image < count; ++image) {
        const row = [...logits.subarray(image * classes, (image + 1) * classes)];
        const label = rows[(image + 1) * (classes + 1) - 1];
        const margin = Math.max(...row) - row[label];
        assert.ok(
          label === best(row) || margin < kTolerance * Math.max(...row.map(Math.abs)),
          `class of image ${image}`,
        );
      }
    }
    session.dispose();
  });
}

test('the head says what the network takes, and its example compiles and runs', { skip }, async () => {
  const network = networks.find(({ id }) => id === 'tinycnn');
  const { session, text } = await exportHeader(network, 'tinycnn.h', { testAccuracy: 0.9876 });
  const head = text.slice(0, text.indexOf('*/'));
  for (const fact of ['Parameters     18982', 'Multiply-adds  126032', 'Test accuracy  98.76 %']) {
    assert.ok(head.includes(fact), `expected '${fact}' in\n${head}`);
  }
  assert.ok(head.includes(`FNV-1a ${parameterHash(session)}`), head);
  const bytes = Number(/RAM +(\d+) bytes/.exec(head)[1]);
  assert.ok(text.includes(`arena_floats = ${bytes / 4} }`), 'the arena is as large as the head says');
  assert.ok(bytes < 15_000, `${bytes} bytes: the first convolution, and what is pooled of the second`);
  const example = head.slice(head.indexOf('Example:') + 'Example:'.length).replaceAll(/^ \*( {3})?/gm, '');
  writeFileSync(inFolder('example.c'), example);
  run(compilers[0], [...kFlags, `-I${folder}`, inFolder('example.c'), '-o', inFolder('example'), '-lm']);
  assert.match(run(inFolder('example'), []), /^\d: -?\d+\.\d+\n$/);
  session.dispose();
});

test('names that would end a comment or a string, or be read as something else, do neither', { skip }, async () => {
  const classNames = ['*/ int x;', '"quoted" \\ $', '??/', 'ünïcode \u0007', '%d'];
  const session = engine.createSession({
    model: { ...networks.find(({ id }) => id.startsWith('class')).spec },
    classNames,
  });
  writeFileSync(inFolder('names.h'), await session.exportModel({ format: 'c', name: '*/ $ ??/ \\' }));
  const name = /int (\w+)_predict/.exec(readFileSync(inFolder('names.h'), 'utf8'))[1];
  const program = `#include "names.h"\n#include <stdio.h>\nint main(void) {\n  int i;\n  for (i = 0; i < 5; ++i) puts(${name}_class_names[i]);\n  return 0;\n}\n`;
  writeFileSync(inFolder('names.c'), program);
  for (const compiler of compilers) {
    run(compiler, [...kFlags, `-I${folder}`, inFolder('names.c'), '-o', inFolder('names'), '-lm']);
    assert.equal(run(inFolder('names'), []), classNames.map((each) => `${each}\n`).join(''));
  }
  session.dispose();
});
