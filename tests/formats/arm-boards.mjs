// SPDX-License-Identifier: MIT
//
// Microcontrollers that QEMU has, and programs for them: compiled with Debian's arm-none-eabi-gcc and picolibc, which prints and ends
// through QEMU's semihosting.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { findCommand } from '../../tools/support/processes.mjs';

const kTimeout = 120_000; // milliseconds; a program takes seconds

/** Memory in bytes as the boards have it: flash from 0, RAM from 0x20000000. */
export const boards = {
  'Cortex-M0': { machine: 'microbit', flags: ['-mcpu=cortex-m0'], flash: 0x40000, ram: 0x4000, stack: 0x400 },
  'Cortex-M4': {
    machine: 'mps2-an386',
    flags: ['-mcpu=cortex-m4', '-mfloat-abi=hard', '-mfpu=fpv4-sp-d16'],
    flash: 0x400000,
    ram: 0x400000,
    stack: 0x1000,
  },
  'Cortex-M55': {
    machine: 'mps3-an547',
    flags: ['-mcpu=cortex-m55', '-mfloat-abi=hard', '-mfpu=auto'],
    flash: 0x80000,
    ram: 0x80000,
    stack: 0x1000,
  },
};

export const whyNoArm = ['arm-none-eabi-gcc', 'qemu-system-arm'].every((name) => findCommand(name))
  ? false
  : 'On Debian or Ubuntu: apt-get install gcc-arm-none-eabi picolibc-arm-none-eabi qemu-system-arm';

/** What a program, which must end well, writes to one of its streams. */
export function run(command, args, stream = 'stdout') {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: kTimeout });
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${error ?? ''}${stderr}${stdout}`);
  return stream === 'stdout' ? stdout : stderr;
}

/** Compiles a C file for a board; returns { flash, ram } in bytes, the stack left out. */
export function compileFor({ flags, flash, ram, stack }, source, program, further = []) {
  const symbols = { __flash: 0, __flash_size: flash, __ram: 0x20000000, __ram_size: ram, __stack_size: stack };
  run('arm-none-eabi-gcc', [
    ...['-std=c99', '-Wall', '-Wextra', '-Werror', '-pedantic', '-Os', '-mthumb', ...flags, ...further],
    ...['--specs=picolibc.specs', '--oslib=semihost', '--crt0=hosted', '-T', 'picolibc.ld'],
    ...Object.entries(symbols).map(([name, value]) => `-Wl,--defsym=${name}=${value}`),
    ...[source, '-o', program, '-lm'],
  ]);
  const [text, data, bss] = run('arm-none-eabi-size', [program]).split('\n')[1].trim().split(/\s+/).map(Number);
  return { flash: text + data, ram: data + bss - stack };
}

/** Writes images as a C array; returns the file. `space`: the address space that they stay in. */
export function writeImages(file, images, size, space = '') {
  const rows = Array.from(
    { length: images.length / size },
    (_, i) => `{${images.subarray(i * size, (i + 1) * size).join(',')}}`,
  );
  writeFileSync(file, `static const ${space} uint8_t images[${rows.length}][${size}] = {\n${rows.join(',\n')}\n};\n`);
  return file;
}

/** What a program prints on a board. `further`: for QEMU. */
export const runOn = ({ machine }, program, further = []) =>
  run('qemu-system-arm', [
    ...further,
    ...['-M', machine, '-display', 'none', '-monitor', 'none', '-serial', 'none', '-kernel', program],
    ...['-chardev', 'stdio,id=output', '-semihosting-config', 'enable=on,target=native,chardev=output'],
  ]);
