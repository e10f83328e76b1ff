// SPDX-License-Identifier: MIT
//
// What bench.mjs prints: tables of its results, for people, for docs/benchmarks.md and for the site.

import { markdownTable } from '../../tools/support/markdown.mjs';
import { aimsTable } from './aims.mjs';
import { decimal, percent, range, whole } from './figures.mjs';
import { machineInWords } from './options.mjs';

export const whatFlopsAre =
  "Operations are nominal: two for each multiply-add of the model's convolutions and linear layers, forward, by the weights and by the " +
  'input, without the gradient by the images. The peak is what a loop of multiplications and additions reached beside each turn.';

const threadsInWords = (threads) => `${threads} thread${threads > 1 ? 's' : ''}`;
const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(1);

export const stepsTable = (steps) =>
  steps.map(({ model, batchSize, environment, threads, imagesPerSecond, gflops, peakGflops, shareOfPeak }) => ({
    model,
    batch: `${batchSize}`,
    environment,
    threads: `${threads}`,
    'images a second': range(imagesPerSecond, whole),
    'GFLOP/s': decimal(1)(gflops.median),
    peak: decimal(1)(peakGflops.median),
    'share of peak': range(shareOfPeak, percent),
  }));

export const predictionTable = (predictions) =>
  predictions.map(({ model, environment, microseconds }) => ({
    model,
    environment,
    'in the engine, µs': range(microseconds.engine, decimal(1)),
    'through the package, µs': microseconds.package ? range(microseconds.package, decimal(1)) : '',
  }));

/** GFLOP/s of a layer's task; empty where it has no multiply-adds. */
const gflops = (macs, { median }) => (macs > 0 ? `, ${decimal(1)((2 * macs) / median / 1000)} GFLOP/s` : '');

export const layersTable = (layers) =>
  layers.map(({ name, what, macs, microseconds, fasterThanReference }) => ({
    layer: name,
    what,
    ...Object.fromEntries(
      Object.entries(microseconds).map(([environment, time]) => [
        `${environment}, µs an image`,
        `${decimal(2)(time.median)}${gflops(macs, time)}`,
      ]),
    ),
    'native to the reference': fasterThanReference ? `${decimal(1)(fasterThanReference)} x` : '',
  }));

export const memoryTable = (memory) =>
  memory.map(({ model, batchSize, threads, session, reserved }) => ({
    model,
    batch: `${batchSize}`,
    threads: `${threads}`,
    'session, MB': megabytes(session),
    'WebAssembly memory, MB': megabytes(reserved),
  }));

/** One row a model: images a second and share of the peak by environment and threads. */
function summaryRows(steps) {
  const rows = new Map();
  for (const { model, batchSize, environment, threads, imagesPerSecond, shareOfPeak } of steps) {
    const row = rows.get(model) ?? { model, batch: `${batchSize}` };
    row[`${environment}, ${threadsInWords(threads)}`] =
      `${whole(imagesPerSecond.median)} (${percent(shareOfPeak.median)})`;
    rows.set(model, row);
  }
  return [...rows.values()];
}

/** One row a model and batch size: megabytes by threads. */
function summaryOfMemory(memory) {
  const rows = new Map();
  for (const { model, batchSize, threads, session } of memory) {
    const row = rows.get(`${model} ${batchSize}`) ?? { model, batch: `${batchSize}` };
    row[`${threadsInWords(threads)}, MB`] = megabytes(session);
    rows.set(`${model} ${batchSize}`, row);
  }
  return [...rows.values()];
}

const summaryOfPredictions = (predictions) =>
  predictions.map(({ model, environment, microseconds }) => ({
    model,
    environment,
    'in the engine, µs': decimal(1)(microseconds.engine.median),
    'through the package, µs': microseconds.package ? decimal(1)(microseconds.package.median) : '',
  }));

const comparedConvolutions = {
  'conv4-21k conv3': '3x3, dense',
  'sep-3914 conv2': '1x1',
  'sep-3914 depthwise2': '3x3, depthwise',
};

/** One row a kind of convolution and direction: GFLOP/s by environment. */
function convolutionRows(layers) {
  return layers.flatMap(({ name, what, macs, microseconds }) => {
    const [, layer, direction] = /^(.+) (forward|backward)$/.exec(name);
    if (!(layer in comparedConvolutions)) return [];
    const rates = Object.entries(microseconds).map(([environment, { median }]) => [
      `${environment}, GFLOP/s`,
      whole((2 * macs) / median / 1000),
    ]);
    return [{ convolution: comparedConvolutions[layer], of: what, direction, ...Object.fromEntries(rates) }];
  });
}

const aboutConvolutions =
  'Kinds of convolutions on one thread, eight images at a time, in turns; operations are nominal, and Winograd’s method, which a dense ' +
  'convolution can use and a depthwise one cannot, takes fewer:';

/** For docs/benchmarks.md. */
export function docsText(report) {
  const { machine, options, steps, predictions, memory, layers } = report;
  const convolutions = convolutionRows(layers);
  return [
    `Training, images a second (and share of the peak), medians of ${options.rounds} rounds on ${machineInWords(machine)}:`,
    markdownTable(summaryRows(steps)),
    whatFlopsAre,
    ...(convolutions.length > 0 ? [aboutConvolutions, markdownTable(convolutions)] : []),
    'One prediction of TinyCNN on one thread:',
    markdownTable(summaryOfPredictions(predictions.filter(({ model }) => model === 'tinycnn'))),
    'Memory of a training session above its data:',
    markdownTable(summaryOfMemory(memory)),
    'What was aimed at, in Chromium:',
    markdownTable(aimsTable(report)),
  ].join('\n\n');
}

/** For the site: what Chromium reached. */
export const referenceOf = ({ machine, steps, predictions }) => ({
  machine: { cpu: machine.cpu, cores: machine.cores, chromium: machine.chromium, date: machine.date },
  steps: steps
    .filter(({ environment }) => environment === 'Chromium')
    .map(({ model, batchSize, threads, imagesPerSecond, gflops: rate, shareOfPeak }) => ({
      model,
      batchSize,
      threads,
      imagesPerSecond: Math.round(imagesPerSecond.median),
      gflops: Number(rate.median.toFixed(2)),
      shareOfPeak: Number(shareOfPeak.median.toFixed(3)),
    })),
  predictions: predictions
    .filter(({ environment }) => environment === 'Chromium')
    .map(({ model, microseconds }) => ({
      model,
      engine: Number(microseconds.engine.median.toFixed(1)),
      package: Number(microseconds.package.median.toFixed(1)),
    })),
});
