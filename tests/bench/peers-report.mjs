// SPDX-License-Identifier: MIT
//
// What peers.mjs says of its measurements: the table, what was skipped, and the answer to --assert. A result is { name, model,
// batchSize, choice?, target?, peakMemory?, median, least, most, ratio: { median, least, most } }; the first of each comparison is TinyCNN's own on one thread,
// and a ratio says how many times as fast it is.

import { basename } from 'node:path';
import { markdownTable } from '../../tools/support/markdown.mjs';
import { range, textTable, times, whole } from './figures.mjs';
import { machineInWords } from './options.mjs';
import { bestName, jax, jaxThreads, twoThreads } from './peer-names.mjs';
import { itsBestInWords } from './pytorch-peer.mjs';

const isFirst = (results, i) =>
  i === 0 || results[i - 1].model !== results[i].model || results[i - 1].batchSize !== results[i].batchSize;

/** How many times as fast as its peer TinyCNN is; for its own two threads, how many times as fast they are as one. */
export function advantage({ name, ratio }) {
  if (name !== twoThreads) return ratio;
  return { median: 1 / ratio.median, least: 1 / ratio.most, most: 1 / ratio.least };
}

export const peersTable = (results) =>
  results.map((result, i) => ({
    model: result.model,
    batch: `${result.batchSize}`,
    peer: result.name,
    'images a second': range(result, whole),
    advantage: isFirst(results, i) ? '' : range(advantage(result), times),
    target: result.target ? times(result.target) : '',
    'peak memory': result.peakMemory ? megabytes(result.peakMemory) : '',
  }));

const megabytes = (bytes) => `${whole(bytes / 1e6)} MB`;

const advantageColumn =
  'Advantage: how many times as fast as the peer TinyCNN is on one thread in Chromium, within a round; of two threads, how many times as ' +
  'fast as one.';

/** @param {any} how */
const howMeasured = ({ rounds, seconds }) =>
  `Medians of ${rounds} rounds of ${seconds} s in turns (min – max); one thread each unless said otherwise. ${advantageColumn}`;

/** What the memory is of, and what no row measures. */
function limitsInWords(peers) {
  const { emptyPage } = peers.find((each) => each.emptyPage) ?? {};
  const ofIt = emptyPage ? `, of which an empty page takes ${megabytes(emptyPage)}` : '';
  return [
    `Peak memory: the highest resident set size (RSS) of the process that trains, the library, the images and the trials included; in Chromium of the page's process${ofIt}, with webgl also of the browser's GPU process.`,
    `GPUs are left out: jax-js (WebGPU, WebGL) and TensorFlow.js (WebGPU, WebGL) may be faster on a machine with one. “TensorFlow.js, webgl” runs on the processor here, by SwiftShader.`,
  ].join(' ');
}

function jaxInWords(peers) {
  const threaded = peers.find(({ name }) => name === jaxThreads);
  const one = peers.find(({ name }) => name === jax);
  if (!one) return [];
  const all = threaded ? `; all threads: ${threaded.threads} workers` : '';
  return [
    `jax-js: ${one.features}; one thread: a worker or the calling thread, whichever a trial finds to be faster${all}.`,
  ];
}

/** Each once: a peer may be skipped at several batch sizes. */
const skippedInWords = (skipped) => [
  ...new Set(skipped.map(({ name, model, reason }) => `${name}${model ? `, ${model}` : ''}: skipped, ${reason}`)),
];

export function versionsInWords(peers) {
  const { chromium } = peers.find((each) => each.chromium) ?? {};
  const torch = peers.find((each) => each.torch);
  const web = peers.flatMap(({ npmPackage }) => npmPackage ?? []);
  return [
    ...(chromium ? [`Chromium ${chromium}`] : []),
    ...(torch
      ? [`PyTorch ${torch.torch} (as installed: ${torch.blas.map((path) => basename(path)).join(', ') || 'no BLAS'})`]
      : []),
    ...new Set(web),
  ].join(', ');
}

/** `how`: { rounds, seconds } */
export function printReport({ machine, results, skipped, ...how }) {
  console.log(`\n${textTable(peersTable(results))}\n`);
  console.log(howMeasured(how));
  console.log(`${machineInWords(machine)}; ${versionsInWords(machine.peers)}`);
  const best = results.filter(({ name }) => name === bestName);
  if (best.length > 0) console.log(`${bestName}: ${itsBestInWords()}:`);
  for (const { model, batchSize, choice } of best) {
    console.log(`  ${model}, batch ${batchSize}: ${JSON.stringify(choice)}`);
  }
  for (const words of jaxInWords(machine.peers)) console.log(words);
  for (const { batchSize, choice } of results.filter(({ name }) => name === jax)) {
    console.log(`  batch ${batchSize}: ${JSON.stringify(choice)}`);
  }
  console.log(limitsInWords(machine.peers));
  for (const words of skippedInWords(skipped)) console.log(words);
}

/** For docs/benchmarks.md. */
export const docsText = ({ machine, results, skipped, ...how }) =>
  [
    `On ${machineInWords(machine)}; ${versionsInWords(machine.peers)}:`,
    markdownTable(peersTable(results)),
    [howMeasured(how), `${bestName}: ${itsBestInWords()}.`, ...jaxInWords(machine.peers)].join(' '),
    limitsInWords(machine.peers),
    ...(skipped.length > 0 ? [skippedInWords(skipped).join('; ')] : []),
  ].join('\n\n');

/** For the site. */
export const referenceOf = ({ machine, results }) => ({
  machine: { cpu: machine.cpu, cores: machine.cores, versions: versionsInWords(machine.peers), date: machine.date },
  results: results.map(({ name, model, batchSize, median }) => ({
    name,
    model,
    batchSize,
    imagesPerSecond: Math.round(median),
  })),
});

/** What an --assert option asks and did not get, in words; null where it holds. */
export function shortfall(results, name, wanted) {
  if (wanted === undefined) return null;
  const found = results.find((result) => result.name === name);
  if (!found) return `There is no comparison with ${name}.`;
  const { ratio, batchSize } = found;
  if (ratio.median >= wanted) return null;
  return `At batch ${batchSize} TinyCNN is ${times(ratio.median)} as fast as ${name}, less than ${times(wanted)}.`;
}
