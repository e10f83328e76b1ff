// SPDX-License-Identifier: MIT
//
// The worker: owns the engine, the data and the run, and answers one request after another. A request that fails leaves everything as
// it was and answers with the reason. Data and run change together: what comes after an answer is of the run that the answer is about.
// Long because it has a handler for each request.

import { loadEngine } from 'tinycnn';
import type { Engine } from 'tinycnn';
import { digitClasses, publishedDatasets } from '../shared/published-datasets';
import { NoSourceError } from '../shared/dataset';
import { loadPublished } from './data/load-published';
import { Data } from './data/held-data';
import { frameBuffers, prepareBackwards } from './frames';
import { loadDeferred } from './deferred.js';
import { ghost } from './ghost';
import { imported } from './networks';
import { Run } from './run';
import type { CallName, Calls, DataSource, EventBody, Message, Reply, Request, RunSettings } from '../shared/protocol';
import type { Dataset, ReportProgress, Unavailable } from '../shared/dataset';

interface Answered<K extends CallName> {
  answer: Calls[K]['answer'];
  transfer?: Transferable[];
  /** Done once the answer has been sent. */
  afterwards?: () => void;
}

type Handlers = { [K in CallName]: (ask: Calls[K]['ask']) => Answered<K> | Promise<Answered<K>> };

const maxThreads = 4;
/** By then the first picture is there and the first network learns. */
const deferredDelay = 10_000;

const scope = globalThis as unknown as {
  name: string;
  postMessage: (message: Message, transfer: Transferable[]) => void;
  onmessage: unknown;
};

let engine: Engine | null = null;
let dataFolder = new URL('data/', globalThis.location.href);
let data: Data | null = null;
let run: Run | null = null;
/** Of the run, and those that were asked for last, whose run may not be there yet. */
let present: RunSettings | null = null;
let asked: RunSettings | null = null;
let asks = 0;
let looks = 0;
let sampleIndex = -1;
let eventId = 0;
let loadsBegun = 0;
let newestLoad = 0;
let preparing: Promise<void> = Promise.resolve();
let beginning: Promise<unknown> = Promise.resolve();

const send = (body: EventBody, transfer: Transferable[] = []): void => {
  scope.postMessage({ kind: 'event', id: ++eventId, ...body }, transfer);
};

/** The most that the page starts; how many of them train is found by measuring. From three cores on one is left to the page itself; of
 * two it takes what it needs when it needs it, which is little. */
const pageThreads = (cores = navigator.hardwareConcurrency): number =>
  cores <= 2 ? cores : Math.min(maxThreads, cores - 1);

/** Whether it is the network that a first visit begins with, for which the primary module is enough. */
function isFirst({ model, recipe, changes }: RunSettings, classes: readonly string[]): boolean {
  const asItComes = model === engine?.zoo[0]?.id && recipe === 'recommended' && Object.keys(changes).length === 0;
  return asItComes && classes.length === digitClasses.length;
}

/** Loads the deferred module for all but the first network: for one after another, so that the last choice is the one that stays. */
async function prepareFor(settings: RunSettings, classes: readonly string[] = digitClasses): Promise<void> {
  preparing = preparing.catch(() => undefined).then(() => (isFirst(settings, classes) ? undefined : loadDeferred()));
  await preparing;
}

/** For new data: when everything that the settings asked for last need is there. */
async function preparedSettings(classes: readonly string[]): Promise<RunSettings> {
  for (;;) {
    const settings = there(asked, 'The network is');
    await prepareFor(settings, classes);
    if (settings === asked) return settings;
  }
}

async function beginNow(settings: RunSettings, from: Data | null): Promise<Answered<'configure'>> {
  const chosen = (await from?.forRun(settings)) ?? null;
  const next = new Run(there(engine, 'The engine is'), settings, chosen, send);
  await next.whenReady();
  const currentInput = run?.currentInput ?? null;
  const frame = currentInput === null ? null : next.show(currentInput, run?.isDrawn);
  run?.leave();
  run?.dispose();
  data = from;
  run = next;
  present = settings;
  return {
    answer: { facts: next.facts, frame },
    transfer: frame === null ? [] : frameBuffers(frame),
    afterwards: () => {
      if (!next.isOver) next.begun();
    },
  };
}

