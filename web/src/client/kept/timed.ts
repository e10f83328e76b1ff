// SPDX-License-Identifier: MIT
//
// What saving takes of the main thread, as a measure of User Timing: npm run bench:page adds them up.

const name = 'tinycnn-save';

export function timed<T>(work: () => T): T {
  const start = performance.now();
  try {
    return work();
  } finally {
    performance.measure(name, { start });
    performance.clearMeasures(name); // who observes has it all the same
  }
}
