// SPDX-License-Identifier: MIT
//
// Command-line options and the machine's description, as the benchmarks share them.

import { cpus, loadavg } from 'node:os';

export function positive(text, name) {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name}: expected a number above 0, got '${text}'`);
  return value;
}

/** '1,2' as [1, 2]. */
export function positiveIntegers(text, name) {
  return text.split(',').map((each) => {
    const value = Number(each);
    if (!Number.isInteger(value) || value < 1) {
      throw new Error(`--${name}: expected integers above 0 with commas between, got '${text}'`);
    }
    return value;
  });
}

/** The chosen ones of `known` (all if none were chosen); throws for one that is not known. */
export function choose(chosen, known, name) {
  const unknown = chosen?.find((each) => !known.includes(each));
  if (unknown !== undefined) throw new Error(`--${name}: expected one of ${known.join(', ')}, got '${unknown}'`);
  return chosen?.length > 0 ? known.filter((each) => chosen.includes(each)) : known;
}

/** 1 to as many threads as there are cores, at most 4. */
export const availableThreads = () => Array.from({ length: Math.min(cpus().length, 4) }, (_, i) => i + 1);

export const describeMachine = () => ({
  cpu: cpus()[0].model,
  cores: cpus().length,
  load: Number(loadavg()[0].toFixed(1)),
  date: new Date().toISOString().slice(0, 10),
});

export const machineInWords = ({ cpu, cores, load, date }) =>
  `${cpu}, ${cores} cores, load ${load.toFixed(1)} at the start, ${date}`;

/** An error's first line, without what Playwright puts before it. */
export const reasonOf = ({ message }) => message.split('\n')[0].replace(/^page\.evaluate: (Error: )?/, '');
