// SPDX-License-Identifier: MIT
//
// What the engine is meant to reach by itself, beside what a benchmark found; what it is meant to reach beside its peers stands in
// peers-cases.mjs.

import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { decimal, percent } from './figures.mjs';

const megabyte = 2 ** 20;
const dist = fileURLToPath(new URL('../../bindings/dist/', import.meta.url));

/** Bytes of each WebAssembly module of the package, with Brotli. */
export function moduleSizes() {
  const names = readdirSync(dist).filter((name) => name.endsWith('.wasm'));
  return Object.fromEntries(names.map((name) => [name, brotliCompressSync(readFileSync(`${dist}${name}`)).length]));
}

const most = (values) => (values.length > 0 ? Math.max(...values) : undefined);
const megabytes = (bytes) => `${decimal(1)(bytes / megabyte)} MB`;
const microseconds = (value) => `${decimal(1)(value)} µs`;
const kilobytes = (bytes) => `${decimal(1)(bytes / 1000)} kB`;

/** [{ what, aim, found, format, atLeast? }]; `found` is undefined where it was not measured. */
function aims({ steps, predictions, memory, modules }) {
  const inChromium = ({ model, environment }) => model === 'tinycnn' && environment === 'Chromium';
  const share = steps.find((each) => inChromium(each) && each.threads === 1)?.shareOfPeak.median;
  const prediction = predictions.find(inChromium)?.microseconds;
  const held = (keep) => most(memory.filter(keep).map(({ session }) => session));
  const ofTinyCnn = ({ model, batchSize }) => model === 'tinycnn' && batchSize === 16;
  return [
    {
      what: "TinyCNN's training step, share of the peak, 1 thread",
      aim: 0.85,
      found: share,
      format: percent,
      atLeast: true,
    },
    { what: 'TinyCNN, one prediction in the engine', aim: 25, found: prediction?.engine.median, format: microseconds },
    {
      what: 'TinyCNN, one prediction through the package',
      aim: 50,
      found: prediction?.package.median,
      format: microseconds,
    },
    {
      what: 'A session above its data, TinyCNN, batch 16',
      aim: 16 * megabyte,
      found: held(ofTinyCnn),
      format: megabytes,
    },
    {
      what: 'A session above its data, any model, batch 128',
      aim: 96 * megabyte,
      found: held(() => true),
      format: megabytes,
    },
    { what: 'A WebAssembly module, with Brotli', aim: 102_000, found: most(Object.values(modules)), format: kilobytes },
  ];
}

/** Rows of what was measured, in Chromium where an environment matters. */
export const aimsTable = (report) =>
  aims(report)
    .filter(({ found }) => found !== undefined)
    .map(({ what, aim, found, format, atLeast = false }) => ({
      what,
      found: format(found),
      aim: `${atLeast ? 'at least' : 'at most'} ${format(aim)}`,
      reached: (atLeast ? found >= aim : found <= aim) ? 'yes' : 'no',
    }));
