// SPDX-License-Identifier: MIT
// npm run bench:boards: what the exported C headers take on microcontrollers, in float32 and int8: flash, RAM and instructions for a
// prediction, counted by QEMU, or cycles, counted by simavr.
import { buildPackage } from '../build/stages.mjs';
import { requireMnist } from '../data/mnist.mjs';
import { ensureNodeModules } from '../setup/node-modules.mjs';
import { markdownTable, writeSection } from '../support/markdown.mjs';
import { readOptions } from '../support/options.mjs';
import { heading, runMain, SetupError, step, success } from '../support/report.mjs';
import { ensureToolchain } from '../setup/toolchain.mjs';
import { inRoot } from '../support/paths.mjs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const usage = `npm run bench:boards   prints what the C headers take on an ATmega328P, a Cortex-M0, M4 and M55: flash, RAM, instructions
  --docs   writes the table into docs/microcontrollers.md`;

const smallest = 'conv3-2k'; // alone on the ATmega328P, which no other one fits
const networks = [smallest, 'tinycnn', 'bn-gap-12k', 'residual-8k'];
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

const doesNotFit = (error) => /will not fit|overflowed|is not within region/.test(String(error));

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
    if (doesNotFit(error)) return null;
    throw error;
  }
  const without = sizes([`-DSCORE=${score}`]);
  const list = arm.writeImages(join(folder, 'images.h'), digits, 784);
  arm.compileFor(board, inFormats('count_on_board.c'), program, [...defines, `-DIMAGES="${list}"`]);
  const [instructions] = arm.runOn(board, program, ['-icount', 'shift=5']).split(' ').map(Number);
  return { flash: whole.flash - without.flash, ram: whole.ram - without.ram, instructions };
}

/** The same on the ATmega328P, with cycles. */
function measureOnAvr(header, score, folder, avr, digits) {
  const board = 'ATmega328P';
  const [file, program] = [join(folder, 'network.h'), join(folder, 'program.elf')];
  writeFileSync(file, header);
  const inPlace = score === 'int8_t'; // pixels, in the network's own memory
  const sizes = (further) => {
    const defines = [`-DSCORE=${score}`, ...(inPlace ? ['-DIN_PLACE'] : []), ...further];
    return avr.compileForAvr(avr.avrs[board], inFormats('size_on_board.c'), program, defines);
  };
  try {
    const [whole, without] = [sizes([`-DHEADER="${file}"`, '-DNAME=network']), sizes([])];
    const { cycles } = avr.runHeaderOnAvr(board, folder, { header, score, images: digits, size: 784, inPlace });
    return { flash: whole.flash - without.flash, ram: whole.ram - without.ram, instructions: cycles, unit: ' cycles' };
  } catch (error) {
    if (doesNotFit(error)) return null;
    throw error;
  }
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
    instructions: show(cells.instructions) + (measured?.unit ?? ''),
    'per multiply-add': measured ? (measured.instructions / macs).toFixed(1) : '',
  };
}

/** What the smallest network is once it has been trained, in a sentence. */
async function describeSmallest(engine, { trainAndQuantize }, avr, folder) {
  const data = await requireMnist(engine);
  const entry = engine.zoo.find(({ id }) => id === smallest);
  const progress = step(smallest, 'trains');
  const { session, header, accuracy, flash, ram } = await trainAndQuantize(engine, entry, data);
  session.dispose();
  const digits = data.test.images.subarray(0, images * 784);
  const options = { header, score: scores.int8, images: digits, size: 784, inPlace: true };
  const { stack, cycles } = avr.runHeaderOnAvr('ATmega328P', folder, options);
  const milliseconds = Math.round((1000 * cycles) / avr.avrs.ATmega328P.hertz);
  progress.done('trained');
  return (
    `Trained on MNIST for ${entry.recipe.epochs} epochs with its recipe (seed 1), ${smallest} reads ${(100 * accuracy).toFixed(2)} % of the test digits in 8-bit integers, with ` +
    `${grouped(flash)} bytes of constants and ${grouped(ram)} of activations.\nA prediction takes ${milliseconds} ms on the ATmega328P at 16 MHz, beside ${stack} bytes of stack.`
  );
}

async function measureAll() {
  const arm = await import('../../tests/formats/arm-boards.mjs');
  if (arm.whyNoArm) throw new SetupError('There is no compiler or no QEMU for ARM here.', arm.whyNoArm);
  const avr = await import('../../tests/formats/avr-boards.mjs');
  if (avr.whyNoAvr) throw new SetupError('There is no compiler or no simulator for AVR here.', avr.whyNoAvr);
  const { loadEngine } = await import('tinycnn');
  const { someDigits } = await import('../../tests/formats/networks.mjs');
  const formats = await import('../../tests/formats/quantized-networks.mjs');
  const engine = await loadEngine({ threads: 1 });
  const folder = mkdtempSync(join(tmpdir(), 'tinycnn-boards-'));
  const rows = [];
  let smallestFacts;
  try {
    for (const id of networks) {
      const headers = await exportHeaders(engine, id, formats);
      const { macs } = engine.zoo.find((entry) => entry.id === id);
      const digits = someDigits(images);
      const on = Object.fromEntries(
        Object.entries(arm.boards).map(([name, board]) => [
          name,
          (header, score) => measure(board, header, score, folder, arm, digits),
        ]),
      );
      if (id === smallest) on.ATmega328P = (header, score) => measureOnAvr(header, score, folder, avr, digits);
      for (const [name, measureHere] of Object.entries(on)) {
        for (const [precision, score] of Object.entries(scores)) {
          const progress = step(name, `${id}, ${precision}`);
          const measured = measureHere(headers[precision], score);
          rows.push(rowOf(name, id, precision, macs, measured));
          progress.done(
            measured ? `${grouped(measured.instructions)}${measured.unit ?? ' instructions'}` : 'does not fit',
          );
        }
      }
    }
    smallestFacts = await describeSmallest(engine, formats, avr, folder);
  } finally {
    rmSync(folder, { recursive: true });
    engine.dispose();
  }
  return { rows, smallestFacts };
}

await runMain(async () => {
  const { values } = readOptions(usage, { options: { docs: { type: 'boolean', default: false } } });
  heading('TinyCNN on microcontrollers');
  const env = await ensureToolchain({ wasm: true });
  await ensureNodeModules();
  await buildPackage(env);
  const { rows, smallestFacts } = await measureAll();
  const section = [
    markdownTable(rows),
    '',
    "Bytes that the header adds to a program, library functions that it needs included, the stack not; compiled with Debian's arm-none-eabi-gcc",
    '12.2 or avr-gcc 5.4 and `-Os`. Instructions of one prediction are counted by QEMU; they are not cycles. The Cortex-M0 has no floating-point unit and 16 kB of RAM.',
    `The ATmega328P (Arduino Uno, 2 kB of RAM, 32 kB of flash) runs ${smallest} alone, its cycles are counted by simavr: 16 million are a second.`,
    smallestFacts,
  ].join('\n');
  console.log(`\n${section}\n`);
  if (values.docs) success(await writeSection('boards', section), 'holds this table');
});
