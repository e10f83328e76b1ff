// SPDX-License-Identifier: MIT
// npm run letters: what the best fitting network of the zoo reaches on handwritten letters, in every orientation of the test set.
import { buildPackage } from '../build/stages.mjs';
import { bestFitting, trainOnLetters } from './letter-training.mjs';
import { ensureNodeModules } from '../setup/node-modules.mjs';
import { readOptions, positiveInteger } from '../support/options.mjs';
import { heading, runMain, SetupError, step, success } from '../support/report.mjs';
import { ensureToolchain } from '../setup/toolchain.mjs';

const usage = [
  'npm run letters   trains on the letters in LETTERS_DIR and prints the share of the test letters that are classified correctly',
  '  --seed n     of the initial weights and everything else that is drawn; 1 by default',
  `  --epochs n   passes over the training set; ${bestFitting.epochs} by default`,
].join('\n');

await runMain(async () => {
  const { values } = readOptions(usage, { options: { seed: { type: 'string' }, epochs: { type: 'string' } } });
  const { LETTERS_DIR: folder } = process.env;
  heading('TinyCNN on letters');
  if (!folder) {
    throw new SetupError('LETTERS_DIR is not set.', [
      'Set it to a folder with EMNIST letters, or others of its form: …train-images-idx3-ubyte.gz and so on, labels 1 to 26.',
    ]);
  }
  const options = { seed: positiveInteger(values, 'seed'), epochs: positiveInteger(values, 'epochs') };
  const env = await ensureToolchain({ wasm: true });
  await ensureNodeModules();
  await buildPackage(env);
  const { loadEngine, ...images } = await import('tinycnn');
  const job = step('Training', bestFitting.model);
  const results = trainOnLetters({ engine: await loadEngine(), ...images }, folder, {
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    onEpoch: ({ epoch, epochs, accuracy }) =>
      job.progress(`epoch ${epoch} of ${epochs}, ${(100 * accuracy).toFixed(2)} % while training`, epoch / epochs),
  });
  job.done(bestFitting.model);
  for (const { name, transposed, count, accuracy } of results) {
    success(name, `${(100 * accuracy).toFixed(2)} % of ${count} read${transposed ? ', put upright first' : ''}`);
  }
  return 0;
});
