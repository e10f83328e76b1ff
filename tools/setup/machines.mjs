// SPDX-License-Identifier: MIT
// Machines other than this one, and other compilers: what builds for them, and what runs their programs here.
import { existsSync } from 'node:fs';
import { findCommand } from '../support/processes.mjs';

/**
 * @typedef {{ preset: string, compiler?: string, processor?: string, emulator?: string[], isOnlyEmulated?: boolean, libraries?: string,
 *   isSlow?: boolean, packages: string[] }} Machine
 * `preset`: of CMake; `compiler`: in place of the toolchain's; `processor`: as Node names it, where it must be this one or an emulator's;
 * `libraries`: a folder that has to be there; `isSlow`: left to npm run machines; `packages`: Debian's
 */

/** @type {Machine[]} */
export const machines = [
  // without optimisation tests/examples has it
  { preset: 'native-gcc', compiler: 'g++', isSlow: true, packages: ['g++'] },
  { preset: 'native-dispatch', processor: 'x64', packages: [] },
  // a processor without AVX2
  {
    preset: 'native-dispatch',
    processor: 'x64',
    emulator: ['qemu-x86_64', '-cpu', 'Nehalem'],
    isOnlyEmulated: true,
    packages: ['qemu-user'],
  },
  {
    preset: 'aarch64-release',
    processor: 'arm64',
    libraries: '/usr/aarch64-linux-gnu/include',
    emulator: ['qemu-aarch64'],
    packages: ['g++-aarch64-linux-gnu', 'qemu-user'],
  },
  // the same by GCC, which takes minutes
  {
    preset: 'aarch64-gcc',
    processor: 'arm64',
    compiler: 'aarch64-linux-gnu-g++',
    emulator: ['qemu-aarch64'],
    isSlow: true,
    packages: ['g++-aarch64-linux-gnu', 'qemu-user'],
  },
  {
    preset: 'armv7-release',
    processor: 'arm',
    compiler: 'arm-linux-gnueabihf-g++',
    emulator: ['qemu-arm'],
    packages: ['g++-arm-linux-gnueabihf', 'qemu-user'],
  },
];

export const machinePackages = [...new Set(machines.flatMap(({ packages }) => packages))];

/**
 * The words that start a machine's programs here; none where they run by themselves.
 * @type {(machine: Pick<Machine, 'processor' | 'emulator' | 'isOnlyEmulated'>) => string[]}
 */
export const startOf = ({ processor = process.arch, emulator = [], isOnlyEmulated = false }) =>
  processor === process.arch && !isOnlyEmulated ? [] : emulator;

/** What a machine is called in the tests' words. */
export const nameOf = (machine) => [machine.preset, ...startOf(machine).slice(0, 1)].join(', ');

/**
 * Why a machine cannot be tried here, in words; null where it can.
 * @param {Machine} machine
 * @param {(name: string) => unknown} find
 */
export function whyNot(machine, find = findCommand) {
  const { processor = process.arch, compiler, libraries, packages } = machine;
  const [emulator] = startOf(machine);
  if (processor === 'x64' && process.arch !== 'x64') return `it is built on x86-64 alone; this is ${process.arch}`;
  const commands = [compiler, emulator].filter((name) => name !== undefined && !find(name));
  const missing = [...commands, ...[libraries].filter((folder) => folder !== undefined && !existsSync(folder))];
  if (missing.length === 0) return null;
  return `there is no ${missing.join(' and no ')} here (on Debian: apt-get install ${packages.join(' ')})`;
}
