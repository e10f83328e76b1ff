// SPDX-License-Identifier: MIT
// npm run verify -- LINK: trains in this terminal to the step that a link of the page names, and compares the weights.
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { buildPackage, buildPreset } from './build/stages.mjs';
import { fetchData, findPublished, folderOf } from './data/published-data.mjs';
import { RunScript, replayNatively } from './verify/native-replay.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';
import { positiveInteger, readOptions } from './support/options.mjs';
import { SetupError, failure, heading, note, runMain, step, success } from './support/report.mjs';

const usage = `npm run verify -- LINK [options]   trains to the step of a link that was copied on the page, and compares the weights
  --native      with the native library instead of WebAssembly in Node
  --threads N   default: as many as there are, at most 4; the weights do not depend on it
  It ends with 0 where the weights are the same, bit for bit, and with 1 where they are not.`;

/** The page's own modules, which know what a link means, and the command's way through them. */
async function pageModules() {
  register('../tests/support/typescript-hooks.mjs', import.meta.url);
  const names = ['fnv1a', 'generated', 'published-datasets'].map((name) => `web/src/shared/${name}.ts`);
  const paths = [...names, 'web/src/worker/data/load-generated.ts', 'bindings/cli/link-run.mjs'];
  return Object.assign(
    {},
    ...(await Promise.all(paths.map((path) => import(new URL(`../${path}`, import.meta.url).href)))),
  );
}

/** A data set as the page's loaders hand it over. */
async function loadData(id, engine, { generatedId, loadGenerated, publishedDatasets }) {
  if (id === generatedId) return loadGenerated(engine, null, () => {});
  const set = findPublished(id);
  if (!(await fetchData(set))) throw new SetupError(`${set.title} is not here, and no mirror has answered.`);
  const { classes } = publishedDatasets.find((each) => each.id === id);
  const read = (name) => gunzipSync(readFileSync(join(folderOf(set), `${name}-ubyte.gz`)));
  const part = (name) => {
    const { images, height, width } = engine.readIdxImages(read(`${name}-images-idx3`));
    return { images, height, width, labels: engine.readIdxLabels(read(`${name}-labels-idx1`)).labels };
  };
  return { id, title: set.title, classes, train: part('train'), test: part('t10k') };
}

/** What the command finds wrong with a link is for the person at the keyboard. */
async function inWords(work) {
  try {
    return await work();
  } catch (error) {
    throw error.name === 'UsageError' ? new SetupError(error.message, error.advice) : error;
  }
}

/** To the goal's step; the hash of the weights there, null where it diverged. */
async function trainHere({ session, plan }, { goal }, page, job) {
  const end = await page.retrain(session, goal.step, plan, () => {
    job.progress(`step ${session.step} of ${goal.step}`, session.step / goal.step);
    return true;
  });
  if (end?.divergence) return null;
  return page.hashOfWeights(session.parameters({ averaged: true }).map((tensor) => tensor.data));
}

async function trainNatively({ session, plan, data }, { goal }, page, threads) {
  const script = new RunScript(session.stepsPerEpoch);
  await page.retrain(script, goal.step, plan, () => true);
  return replayNatively({ checkpoint: session.save(), data, script, threads });
}

await runMain(async () => {
  const { values, positionals } = readOptions(usage, {
    allowPositionals: true,
    options: { threads: { type: 'string' }, native: { type: 'boolean', default: false } },
  });
  const [link] = positionals;
  if (positionals.length !== 1) throw new SetupError('Expected one link.', usage.split('\n'));
  const threads = positiveInteger(values, 'threads') ?? 'auto';
  heading('TinyCNN verify');
  await ensureNodeModules();
  const env = await ensureToolchain({ wasm: true, native: values.native });
  await buildPackage(env, { relaxed: false });
  if (values.native) await buildPreset('native-release', env, ['replay_run']);
  const page = await pageModules();
  const wanted = await inWords(() => page.readLink(link));
  const { loadEngine } = await import(new URL('../bindings/dist/index.js', import.meta.url).href);
  const engine = await loadEngine({ threads });
  try {
    const { version } = engine.info;
    if (wanted.goal.version !== null && wanted.goal.version !== version) {
      note('Version', `the link was made by TinyCNN ${wanted.goal.version}, this is ${version}`);
    }
    const dataset = await loadData(wanted.data, engine, page);
    const { model, seed } = wanted.settings;
    const network = await inWords(() => page.networkOf(model, engine.zoo));
    const run = await page.beginLink(engine, wanted, network, dataset);
    const what = `${network.isOwn ? network.entry.title : model} on ${dataset.title}, seed ${seed}, ${values.native ? 'natively' : 'in WebAssembly'}`;
    const job = step('Training', what);
    const found = values.native
      ? await trainNatively(run, wanted, page, engine.info.threads)
      : await trainHere(run, wanted, page, job);
    if (found === null) job.failed('it diverged');
    else job.done(`${what}, to step ${wanted.goal.step}`);
    if (found === wanted.goal.weights) {
      success('Same weights', `${found}, bit for bit`);
      return 0;
    }
    failure('Other weights', `${found ?? 'none'} instead of ${wanted.goal.weights}`);
    return 1;
  } finally {
    engine.dispose();
  }
});
process.exit(); // the page's modules leave a channel open, which would keep Node alive
