// SPDX-License-Identifier: MIT
//
// Where the engine can be measured: as a native program, in Node, and in headless Chromium. Each environment answers the same
// questions, one at a time: { name, about, open(threads), peak(threads, seconds) in operations a second, prepare(threads, run),
// train(threads, run, seconds) -> { images, seconds, loss }, predict(model, seconds) -> { engine, package? } in microseconds,
// layers() -> names, layer(index, seconds) -> seconds of a call, close() }; those with the package also memory(threads, run) and, on MNIST, reach(threads, race); Chromium also
// processMemory (peak-memory.mjs).

import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { servePackage } from '../support/package-server.mjs';
import { startJsonLines } from './json-lines.mjs';
import { packageBench } from './package-bench.mjs';
import { browserMemory, collectGarbage } from './peak-memory.mjs';

const nativeProgram = fileURLToPath(new URL('../../build/native-release/tests/tinycnn_bench', import.meta.url));

/** One process of `program` for each number of threads; `files` hold the data. */
export function openNative(files, program = nativeProgram) {
  const processes = new Map();
  const ask = async (threads, question) => {
    if (!processes.has(threads)) processes.set(threads, startJsonLines(program, [`${threads}`, ...files]));
    return processes.get(threads).ask(question);
  };
  const words = ({ model, recipe, batchSize }) => `${model} ${recipe} ${batchSize}`;
  return {
    name: 'native',
    about: {},
    open: async (threads) => void (await ask(threads, 'peak 0.001')),
    peak: async (threads, seconds) => {
      const { operations, seconds: taken } = await ask(threads, `peak ${seconds}`);
      return operations / taken;
    },
    prepare: (threads, run) => ask(threads, `prepare ${words(run)}`),
    train: (threads, run, seconds) => ask(threads, `train ${words(run)} ${seconds}`),
    predict: async (model, seconds) => {
      const { predictions, seconds: taken } = await ask(1, `predict ${model} ${seconds}`);
      return { engine: (1e6 * taken) / predictions };
    },
    tasks: () => ask(1, 'tasks'),
    layers: async () => (await ask(1, 'tasks')).map(({ name }) => name),
    layer: async (index, seconds) => {
      const { calls, seconds: taken } = await ask(1, `layer ${index} ${seconds}`);
      return taken / calls;
    },
    reference: async (index, seconds) => {
      const { calls, seconds: taken } = await ask(1, `reference ${index} ${seconds}`);
      return taken / calls;
    },
    close: async () => processes.forEach((each) => each.end()),
  };
}

/** What Node and Chromium have in common: `ask` takes one question of package-bench.mjs. */
const withPackage = (name, about, ask, close) => ({
  name,
  about,
  open: async (threads) => {
    const info = await ask({ type: 'open', threads });
    about.engine = info.version;
    const wanted = typeof threads === 'object' ? threads : { threads };
    if (info.threads !== wanted.threads)
      throw new Error(`${name} gives ${info.threads} threads, not ${wanted.threads}`);
    if (wanted.relaxed && info.variant !== 'relaxed-threads') throw new Error(`${name} has no relaxed SIMD`);
  },
  peak: (threads, seconds) => ask({ type: 'peak', threads, seconds }),
  prepare: (threads, run) => ask({ type: 'prepare', threads, run }),
  train: (threads, run, seconds) => ask({ type: 'train', threads, run, seconds }),
  predict: (model, seconds) => ask({ type: 'predict', threads: 1, model, seconds }),
  memory: (threads, run) => ask({ type: 'memory', threads, run }),
  reach: (threads, race) => ask({ type: 'reach', threads, ...race }),
  layers: () => ask({ type: 'layers' }),
  layer: (index, seconds) => ask({ type: 'layer', index, seconds }),
  close,
});

export async function openNode(data) {
  const { loadEngine } = await import('tinycnn');
  return openPackage(loadEngine, data);
}

/** A package's own loadEngine, in this Node. */
export async function openPackage(loadEngine, data) {
  const bench = packageBench(loadEngine);
  await bench.open({ threads: 1, ...data });
  const ask = async ({ type, ...question }) => bench[type](question);
  return withPackage('Node', { node: process.version }, ask, async () => {});
}

/** In the page: starts the worker and defines `ask`, which resolves with the worker's answer or rejects with its error. */
function startWorker() {
  const worker = new globalThis.Worker('/tests/bench/tinycnn-worker.mjs', { type: 'module' });
  const waiting = new Map();
  let failure = null;
  let questions = 0;
  worker.onmessage = ({ data: { id, answer, error } }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(answer);
  };
  worker.onerror = ({ message }) => {
    failure = new Error(message ?? "the worker's modules did not load");
    for (const { reject } of waiting.values()) reject(failure);
  };
  globalThis.ask = (question) =>
    new Promise((resolve, reject) => {
      if (failure) return reject(failure);
      waiting.set(++questions, { resolve, reject });
      return worker.postMessage({ ...question, id: questions });
    });
}

/** In the page: hands the data to the worker. */
async function sendData(encoded) {
  const decode = (text) => Uint8Array.from(globalThis.atob(text), (letter) => letter.charCodeAt(0));
  await globalThis.ask({ type: 'open', threads: 1, images: decode(encoded.images), labels: decode(encoded.labels) });
}

/** One page whose only work is to pass questions to a worker, which trains with the built package. data: { images, labels }, or { folder }
 * with MNIST's files. */
export async function openChromium(data, executablePath = process.env.CHROMIUM) {
  const server = await servePackage({ data: data.folder });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const close = async () => {
    await browser.close();
    server.close();
  };
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    const processMemory = browserMemory(browser);
    const emptyPage = await processMemory.peak();
    await page.evaluate(startWorker);
    const ask = (question) => page.evaluate((each) => globalThis.ask(each), question);
    const encode = (bytes) => Buffer.from(bytes).toString('base64');
    if (data.folder) await ask({ type: 'fetchMnist' });
    else await page.evaluate(sendData, { images: encode(data.images), labels: encode(data.labels) });
    await collectGarbage(page);
    return { ...withPackage('Chromium', { chromium: browser.version(), emptyPage }, ask, close), processMemory };
  } catch (error) {
    await close();
    throw error;
  }
}
