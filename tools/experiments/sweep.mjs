// SPDX-License-Identifier: MIT
// npm run sweep: `tinycnn sweep` on MNIST from this checkout. With --docs what it found goes into docs/sweep.md.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { buildPackage } from '../build/stages.mjs';
import { ensureNodeModules } from '../setup/node-modules.mjs';
import { provideMnist } from '../data/mnist.mjs';
import { inRoot } from '../support/paths.mjs';
import { readOptions } from '../support/options.mjs';
import { heading, runMain, SetupError } from '../support/report.mjs';
import { runScript } from '../support/scripts.mjs';
import { ensureToolchain } from '../setup/toolchain.mjs';
import { placeInDocs, writeDocs } from './sweep-docs.mjs';

const usage = `npm run sweep -- SWEEP [options]   trains the networks of a sweep on MNIST and prints the best, as tinycnn sweep does
  SWEEP           a .json file as docs/sweep.md describes it, or a preset
  --out FILE      where results go (build/sweeps/<name>.jsonl)
  --engines N     networks that are trained at a time (one on each core)
  --shard I/N     only every Nth trial, from the Ith on
  --merge FILE    adds the results of this file; several times for several files
  --heat-map FILE writes the score over the first two settings as an SVG picture
  --top N         how many of the best are printed (10)
  --dry-run       trains nothing: prints what was found so far
  --docs          writes table and heat map into docs/sweep.md`;

/** Of tinycnn sweep, which gets them as they are. */
const passedOn = {
  out: { type: 'string' },
  engines: { type: 'string' },
  shard: { type: 'string' },
  merge: { type: 'string', multiple: true },
  'heat-map': { type: 'string' },
  top: { type: 'string' },
  'dry-run': { type: 'boolean' },
};

await runMain(async () => {
  const args = process.argv.slice(2);
  const { values, positionals } = readOptions(usage, {
    allowPositionals: true,
    options: { ...passedOn, docs: { type: 'boolean' } },
  });
  const [name] = positionals;
  if (name === undefined) throw new SetupError('Which sweep?', usage.split('\n'));
  const command = inRoot('bindings', 'dist', 'cli', 'tinycnn.js');
  heading('TinyCNN sweep');
  const env = await ensureToolchain({ wasm: true });
  await ensureNodeModules();
  await buildPackage(env);
  const folder = await provideMnist();
  if (!folder) throw new SetupError('MNIST is not available.', 'Set MNIST_DIR to a folder with its four .gz files.');
  const { presets, readResults, SweepProgress } = await import('tinycnn/sweep');
  const sweep =
    presets.find((each) => each.name === name) ??
    (existsSync(name) ? JSON.parse(readFileSync(name, 'utf8')) : { name });
  const part = values.shard === undefined ? '' : `-${String(values.shard).replace('/', '-of-')}`;
  const out = String(values.out ?? inRoot('build', 'sweeps', `${sweep.name}${part}.jsonl`));
  if (values.docs) placeInDocs(sweep);
  mkdirSync(dirname(out), { recursive: true });
  const isWhole = !existsSync(out);
  const begun = performance.now();
  const own = values.out === undefined ? ['--out', out] : [];
  const code = await runScript(
    command,
    ['sweep', ...args.filter((arg) => arg !== '--docs'), '--data', 'mnist', ...own],
    {
      ...env,
      MNIST_DIR: folder,
    },
  );
  if (code !== 0 || !values.docs) return code;
  const progress = new SweepProgress(sweep);
  for (const result of readResults(progress.sweep, readFileSync(out, 'utf8'))) progress.add(result);
  await writeDocs(progress, isWhole ? performance.now() - begun : null);
  return 0;
});
