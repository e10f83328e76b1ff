// SPDX-License-Identifier: MIT
//
// 8-bit microcontrollers that simavr has, and programs for them, compiled with Debian's avr-gcc.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCommand } from '../../tools/support/processes.mjs';
import { run, writeImages } from './arm-boards.mjs';

/** Memory in bytes. The ATmega328P is that of the Arduino Uno; the other one has room for larger networks. */
export const avrs = {
  ATmega328P: { mcu: 'atmega328p', hertz: 16_000_000, flash: 0x8000, ram: 0x800 },
  ATmega1284P: { mcu: 'atmega1284p', hertz: 16_000_000, flash: 0x20000, ram: 0x4000 },
};

export const whyNoAvr = ['avr-gcc', 'simavr'].every((name) => findCommand(name))
  ? false
  : 'On Debian or Ubuntu: apt-get install gcc-avr avr-libc simavr';

/** Compiles a C file, in GNU C, which knows flash as an address space; returns { flash, ram } in bytes, the stack left out. */
export function compileForAvr({ mcu }, source, program, further = []) {
  const strict = ['-std=gnu99', '-Wall', '-Wextra', '-Werror', '-pedantic', '-Os'];
  run('avr-gcc', [...strict, `-mmcu=${mcu}`, ...further, source, '-o', program, '-lm']);
  const [text, data, bss] = run('avr-size', [program]).split('\n')[1].trim().split(/\s+/).map(Number);
  return { flash: text + data, ram: data + bss };
}

const colours = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

/** The lines that a program sends through the serial port: simavr's errors, in colour, with a dot for the end of a line. */
function runOnAvr({ mcu, hertz }, program) {
  const printed = run('simavr', ['-m', mcu, '-f', String(hertz), program], 'stderr').replace(colours, '');
  return printed
    .split('\n')
    .filter((line) => line.endsWith('.'))
    .map((line) => line.slice(0, -1));
}

/**
 * Compiles a header for a board and runs it over images of `size` bytes; inPlace: the pixels are written where the network takes them.
 * Returns { labels, bytes, flash, ram, stack, cycles }: bytes are those of all scores, ram is what is static, cycles are of one prediction.
 */
export function runHeaderOnAvr(board, folder, { header, score, images, size, inPlace = false }) {
  const [file, program] = [join(folder, 'network.h'), join(folder, 'program.elf')];
  writeFileSync(file, header);
  const list = writeImages(join(folder, 'images.h'), images, size, '__flash');
  const defines = [`-DHEADER="${file}"`, `-DIMAGES="${list}"`, '-DNAME=network', `-DSCORE=${score}`];
  const source = fileURLToPath(new URL('./run_on_avr.c', import.meta.url));
  const sizes = compileForAvr(avrs[board], source, program, inPlace ? [...defines, '-DIN_PLACE'] : defines);
  const lines = runOnAvr(avrs[board], program).map((line) => line.split(' '));
  const rows = lines.slice(0, -2);
  assert.equal(rows.length, images.length / size);
  const { stack, cycles } = Object.fromEntries(lines.slice(-2).map(([name, value]) => [name, Number(value)]));
  const bytes = Uint8Array.from(Buffer.from(rows.map(([, hex]) => hex).join(''), 'hex'));
  return { labels: rows.map(([label]) => Number(label)), bytes, ...sizes, stack, cycles };
}
