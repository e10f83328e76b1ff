// SPDX-License-Identifier: MIT
//
// The C headers on microcontrollers, in QEMU: they fit, and give the engine's logits, or its very integers in int8. Needs
// arm-none-eabi-gcc, picolibc and qemu-system-arm, and says so where they are not.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadEngine } from 'tinycnn';
import { assertWithinRelative } from '../parity/closeness.mjs';
import { boards, compileFor, runOn, whyNoArm, writeImages } from './arm-boards.mjs';
import { exportedNetworks, openNetwork, runNetwork, someDigits } from './networks.mjs';
import { quantizableNetworks, quantizeNetwork, scoresOf } from './quantized-networks.mjs';

const kTolerance = 1e-4;
const kImages = 6;
const kMany = 1000; // for one network on one board, in all its flash

/** Those that fit a board's memory: the Cortex-M0's RAM holds 16 kB. */
const cases = {
  'Cortex-M0': ['tinycnn', 'sigmoid-mlp'],
  'Cortex-M4': ['tinycnn', 'bn-gap-12k', 'residual-8k', 'lenet5', 'branches'],
  'Cortex-M55': ['tinycnn', 'bn-gap-12k', 'residual-8k'],
};

const engine = await loadEngine({ threads: 1 });
const folder = mkdtempSync(join(tmpdir(), 'tinycnn-boards-'));
after(() => rmSync(folder, { recursive: true }));
const runner = fileURLToPath(new URL('./run_on_board.c', import.meta.url));

/** Of what run_on_board.c prints: { labels, bytes }. */
function readScores(text) {
  const rows = text
    .trim()
    .split('\n')
    .map((row) => row.split(' '));
  const bytes = Uint8Array.from(Buffer.from(rows.map(([, hex]) => hex).join(''), 'hex'));
  return { labels: rows.map(([label]) => Number(label)), bytes };
}

/** Compiles a header for a board and runs it over images of 784 bytes. */
function runHeader(t, board, header, score, images) {
  const [file, program] = [join(folder, 'network.h'), join(folder, 'program.elf')];
  writeFileSync(file, header);
  const list = writeImages(join(folder, 'images.h'), images, 784);
  const defines = [`-DHEADER="${file}"`, `-DIMAGES="${list}"`, '-DNAME=network', `-DSCORE=${score}`];
  const { flash, ram } = compileFor(boards[board], runner, program, defines);
  t.diagnostic(`${flash} bytes of flash, ${ram} of RAM, with printf and ${images.length / 784} images`);
  assert.ok(ram <= boards[board].ram);
  return readScores(runOn(boards[board], program));
}

for (const [board, ids] of Object.entries(cases)) {
  for (const id of ids) {
    test(`${id} on ${board}: the header gives the engine's logits`, { skip: whyNoArm }, async (t) => {
      const session = openNetwork(
        engine,
        exportedNetworks(engine).find((each) => each.id === id),
      );
      const { images, logits } = runNetwork(session, kImages);
      const header = await session.exportModel({ format: 'c', name: 'network' });
      const { bytes } = runHeader(t, board, header, 'float', images);
      const distance = assertWithinRelative(new Float32Array(bytes.buffer), logits, kTolerance, id);
      t.diagnostic(`largest relative difference ${distance.toExponential(1)}`);
      session.dispose();
    });

    const count = id === 'tinycnn' && board === 'Cortex-M4' ? kMany : kImages;
    test(`${id} in int8 on ${board}: the header gives the engine's integers`, { skip: whyNoArm }, async (t) => {
      const { session, quantized, size } = await quantizeNetwork(
        engine,
        quantizableNetworks(engine).find((each) => each.id === id),
      );
      const images = someDigits(count);
      const header = quantized.exportModel({ format: 'c', name: 'network' });
      const { labels, bytes } = runHeader(t, board, header, 'int8_t', images);
      const expected = scoresOf(quantized, images, size);
      assert.deepEqual(new Int8Array(bytes.buffer), expected);
      const classes = session.classNames.length;
      const best = labels.map((_, i) => {
        const row = [...expected.subarray(i * classes, (i + 1) * classes)];
        return row.indexOf(Math.max(...row));
      });
      assert.deepEqual(labels, best);
      session.dispose();
    });
  }
}
