// SPDX-License-Identifier: MIT
// npm run bench:boards: what the exported C headers take on microcontrollers, in float32 and int8: flash, RAM and instructions for a
// prediction, counted by QEMU.
import { buildPackage } from '../build/stages.mjs';
import { ensureNodeModules } from '../setup/node-modules.mjs';
import { markdownTable, writeSection } from '../support/markdown.mjs';
import { readOptions } from '../support/options.mjs';
import { heading, runMain, SetupError, step, success } from '../support/report.mjs';
import { ensureToolchain } from '../setup/toolchain.mjs';
import { inRoot } from '../support/paths.mjs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const usage = `npm run bench:boards   prints what the C headers take on a Cortex-M0, M4 and M55: flash, RAM, instructions
  --docs   writes the table into docs/microcontrollers.md`;

const networks = ['tinycnn', 'bn-gap-12k', 'residual-8k'];
const scores = { float32: 'float', int8: 'int8_t' };
const images = 4;

const inFormats = (name) => inRoot('tests', 'formats', name);
const grouped = (number) => number.toLocaleString('en');

/** The headers of a network, by precision. Its weights are a formula: what is measured depends on shapes alone, but for a few branches. */
async function exportHeaders(engine, id, formats) {
  const network = formats.quantizableNetworks(engine).find((each) => each.id === id);
  const { session, quantized } = await formats.quantizeNetwork(engine, network);
  const headers = {
    float32: await session.exportModel({ format: 'c', name: 'network' }),
    int8: quantized.exportModel({ format: 'c', name: 'network' }),
  };
  session.dispose();
  return headers;
}

/** Bytes that a header adds to a program, and instructions of a prediction; null where it does not fit. */
function measure(board, header, score, folder, arm, digits) {
  const [file, program] = [join(folder, 'network.h'), join(folder, 'program.elf')];
  writeFileSync(file, header);
  const defines = [`-DHEADER="${file}"`, '-DNAME=network', `-DSCORE=${score}`];
  const sizes = (further) => arm.compileFor(board, inFormats('size_on_board.c'), program, further);
  let whole;
  try {
    whole = sizes(defines);
  } catch (error) {
    if (/will not fit|overflowed/.test(String(error))) return null;
    throw error;
  }
  const without = sizes([`-DSCORE=${score}`]);
  const list = arm.writeImages(join(folder, 'images.h'), digits, 784);
  arm.compileFor(board, inFormats('count_on_board.c'), program, [...defines, `-DIMAGES="${list}"`]);
  const [instructions] = arm.runOn(board, program, ['-icount', 'shift=5']).split(' ').map(Number);
  return { flash: whole.flash - without.flash, ram: whole.ram - without.ram, instructions };
}

function rowOf(name, id, precision, macs, measured) {
  const cells = measured ?? { flash: '', ram: '', instructions: '' };
  const show = (value) => (value === '' ? 'does not fit' : grouped(value));
  return {
    board: name,
    network: id,
    precision,
    flash: show(cells.flash),
    RAM: show(cells.ram),
    instructions: show(cells.instructions),
    'per multiply-add': measured ? (measured.instructions / macs).toFixed(1) : '',
  };
}

async function measureAll() {
  const arm = await import('../../tests/formats/arm-boards.mjs');
  if (arm.whyNoArm) throw new SetupError('There is no compiler or no QEMU for ARM here.', arm.whyNoArm);
  const { loadEngine } = await import('tinycnn');
  const { someDigits } = await import('../../tests/formats/networks.mjs');
  const formats = await import('../../tests/formats/quantized-networks.mjs');
  const engine = await loadEngine({ threads: 1 });
  const folder = mkdtempSync(join(tmpdir(), 'tinycnn-boards-'));
  const rows = [];
  try {
    for (const id of networks) {
      const headers = await exportHeaders(engine, id, formats);
      const { macs } = engine.zoo.find((entry) => entry.id === id);
      for (const [name, board] of Object.entries(arm.boards)) {
        for (const [precision, score] of Object.entries(scores)) {
          const progress = step(name, `${id}, ${precision}`);
          const measured = measure(board, headers[precision], score, folder, arm, someDigits(images));
          rows.push(rowOf(name, id, precision, macs, measured));
          progress.done(measured ? `${grouped(measured.instructions)} instructions` : 'does not fit');
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
    engine.dispose();
  }
  return rows;
}

await runMain(async () => {
  const { values } = readOptions(usage, { options: { docs: { type: 'boolean', default: false } } });
  heading('TinyCNN on microcontrollers');
  const env = await ensureToolchain({ wasm: true });
  await ensureNodeModules();
  await buildPackage(env);
  const section = [
    markdownTable(await measureAll()),
    '',
    "Bytes that the header adds to a program, library functions that it needs included, the stack not; compiled with Debian's arm-none-eabi-gcc",
    '12.2 and `-Os`. Instructions of one prediction are counted by QEMU; they are not cycles. The Cortex-M0 has no floating-point unit and 16 kB of RAM.',
  ].join('\n');
  console.log(`\n${section}\n`);
  if (values.docs) success(await writeSection('boards', section), 'holds this table');
});
