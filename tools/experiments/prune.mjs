// SPDX-License-Identifier: MIT
// npm run prune: trains TinyCNN on MNIST with its recommended recipe, makes smaller networks of it, trains them on, and prints what each loses.
import { buildPackage } from '../build/stages.mjs';
import { ensureNodeModules } from '../setup/node-modules.mjs';
import { requireMnist } from '../data/mnist.mjs';
import { markdownTable, writeSection } from '../support/markdown.mjs';
import { positiveInteger, readOptions } from '../support/options.mjs';
import { heading, runMain, step, success } from '../support/report.mjs';
import { ensureToolchain } from '../setup/toolchain.mjs';

const usage = `npm run prune   trains TinyCNN and networks that are pruned or round to 8-bit integers, and prints their accuracy on MNIST
  --shapes      instead trains every shape of TinyCNN that has so few multiply-adds as the one with fewer channels, from new weights
  --epochs N    of each training (those of the recipe, 12; with --shapes three times as many)
  --seeds N     seeds 1 to N (3)
  --threads N   of the engine
  --docs        writes the table into docs/quantization.md`;

const config = {
  options: {
    shapes: { type: 'boolean', default: false },
    epochs: { type: 'string' },
    seeds: { type: 'string', default: '3' },
    threads: { type: 'string' },
    docs: { type: 'boolean', default: false },
  },
};

const sparsity = 0.9; // of single weights
const channelSparsity = 0.75; // of multiply-adds

const percent = (share) => `${(100 * share).toFixed(2)} %`;
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const sum = (layers, field) => layers.reduce((total, layer) => total + layer[field], 0);

/** The recommended recipe with its schedule over so many epochs. */
function recipeOf({ bestRecipe }, epochs, stepsPerEpoch) {
  const { batchSize, optimizer, schedule, loss, emaDecay, normalize, augment } = bestRecipe;
  const totalSteps = epochs * stepsPerEpoch;
  return { batchSize, optimizer, schedule: { ...schedule, totalSteps }, loss, emaDecay, normalize, augment };
}

function newSession(engine, data, options) {
  const session = engine.createSession(options);
  for (const split of ['train', 'test']) session.setData(split, data[split]);
  return session;
}

/** Runs `use` on each of the networks of one seed, once it has been trained. */
async function trainAll(engine, data, seed, epochs, use) {
  const entry = engine.zoo.find(({ id }) => id === 'tinycnn');
  const stepsPerEpoch = Math.floor(data.train.labels.length / entry.bestRecipe.batchSize);
  const steps = epochs * stepsPerEpoch;
  const recipe = recipeOf(entry, epochs, stepsPerEpoch);
  const train = async (name, options, before = async (_session) => undefined) => {
    const session = newSession(engine, data, { seed, ...recipe, ...options });
    const progress = step(`seed ${seed}`, name);
    await before(session);
    session.trainSteps(steps);
    progress.done(`${name}: ${percent(session.evaluate('test').accuracy)}`);
    await use(name, session);
    return session;
  };
  const base = await train('as it is', { model: entry.spec });
  const start = { model: entry.spec, parameters: base.parameters({ averaged: true }) };
  const smaller = await base.prune({ type: 'channels', sparsity: channelSparsity });
  const rounding = await base.quantizationAware();
  base.dispose();
  const schedule = { steps: Math.floor((2 * steps) / 3) };
  const followers = [
    ['single weights pruned', start, (session) => session.prune({ type: 'unstructured', sparsity, schedule })],
    ['channels pruned', { model: smaller.spec, parameters: smaller.parameters }],
    ['quantization-aware', { model: rounding.spec, parameters: rounding.parameters }],
  ];
  for (const follower of followers) (await train(...follower)).dispose();
}

/** What is measured of a trained network. */
async function measure(session) {
  const { layers } = await session.pruning();
  const [quantized, onnx] = [await session.quantize(), await session.exportModel({ format: 'onnx' })];
  const measures = {
    float: session.evaluate('test').accuracy,
    int8: quantized.evaluate('test').accuracy,
    weights: sum(layers, 'parameters') - sum(layers, 'zeros'),
    macs: sum(layers, 'macs'),
    onnx: onnx.length,
  };
  quantized.dispose();
  return measures;
}

function rowOf(network, runs) {
  const of = (field) => mean(runs.map((run) => run[field]));
  const count = (field) => Math.round(of(field)).toLocaleString('en');
  return {
    network,
    float32: percent(of('float')),
    int8: percent(of('int8')),
    'lost points in int8': (100 * (of('float') - of('int8'))).toFixed(2),
    'parameters other than 0': count('weights'),
    'multiply-adds other than by 0': count('macs'),
    'bytes in ONNX': count('onnx'),
  };
}