/** Once no other run is beginning. */
const whenBegun = (): Promise<unknown> => beginning.catch(() => undefined);

/** Begins a run on these data in the place of the present one, with the same current input. Where there can be none all stays as it was. One
 * after another, so that the last choice is the one that stays. */
function begin(settings: RunSettings, from: () => Data | null): Promise<Answered<'configure'>> {
  const begun = whenBegun().then(() => beginNow(settings, from()));
  beginning = begun;
  return begun;
}

/** The run as it is has been set otherwise. */
function amend(change: Partial<RunSettings>): void {
  if (present !== null) present = { ...present, ...change };
  if (asked !== null) asked = { ...asked, ...change };
}

function there<T>(value: T | null, what: string): T {
  if (value === null) throw new Error(`${what} not ready yet.`);
  return value;
}

/** The test image that is asked for, of `count`. */
function picked(pick: Calls['sample']['ask']['pick'], count: number, run: Run): number {
  if (pick === 'random') return Math.floor(Math.random() * count);
  if (pick === 'next') return sampleIndex + 1;
  return pick === 'mistake' ? run.nextMistake(sampleIndex + 1) : pick;
}

async function loadFrom(source: DataSource, report: ReportProgress): Promise<Dataset> {
  if (source.kind === 'files') {
    // Few visitors bring data of their own: what reads them comes when it is wanted.
    const { loadOwn } = await import('./data/files/load-own');
    return loadOwn(source.files, source.orientation, report);
  }
  const generated = async (inPlaceOf: Unavailable | null): Promise<Dataset> => {
    const { loadGenerated } = await import('./data/load-generated');
    return loadGenerated(there(engine, 'The engine is'), inPlaceOf, report);
  };
  if (source.kind === 'generated') return generated(null);
  const published = publishedDatasets.find(({ id }) => id === source.id);
  if (published === undefined) throw new Error(`There is no data set named ${source.id}.`);
  try {
    return await loadPublished(published, dataFolder, report);
  } catch (error) {
    if (!source.orGenerated || !(error instanceof NoSourceError)) throw error;
    return generated({ id: source.id, reasons: error.message });
  }
}

