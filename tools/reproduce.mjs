// SPDX-License-Identifier: MIT
// npm run reproduce [-- id …] [--seeds n] [--best] [--threads n] [--epochs n]: trains the zoo's models on MNIST with their recipes and
// prints the table of the README: what was published, what is reached here (mean and spread over seeds 1, 2, … as they come).
import { buildPackage, buildPreset, kWasmPresets } from './lib/build.mjs';
import { ensureNodeModules } from './lib/node-modules.mjs';
import { provideMnist } from './lib/mnist.mjs';
import { heading, note, runMain, SetupError, step } from './lib/report.mjs';
import { markdownTable, spread } from './lib/reproduction.mjs';
import { ensureToolchain } from './lib/toolchain.mjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '3' },
    threads: { type: 'string', default: 'auto' },
    epochs: { type: 'string' },
    best: { type: 'boolean', default: false },
  },
});

function readSplit(engine, folder, name) {
  const read = (kind) => gunzipSync(readFileSync(join(folder, `${name}-${kind}-ubyte.gz`)));
  return { ...engine.readIdxImages(read('images-idx3')), ...engine.readIdxLabels(read('labels-idx1')) };
}

/** Trains one model from one seed; resolves with the test accuracy after each epoch, or how it diverged. */
function train(engine, data, entry, recipe, seed, say) {
  const { batchSize, optimizer, schedule, loss, emaDecay, normalize, augment } = recipe;
  const session = engine.createSession({
    model: entry.id,
    seed,
    batchSize,
    optimizer,
    schedule,
    loss,
    emaDecay,
    normalize,
    augment,
  });
  try {
    session.setData('train', data.train);
    session.setData('test', data.test);
    const accuracies = [];
    let divergence;
    const start = performance.now();
    session.fit({
      epochs: Number(values.epochs ?? recipe.epochs),
      onEpoch: (epoch) => {
        divergence = epoch.divergence;
        if (!divergence) accuracies.push(epoch.test.accuracy);
        say(
          `seed ${seed}, epoch ${accuracies.length} of ${recipe.epochs}: ${(100 * epoch.test.accuracy).toFixed(2)} %`,
        );
      },
    });
    return { accuracies, divergence, seconds: (performance.now() - start) / 1000 };
  } finally {
    session.dispose();
  }
}

function reproduce(engine, data, entry) {
  const recipe = values.best ? entry.bestRecipe : entry.recipe;
  const progress = step(entry.id, recipe.title);
  const runs = [];
  for (let seed = 1; seed <= Number(values.seeds); ++seed) {
    runs.push(train(engine, data, entry, recipe, seed, progress.say));
  }
  const diverged = runs.find((run) => run.divergence);
  const reached = diverged
    ? `diverges at step ${diverged.divergence.step}`
    : spread(runs.map((run) => run.accuracies.at(-1)));
  progress.done(reached);
  if (diverged) note('', `${diverged.divergence.cause} ${diverged.divergence.cure}`);
  const seconds = runs.reduce((sum, run) => sum + run.seconds, 0) / runs.length;
  return {
    model: entry.id,
    parameters: entry.parameters.toLocaleString('en'),
    recipe: recipe.title,
    epochs: String(values.epochs ?? recipe.epochs),
    published: entry.published,
    'reached (seeds)': `${reached} (${runs.length})`,
    'time a run': `${seconds.toFixed(0)} s`,
  };
}

await runMain(async () => {
  heading('TinyCNN reproduction');
  const env = await ensureToolchain({ wasm: true });
  await ensureNodeModules();
  for (const preset of kWasmPresets) await buildPreset(preset, env, ['tinycnn_wasm']);
  await buildPackage(env);
  const { loadEngine } = await import('tinycnn');
  const engine = await loadEngine({ threads: values.threads === 'auto' ? 'auto' : Number(values.threads) });
  const folder = await provideMnist();
  if (!folder) throw new SetupError('MNIST is not to be had.', 'Set MNIST_DIR to a folder with its four .gz files.');
  const data = { train: readSplit(engine, folder, 'train'), test: readSplit(engine, folder, 't10k') };
  const unknown = positionals.find((id) => !engine.zoo.some((entry) => entry.id === id));
  if (unknown) {
    throw new SetupError(
      `There is no model '${unknown}'.`,
      `Known: ${engine.zoo.map((entry) => entry.id).join(', ')}.`,
    );
  }
  const chosen = engine.zoo.filter((entry) => positionals.length === 0 || positionals.includes(entry.id));
  const rows = chosen.map((entry) => reproduce(engine, data, entry));
  console.log(`\n${markdownTable(rows)}`);
  process.exit(0); // the engine's threads would keep Node alive
});
