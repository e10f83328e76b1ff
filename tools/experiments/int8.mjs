// SPDX-License-Identifier: MIT
// npm run int8: trains the zoo's networks on MNIST with their recommended recipes, shortened, and prints what they lose in 8-bit integers.
import { buildPackage } from '../build/stages.mjs';
import { ensureNodeModules } from '../setup/node-modules.mjs';
import { requireMnist } from '../data/mnist.mjs';
import { markdownTable, writeSection } from '../support/markdown.mjs';
import { positiveInteger, readOptions } from '../support/options.mjs';
import { heading, runMain, step, success } from '../support/report.mjs';
import { ensureToolchain } from '../setup/toolchain.mjs';

const usage = `npm run int8 [-- id …]   trains the zoo's networks and prints their accuracy on MNIST in float32 and in 8-bit integers
  --epochs N    passes over the training set (2); a network with more than 20 million multiply-adds gets 300 mini-batches and 1,000 digits
  --threads N   of the engine
  --docs        writes the table into docs/quantization.md`;

const config = {
  allowPositionals: true,
  options: {
    epochs: { type: 'string', default: '2' },
    threads: { type: 'string' },
    docs: { type: 'boolean', default: false },
  },
};

const large = 2e7; // multiply-adds
const stepsOfLarge = 300;
const digitsOfLarge = 1000;

/** The recommended recipe, with its schedule in so many steps; without augmentation, which needs more of them. */
function optionsFor({ bestRecipe }, steps) {
  const { batchSize, optimizer, schedule, loss, emaDecay, normalize } = bestRecipe;
  const shortened = schedule?.totalSteps ? { ...schedule, totalSteps: steps } : schedule;
  return { batchSize, optimizer, schedule: shortened, loss, emaDecay, normalize };
}

const firstOf = ({ images, labels, ...rest }, count) => ({
  ...{ ...rest, count, images: images.subarray(0, count * 784), labels: labels.subarray(0, count) },
});

const percent = (share) => `${(100 * share).toFixed(2)} %`;

async function rowOf(engine, entry, data, epochs) {
  const isLarge = entry.macs > large;
  const stepsPerEpoch = Math.floor(data.train.labels.length / entry.bestRecipe.batchSize);
  const steps = isLarge ? stepsOfLarge : epochs * stepsPerEpoch;
  const session = engine.createSession({ model: entry.spec, seed: 1, ...optionsFor(entry, steps) });
  const digits = isLarge ? digitsOfLarge : data.test.labels.length;
  session.setData('train', data.train);
  session.setData('test', firstOf(data.test, digits));
  const progress = step(entry.id, `${steps} steps`);
  session.trainSteps(steps);
  const quantized = await session.quantize();
  const [float, int8] = [session.evaluate('test'), quantized.evaluate('test')];
  const loss = 100 * (float.accuracy - int8.accuracy);
  const row = {
    network: entry.id,
    float32: percent(float.accuracy),
    int8: percent(int8.accuracy),
    'lost points': loss.toFixed(2),
    'bytes in float32': (4 * entry.parameters).toLocaleString('en'),
    'in int8': quantized.bytes.toLocaleString('en'),
    'test digits': digits.toLocaleString('en'),
    'mini-batches': steps.toLocaleString('en'),
  };
  session.dispose();
  progress.done(`${row.float32} in float32, ${row.int8} in int8`);
  return row;
}

await runMain(async () => {
  const { values, positionals } = readOptions(usage, config);
  const [epochs, threads] = ['epochs', 'threads'].map((name) => positiveInteger(values, name));
  heading('TinyCNN in 8-bit integers');
  const env = await ensureToolchain({ wasm: true });
  await ensureNodeModules();
  await buildPackage(env);
  const { loadEngine } = await import('tinycnn');
  const engine = await loadEngine({ threads: threads ?? 'auto' });
  const data = await requireMnist(engine);
  const rows = [];
  for (const entry of engine.zoo) {
    if (positionals.length > 0 && !positionals.includes(entry.id)) continue;
    rows.push(await rowOf(engine, entry, data, epochs));
  }
  engine.dispose();
  const section = [
    markdownTable(rows),
    '',
    "Accuracy on MNIST's test digits after training with seed 1 and the recommended recipe in fewer steps, without augmentation, and calibration",
    'on 200 training images. Nothing is trained after quantization.',
  ].join('\n');
  console.log(`\n${section}\n`);
  if (values.docs) success(await writeSection('int8', section), 'holds this table');
});
