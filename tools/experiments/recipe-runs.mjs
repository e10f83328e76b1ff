// SPDX-License-Identifier: MIT
// Runs of the zoo's recipes on MNIST: natively in a process each, or in WebAssembly in this one. Both end with the same bits, so a
// finished run is kept, whichever made it, for as long as its recipe and what the engine makes of its first steps stay the same.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parameterHash } from '../../tests/support/fnv1a.mjs';
import { lastLines, run } from '../support/processes.mjs';

/** Mini-batches after which the weights stand for an engine's arithmetic on a recipe. */
const probeSteps = 3;
/** Test images whose loss does so too. */
const probeImages = 256;
const reports = 50;

/** Published learning rates beside the recipe's own. */
const otherRates = { 'wide-593k': [1] };

const withoutTitle = (recipe) => JSON.stringify({ ...recipe, title: undefined });

/** What is to be trained of a model: its published recipe (at each published rate) and ours, where that is another one. */
export function variantsOf(entry) {
  const variants = [undefined, ...(otherRates[entry.id] ?? [])].map((learningRate) => ({
    kind: 'published',
    recipe: entry.recipe,
    learningRate,
  }));
  if (withoutTitle(entry.recipe) !== withoutTitle(entry.bestRecipe)) {
    variants.push({ kind: 'best', recipe: entry.bestRecipe, learningRate: undefined });
  }
  return variants;
}

/** The optimizer's rate in a variant. */
export const rateOf = ({ recipe, learningRate }) => learningRate ?? recipe.optimizer.learningRate;

/** MNIST's four files, decompressed into `folder` for the native program. */
export function unpackMnist(from, folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1']) {
    const target = join(folder, `${name}-ubyte`);
    if (existsSync(target)) continue;
    writeFileSync(`${target}.partial`, gunzipSync(readFileSync(join(from, `${name}-ubyte.gz`))));
    renameSync(`${target}.partial`, target);
  }
  return folder;
}

/** Reads what tests/support/train_recipe.cpp says, line by line, into `result`. */
export function readLine(result, line, onProgress) {
  const [word, ...rest] = line.split('\t');
  if (word === 'step') onProgress({ step: Number(rest[0]), last: Number(rest[1]), accuracies: result.accuracies });
  if (word === 'epoch') result.accuracies.push(Number(rest[2]));
  if (word === 'diverged') result.divergence = { step: Number(rest[0]), cause: rest[1], cure: rest[2] };
  if (word === 'end')
    [result.weights, result.probe] = [rest[0], { lossSum: Number(rest[1]), correct: Number(rest[2]) }];
}

/** Trains in processes of their own; `program` is train_recipe, `folder` holds MNIST decompressed. */
export function nativeTrainer({ program, folder, threads = 1 }) {
  const train = async ({ id, kind, learningRate, seed, unit = 'epochs', count }, onProgress = () => {}) => {
    const rate = learningRate === undefined ? [] : [learningRate];
    const result = { accuracies: [] };
    const child = await run(program, [folder, id, kind, seed, threads, unit, count, ...rate].map(String), {
      onLine: (line) => readLine(result, line, onProgress),
    });
    if (child.code !== 0) throw new Error(lastLines(child.output).join('\n'));
    return { ...result, seconds: child.milliseconds / 1000 };
  };
  return { build: 'native', threads, train };
}

function readSplit(engine, folder, name) {
  const read = (kind) => readFileSync(join(folder, `${name}-${kind}-ubyte`));
  return { ...engine.readIdxImages(read('images-idx3')), ...engine.readIdxLabels(read('labels-idx1')) };
}

/** Trains in this process with the package's engine, one run at a time. */
export function wasmTrainer({ engine, folder }) {
  const data = { train: readSplit(engine, folder, 'train'), test: readSplit(engine, folder, 't10k') };
  const train = async ({ id, recipe, learningRate, seed, unit = 'epochs', count }, onProgress = () => {}) => {
    const optimizer = { ...recipe.optimizer, ...(learningRate === undefined ? {} : { learningRate }) };
    const start = performance.now();
    const session = engine.createSession({ ...recipe, model: id, seed, optimizer });
    try {
      session.setData('train', data.train);
      session.setData('test', data.test);
      const result = { accuracies: [] };
      const last = count * (unit === 'epochs' ? session.stepsPerEpoch : 1);
      while (session.step < last && !result.divergence) {
        trainEpoch(session, last, result, onProgress);
        if (unit === 'epochs' && !result.divergence) result.accuracies.push(session.evaluate('test').accuracy);
      }
      const { lossSum, correct } = session.evaluateRange('test', 0, probeImages);
      const seconds = (performance.now() - start) / 1000;
      return { ...result, weights: parameterHash(session), probe: { lossSum, correct }, seconds };
    } finally {
      session.dispose();
    }
  };
  return { build: 'WebAssembly', threads: engine.info.threads, train };
}

/** To the next end of an epoch, or to `last`, or to a divergence. */
function trainEpoch(session, last, result, onProgress) {
  const epoch = session.stepsPerEpoch;
  const end = Math.min(last, (Math.floor(session.step / epoch) + 1) * epoch);
  const most = Math.max(Math.floor(epoch / reports), 1);
  while (session.step < end && !result.divergence) {
    const { divergence } = session.trainSteps(Math.min(most, end - session.step));
    if (divergence) result.divergence = { step: divergence.step, cause: divergence.cause, cure: divergence.cure };
    onProgress({ step: session.step, last, accuracies: result.accuracies });
  }
}

/** Runs that were finished, in files of `folder`. */
export class KeptRuns {
  #keys = new Map();

  constructor(folder, trainer) {
    this.folder = folder;
    this.trainer = trainer;
  }

  #path({ id, kind, learningRate, seed, count }) {
    const rate = learningRate === undefined ? '' : `-rate-${learningRate}`;
    return join(this.folder, `${id}-${kind}${rate}-${count}-epochs-seed-${seed}.json`);
  }

  /** Changes with the recipe, the spec and the engine's arithmetic; asks the trainer once for each variant. */
  async #keyOf({ id, kind, spec, recipe, learningRate }) {
    const name = [id, kind, learningRate].join();
    if (!this.#keys.has(name)) {
      const task = { id, kind, recipe, learningRate, seed: 1, unit: 'steps', count: probeSteps };
      const { weights, probe } = await this.trainer.train(task);
      const stands = JSON.stringify([spec, withoutTitle(recipe), learningRate, weights, probe]);
      this.#keys.set(name, createHash('sha256').update(stands).digest('hex').slice(0, 16));
    }
    return this.#keys.get(name);
  }

  /** The run of a task, if it was finished and nothing has changed since. */
  async find(task) {
    const path = this.#path(task);
    if (!existsSync(path)) return null;
    const kept = JSON.parse(readFileSync(path, 'utf8'));
    return kept.key === (await this.#keyOf(task)) ? kept : null;
  }

  /** Trains a task and keeps the run. */
  async train(task, onProgress) {
    const key = await this.#keyOf(task);
    const result = await this.trainer.train(task, onProgress);
    const { build, threads } = this.trainer;
    const kept = { key, model: task.id, seed: task.seed, build, threads, ...result };
    mkdirSync(this.folder, { recursive: true });
    const path = this.#path(task);
    writeFileSync(`${path}.partial`, JSON.stringify(kept, null, 2));
    renameSync(`${path}.partial`, path);
    return kept;
  }
}
