// SPDX-License-Identifier: MIT
//
// The C header on microcontrollers, in QEMU: it fits, and gives the engine's logits. Needs arm-none-eabi-gcc, picolibc and
// qemu-system-arm, and says so where they are not.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadEngine } from 'tinycnn';
import { assertWithinRelative } from '../parity/closeness.mjs';
import { boards, compileFor, runOn, whyNoArm } from './arm-boards.mjs';
import { exportedNetworks, openNetwork, runNetwork } from './networks.mjs';

const kTolerance = 1e-4;
const kImages = 6;

/** Those that fit a board's memory: the Cortex-M0's RAM holds 16 kB. */
const cases = {
  'Cortex-M0': ['tinycnn', 'sigmoid-mlp'],
  'Cortex-M4': ['tinycnn', 'bn-gap-12k', 'residual-8k', 'lenet5', 'branches'],
  'Cortex-M55': ['tinycnn', 'bn-gap-12k', 'residual-8k'],
};

const engine = await loadEngine({ threads: 1 });
const networks = exportedNetworks(engine);
const folder = mkdtempSync(join(tmpdir(), 'tinycnn-boards-'));
after(() => rmSync(folder, { recursive: true }));
const runner = fileURLToPath(new URL('./run_on_board.c', import.meta.url));

function writeImages(images, size) {
  const rows = Array.from({ length: kImages }, (_, i) => `{${images.subarray(i * size, (i + 1) * size).join(', ')}}`);
  const file = join(folder, 'images.h');
  writeFileSync(file, `static const uint8_t images[${kImages}][${size}] = {\n${rows.join(',\n')}\n};\n`);
  return file;
}

/** Of what run_on_board.c prints. */
function readScores(text) {
  const words = text
    .trim()
    .split('\n')
    .flatMap((row) => row.split(' ').slice(1));
  return new Float32Array(Uint32Array.from(words, (word) => parseInt(word, 16)).buffer);
}

for (const [board, ids] of Object.entries(cases)) {
  for (const id of ids) {
    test(`${id} on ${board}: the header gives the engine's logits`, { skip: whyNoArm }, async (t) => {
      const session = openNetwork(
        engine,
        networks.find((each) => each.id === id),
      );
      const { images, size, logits } = runNetwork(session, kImages);
      const [header, program] = [join(folder, 'network.h'), join(folder, 'program.elf')];
      writeFileSync(header, await session.exportModel({ format: 'c', name: 'network' }));
      const defines = [`-DHEADER="${header}"`, `-DIMAGES="${writeImages(images, size)}"`, '-DNAME=network'];
      const { flash, ram } = compileFor(boards[board], runner, program, defines);
      t.diagnostic(`${flash} bytes of flash, ${ram} of RAM, with printf and ${kImages} images`);
      const distance = assertWithinRelative(readScores(runOn(boards[board], program)), logits, kTolerance, id);
      t.diagnostic(`largest relative difference ${distance.toExponential(1)}`);
      assert.ok(ram <= boards[board].ram);
      session.dispose();
    });
  }
}