const handlers: Handlers = {
  open: async ({ dataFolder: folder, threads: wanted }) => {
    dataFolder = new URL(folder);
    engine = await loadEngine({ threads: wanted === 'auto' ? pageThreads() : wanted });
    if (wanted === 'auto') engine.setActiveThreads('auto');
    setTimeout(() => void loadDeferred().catch(() => undefined), deferredDelay); // who needs it before asks again
    const { variant, threads, simd, version } = engine.info;
    return { answer: { variant, threads, simd, version, zoo: engine.zoo } };
  },

  load: async ({ source }) => {
    const ticket = ++loadsBegun;
    const isSuperseded = (): boolean => ticket < newestLoad;
    try {
      const dataset = await loadFrom(source, (progress) => {
        if (!isSuperseded()) send({ type: 'progress', progress });
      });
      const settings = await preparedSettings(dataset.classes);
      if (isSuperseded()) return { answer: null };
      const loaded = new Data(dataset);
      const { answer, ...rest } = await begin(settings, () => loaded);
      newestLoad = ticket;
      sampleIndex = -1;
      return { answer: { data: loaded.facts, run: answer }, ...rest };
    } catch (error) {
      if (isSuperseded()) return { answer: null };
      throw error;
    }
  },

  configure: async ({ settings }) => {
    const ask = ++asks;
    asked = settings;
    try {
      await prepareFor(settings, data?.facts.classes);
      return await begin(settings, () => data);
    } catch (error) {
      if (ask === asks) asked = present;
      throw error;
    }
  },

  restore: ({ snapshot, predicted, rates }) => {
    const current = there(run, 'The network is');
    current.restore(snapshot, predicted, rates);
    return { answer: { step: current.step } };
  },

  releaseRun: async () => {
    const { releaseRun } = await import('./run-transfer');
    const { transferred, transfer } = await releaseRun(there(run, 'The network is'), data);
    return { answer: transferred, transfer };
  },

  adoptRun: async ({ settings, transferred }) => {
    const { dataset } = transferred;
    const taken = dataset === null ? null : new Data(dataset);
    await prepareFor(settings, taken?.facts.classes);
    const { adoptRun } = await import('./run-transfer');
    data = taken;
    present = asked = settings;
    run = await adoptRun(there(engine, 'The engine is'), settings, transferred, data, send);
    return { answer: { ...run.facts, step: run.step } };
  },

  lookBack: async ({ moment }) => {
    const look = ++looks;
    await loadDeferred();
    const { lookBack } = await import('./look-back');
    if (look !== looks) return { answer: null };
    const answer = lookBack(there(engine, 'The engine is'), there(run, 'The network is'), moment);
    return { answer, transfer: answer.frame === null ? [] : frameBuffers(answer.frame) };
  },

  lookAtPresent: () => {
    ++looks;
    run?.lookAt(null);
    run?.showNow();
    return { answer: {} };
  },

  replay: async (ask) => {
    const { replay } = await import('./replay');
    return { answer: await replay(there(run, 'The network is'), ask) };
  },

  train: ({ rule, ...rest }) => {
    there(data, 'The data are');
    there(run, 'The network is').training.start(rule, rest);
    return { answer: {} };
  },

  tempo: ({ tempo }) => {
    run?.training.goAt(tempo);
    return { answer: {} };
  },

  stopAt: ({ rule, losses }) => {
    run?.training.stopAt(rule, losses);
    return { answer: {} };
  },

  pause: () => {
    const current = there(run, 'The network is');
    current.training.pause();
    current.showNow();
    return { answer: { step: current.step } };
  },

  step: async () => {
    there(data, 'The data are');
    const current = there(run, 'The network is');
    await current.stepOnce();
    return { answer: { step: there(run, 'The network is').step } };
  },

  rewind: async ({ seed }) => {
    await whenBegun();
    const current = there(run, 'The network is');
    await current.rewind(seed);
    amend({ seed });
    return { answer: { step: current.step } };
  },

  adjust: async ({ learningRate }) => {
    await whenBegun();
    const current = there(run, 'The network is');
    current.setLearningRate(learningRate);
    amend({ changes: { ...present?.changes, learningRate } });
    return { answer: { step: current.step } };
  },

  hash: async () => {
    const { hashOf } = await import('./hashes');
    return { answer: hashOf(there(run, 'The network is')) };
  },

  dataHash: async () => {
    const { hashOfData } = await import('./hashes');
    return { answer: { hash: await hashOfData(there(data, 'The data are').dataset) } };
  },

  sample: ({ pick }) => {
    const { test } = there(data, 'The data are').dataset;
    const count = test.labels.length;
    sampleIndex = picked(pick, count, there(run, 'The network is')) % count;
    const size = test.height * test.width;
    const pixels = test.images.slice(sampleIndex * size, (sampleIndex + 1) * size);
    const frame = there(run, 'The network is').show(pixels);
    return {
      answer: { index: sampleIndex, label: test.labels[sampleIndex]!, pixels, frame },
      transfer: frameBuffers(frame),
    };
  },

  examples: async ({ filter, count }) => {
    const answer = await there(run, 'The network is').examples(filter, count);
    return { answer, transfer: answer === null ? [] : answer.examples.map(({ pixels }) => pixels.buffer) };
  },

  overview: async () => {
    const { overviewOf } = await import('./browse');
    const answer = overviewOf(there(run, 'The network is'));
    return { answer, transfer: [answer.means.buffer as ArrayBuffer] };
  },

  samples: async ({ subset, label, first, count }) => {
    const { samplesOf } = await import('./browse');
    return { answer: samplesOf(there(run, 'The network is'), subset, label, first, count) };
  },

  augmented: async ({ index, epochs }) => {
    const { augmentedOf } = await import('./browse');
    return { answer: augmentedOf(there(run, 'The network is'), index, epochs) };
  },

  draw: ({ strokes }) => {
    const { pixels, empty, steps } = there(engine, 'The engine is').renderStrokes(strokes);
    const current = there(run, 'The network is');
    if (empty) current.clear();
    const frame = empty ? null : current.show(pixels, true);
    return { answer: { pixels, empty, steps, frame }, transfer: frame === null ? [] : frameBuffers(frame) };
  },

  fineTune: async ({ digits }) => {
    const { learnDigits } = await import('./fine-tune');
    return {
      answer: await learnDigits(there(engine, 'The engine is'), there(run, 'The network is'), digits, () => run),
    };
  },

  keepGhost: async ({ saved }) => {
    const { keep } = await import('./copy-run');
    return { answer: { saved: keep(there(engine, 'The engine is'), there(run, 'The network is'), saved) } };
  },

  imported: ({ networks }) => {
    imported.networks = networks;
    return { answer: {} };
  },

  copyNetwork: async ({ images }) => {
    const { copyNetwork } = await import('./files/copy-network');
    return copyNetwork(there(run, 'The network is'), images);
  },

  dropGhost: () => {
    ghost.drop();
    return { answer: {} };
  },

  clear: () => {
    run?.clear();
    return { answer: {} };
  },

  watch: async ({ watch }) => {
    if (watch.backwards) await prepareBackwards();
    const frame = run?.watch(watch) ?? null;
    return { answer: { frame }, transfer: frame === null ? [] : frameBuffers(frame) };
  },

  kernels: async (ask) => {
    const { kernels } = await import('./insight');
    return { answer: kernels(there(run, 'The network is'), ask) };
  },

  saliency: async (ask) => {
    const { saliency } = await import('./evidence');
    return { answer: await saliency(() => run, ask) };
  },

  occlusion: async (ask) => {
    const { occlusion } = await import('./evidence');
    return { answer: await occlusion(() => run, ask) };
  },

  distributions: async () => {
    const { distributions } = await import('./distributions');
    return { answer: await distributions(() => run) };
  },

  nudge: async ({ size }) => {
    const { nudge } = await import('./evidence');
    return { answer: await nudge(() => run, size) };
  },

  embedding: async (ask) => {
    const { embedding } = await import('./embedding');
    return { answer: await embedding(() => run, ask) };
  },

  drawn: () => {
    run?.drawn();
    return { answer: {} };
  },

  ping: () => ({ answer: {} }),
};