/** The networks, each trained with every seed: [{ network, … }], and what a reader must know of them. */
async function pruneAll(engine, data, { epochs, seeds }) {
  const runs = new Map();
  for (let seed = 1; seed <= seeds; ++seed) {
    await trainAll(engine, data, seed, epochs, async (name, session) => {
      runs.set(name, [...(runs.get(name) ?? []), await measure(session)]);
    });
  }
  return [
    markdownTable([...runs].map(([name, measures]) => rowOf(name, measures))),
    '',
    `Means over seeds 1 to ${seeds} of accuracy on MNIST's test digits after the last epoch. TinyCNN is trained with its recommended recipe for ${epochs} epochs; the other networks`,
    `start from its weights and are trained with the same recipe again. ${percent(sparsity)} of the single weights go by a schedule over two thirds of it, channels until`,
    `${percent(channelSparsity)} of the multiply-adds have gone. In int8 each is calibrated on 200 training images.`,
  ].join('\n');
}

/** Its layers whose channels or units can go, with the field that says how many there are. */
const widthsOf = (spec) =>
  spec.layers
    .filter(({ type }) => type === 'conv2d' || type === 'linear')
    .slice(0, -1) // the classes stay
    .map((layer) => ({ layer, field: layer.type === 'conv2d' ? 'outChannels' : 'outFeatures' }));

function withWidths(spec, widths) {
  const copy = structuredClone(spec);
  widthsOf(copy).forEach(({ layer, field }, i) => (layer[field] = widths[i]));
  return copy;
}

/** Every shape of at most so many multiply-adds, but for those that another one contains: [{ widths, spec, macs }]. */
function shapesWithin(engine, spec, most) {
  const macsOf = (model) => {
    const session = engine.createSession({ model });
    const { macs } = session.summary;
    session.dispose();
    return macs;
  };
  const limits = widthsOf(spec).map(({ layer, field }) => layer[field]);
  const found = [];
  const last = limits.at(-1);
  const visit = (widths) => {
    if (widths.length < limits.length - 1) {
      for (let width = limits[widths.length]; width > 0; --width) visit([...widths, width]);
      return;
    }
    const one = macsOf(withWidths(spec, [...widths, 1]));
    const each = macsOf(withWidths(spec, [...widths, 2])) - one; // of another unit
    const width = Math.min(last, 1 + Math.floor((most - one) / each));
    const shape = [...widths, width];
    const isPart = found.some((other) => other.widths.every((count, i) => count >= shape[i]));
    if (width > 0 && !isPart) {
      found.push({ widths: shape, spec: withWidths(spec, shape), macs: one + (width - 1) * each });
    }
  };
  visit([]);
  return found;
}

/** What TinyCNN's shapes within its multiply-adds without the share that is pruned come to where they are trained for themselves. */
async function trainShapes(engine, data, { epochs, seeds }) {
  const entry = engine.zoo.find(({ id }) => id === 'tinycnn');
  const stepsPerEpoch = Math.floor(data.train.labels.length / entry.bestRecipe.batchSize);
  const recipe = recipeOf(entry, epochs, stepsPerEpoch);
  const rows = [];
  for (const { widths, spec, macs } of shapesWithin(engine, entry.spec, (1 - channelSparsity) * entry.macs)) {
    const accuracies = [];
    for (let seed = 1; seed <= seeds; ++seed) {
      const session = newSession(engine, data, { seed, ...recipe, model: spec });
      const progress = step(`seed ${seed}`, widths.join(', '));
      session.trainSteps(epochs * stepsPerEpoch);
      accuracies.push(session.evaluate('test').accuracy);
      progress.done(`${widths.join(', ')}: ${percent(accuracies.at(-1))}`);
      session.dispose();
    }
    const names = widthsOf(spec).map(({ layer }, i) => [layer.name, String(widths[i])]);
    const [most, middle] = [Math.max(...accuracies), mean(accuracies)];
    rows.push({
      ...Object.fromEntries(names),
      'multiply-adds': macs.toLocaleString('en'),
      mean: percent(middle),
      best: percent(most),
    });
  }
  return [
    markdownTable(rows),
    '',
    `Channels and units of the largest shapes with at most ${percent(1 - channelSparsity)} of TinyCNN's ${entry.macs.toLocaleString('en')} multiply-adds, and their accuracy on MNIST's test digits with seeds 1 to`,
    `${seeds}, from new weights with TinyCNN's recommended recipe over ${epochs} epochs.`,
  ].join('\n');
}

await runMain(async () => {
  const { values } = readOptions(usage, config);
  const [epochs, seeds, threads] = ['epochs', 'seeds', 'threads'].map((name) => positiveInteger(values, name));
  heading('TinyCNN pruned and in 8-bit integers');
  const env = await ensureToolchain({ wasm: true });
  await ensureNodeModules();
  await buildPackage(env);
  const { loadEngine } = await import('tinycnn');
  const engine = await loadEngine({ threads: threads ?? 'auto' });
  const data = await requireMnist(engine);
  const section = values.shapes
    ? await trainShapes(engine, data, { epochs: epochs ?? 36, seeds })
    : await pruneAll(engine, data, { epochs: epochs ?? 12, seeds });
  engine.dispose();
  console.log(`\n${section}\n`);
  if (values.docs) success(await writeSection(values.shapes ? 'prune-shapes' : 'prune', section), 'holds this table');
});