/** Calls of functions that the primary module lacks: they begin once the deferred one is there, so that none fails half-way. */
const needDeferred: ReadonlySet<CallName> = new Set<CallName>([
  ...([
    'restore',
    'replay',
    'fineTune',
    'keepGhost',
    'saliency',
    'occlusion',
    'distributions',
    'embedding',
    'nudge',
    'augmented',
    'kernels',
  ] as const),
]);

async function answer(request: Request): Promise<void> {
  const handler = handlers[request.type] as (ask: Request) => Answered<CallName> | Promise<Answered<CallName>>;
  try {
    if (needDeferred.has(request.type)) await loadDeferred();
    const { answer: body, transfer = [], afterwards } = await handler(request);
    scope.postMessage({ kind: 'reply', id: request.id, ok: true, answer: body } satisfies Reply, transfer);
    afterwards?.();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    scope.postMessage({ kind: 'reply', id: request.id, ok: false, error: text }, []);
  }
}

/** Held for as long as this worker lives: the page waits for it, and so learns at once of a death that reports itself in no other way. */
function holdLock(): void {
  const { locks } = navigator as Partial<Navigator>; // in secure contexts only
  void locks?.request(scope.name, () => {
    send({ type: 'locked' });
    return new Promise(() => undefined);
  });
}

export function listen(): void {
  holdLock();
  scope.onmessage = ({ data: message }: MessageEvent<Message>) => {
    if (message.kind === 'request') void answer(message);
  };
}
