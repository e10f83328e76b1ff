// SPDX-License-Identifier: MIT
// npm run reproduce [-- id …]: trains the zoo's models on MNIST with their recipes, published and ours, and prints what they reach.
import { buildPackage, buildPreset } from '../build/stages.mjs';
import { ensureNodeModules } from '../setup/node-modules.mjs';
import { markdownTable, sectionFiles, textBetweenMarks, writeSection } from '../support/markdown.mjs';
import { provideMnist } from '../data/mnist.mjs';
import { inRoot } from '../support/paths.mjs';
import { readOptions, positiveInteger } from '../support/options.mjs';
import { failure, heading, note, runMain, SetupError, step, success } from '../support/report.mjs';
import { tableSeeds } from './accuracies.mjs';
import { earlier, notes, reached, rowOf } from './reproduction.mjs';
import { recordNotes, recordRow, records } from './records.mjs';
import { KeptRuns, nativeTrainer, rateOf, unpackMnist, variantsOf, wasmTrainer } from './recipe-runs.mjs';
import { ensureToolchain } from '../setup/toolchain.mjs';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

const usage = `npm run reproduce [-- id …]   trains the zoo's models on MNIST with their recipes and prints what they reach
  --native          with the native program, one run on each core, instead of in WebAssembly; the same bits
  --recipe WHICH    published or best alone
  --seeds N         seeds 1 to N (10)
  --records         networks with few parameters; --docs writes that table
  --epochs N        stops every run early, for a trial
  --threads N       threads of a run
  --jobs N          native runs at a time
  --fresh           trains everything again; otherwise stored runs are taken from build/reproduce
  --docs            writes the table of all models into docs/zoo.md; rows of models without stored runs stay as they stand there
  --check           trains an epoch natively and in WebAssembly, and compares the weights
  --steps N         fewer mini-batches for --check`;

const config = {
  allowPositionals: true,
  options: {
    native: { type: 'boolean', default: false },
    recipe: { type: 'string' },
    seeds: { type: 'string' },
    records: { type: 'boolean', default: false },
    epochs: { type: 'string' },
    threads: { type: 'string' },
    jobs: { type: 'string' },
    fresh: { type: 'boolean', default: false },
    docs: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    steps: { type: 'string' },
  },
};

let values = {};
let positionals = [];
let seeds = 0;

function readCommandLine() {
  ({ values, positionals } = readOptions(usage, config));
  for (const name of ['seeds', 'epochs', 'threads', 'jobs', 'steps']) values[name] = positiveInteger(values, name);
  seeds = values.seeds ?? tableSeeds;
  if (![undefined, 'published', 'best'].includes(values.recipe)) {
    throw new SetupError(`--recipe: expected published or best, got '${values.recipe}'.`);
  }
}

/** Builds what is asked for; resolves with { engine, folder, native, wasm }, the latter two trainers where they are needed. */
async function prepare() {
  const native = values.native || values.check;
  const env = await ensureToolchain({ wasm: true, native });
  await ensureNodeModules();
  await buildPackage(env);
  if (native) await buildPreset('native-release', env, ['train_recipe']);
  const mnist = await provideMnist();
  if (!mnist) throw new SetupError('MNIST is not available.', 'Set MNIST_DIR to a folder with its four .gz files.');
  const folder = unpackMnist(mnist, inRoot('build', 'reproduce', 'mnist'));
  const { loadEngine } = await import('tinycnn');
  const { threads } = values;
  const engine = await loadEngine({ threads: threads ?? 'auto' });
  const program = inRoot('build', 'native-release', 'tests', 'train_recipe');
  return {
    engine,
    native: native && nativeTrainer({ program, folder, threads: threads ?? 1 }),
    wasm: (!values.native || values.check) && wasmTrainer({ engine, folder }),
  };
}

function chosenOf(zoo) {
  const unknown = positionals.find((id) => !zoo.some((entry) => entry.id === id));
  if (unknown) {
    throw new SetupError(`There is no model '${unknown}'.`, `Known: ${zoo.map((entry) => entry.id).join(', ')}.`);
  }
  return zoo.filter((entry) => positionals.length === 0 || positionals.includes(entry.id));
}

const isAsked = ({ kind }) => values.recipe === undefined || values.recipe === kind;

const tasksOf = (entry, variant) =>
  Array.from({ length: seeds }, (_, i) => ({
    ...{ ...variant, id: entry.id, spec: entry.spec, seed: i + 1 },
    count: values.epochs ?? variant.recipe.epochs,
  }));

const nameOf = ({ id, kind, learningRate, seed }) =>
  [id, kind, ...(learningRate === undefined ? [] : [`rate ${learningRate}`]), `seed ${seed}`].join(' ');

const sayer =
  ({ say }, start) =>
  ({ step: done, last, accuracies }) => {
    const left = ((performance.now() - start) / done) * (last - done);
    const soFar = accuracies.length > 0 ? `, ${(100 * accuracies.at(-1)).toFixed(2)} % so far` : '';
    say(`step ${done} of ${last}, ${Math.ceil(left / 60_000)} min left${soFar}`);
  };

/** Trains one task, unless its run is stored. */
async function carryOut(task, keptRuns) {
  const before = values.fresh ? null : await keptRuns.find(task);
  const words = (run) => reached([run], 1);
  if (before) {
    note(nameOf(task), `${words(before)}  (stored)`);
    return false;
  }
  const progress = step(nameOf(task), task.recipe.title);
  const run = await keptRuns.train(task, sayer(progress, performance.now()));
  progress.done(words(run));
  if (run.divergence) note('', `${run.divergence.cause} ${run.divergence.cure}`);
  return true;
}

/** Carries out all tasks, `jobs` at a time; resolves with how many were trained. */
async function carryOutAll(tasks, keptRuns, jobs) {
  const waiting = [...tasks];
  let trained = 0;
  const worker = async () => {
    for (let task = waiting.shift(); task; task = waiting.shift()) {
      if (await carryOut(task, keptRuns)) ++trained;
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return trained;
}

/** { entry, results } of every model of which there are runs, or that was asked for; with --docs also of the others, with the row and the words
 * that stand there. */
async function collect(zoo, chosen, keptRuns) {
  const section = values.docs
    ? textBetweenMarks(readFileSync(inRoot(sectionFiles.reproduce), 'utf8'), 'reproduce')
    : '';
  const rows = [];
  for (const entry of zoo) {
    const results = [];
    for (const variant of variantsOf(entry)) {
      const runs = [];
      for (const task of tasksOf(entry, variant)) runs.push(await keptRuns.find(task));
      results.push({ variant, runs: runs.filter((run) => run !== null) });
    }
    const isKnown = chosen.includes(entry) || results.some(({ runs }) => runs.length > 0);
    const before = isKnown || !values.docs ? null : earlier(section, entry.id);
    if (isKnown || values.docs) rows.push({ entry, results, row: before?.row, words: before?.words });
  }
  return rows;
}

/** Runs that are missing stay visible: their cells say "not run", or of how many seeds they are. */
async function intoDocs(name, section) {
  if (values.epochs !== undefined) {
    throw new SetupError('docs/zoo.md was left as it was: its table needs runs to their last epoch.', []);
  }
  const file = await writeSection(name, section);
  success(file, 'holds this table');
}

const keptRunsOf = ({ native, wasm }) => new KeptRuns(inRoot('build', 'reproduce'), values.native ? native : wasm);
const jobsAtATime = () => (values.native ? (values.jobs ?? availableParallelism()) : 1);
const machine = cpus()[0].model.trim();

/** Trains the records' networks with our recipe, and prints what they reach. */
async function reproduceRecords(prepared) {
  const chosen = chosenOf(prepared.engine.zoo);
  const keptRuns = keptRunsOf(prepared);
  const wanted = records.flatMap((record) => {
    const entry = chosen.find(({ id }) => id === record.id);
    return entry === undefined ? [] : [{ record, entry, tasks: tasksOf(entry, variantsOf(entry).at(-1)) }];
  });
  if (wanted.length === 0) throw new SetupError('None of these models is a record.', []);
  const trained = await carryOutAll(
    wanted.flatMap(({ tasks }) => tasks),
    keptRuns,
    jobsAtATime(),
  );
  const rows = [];
  for (const { record, entry, tasks } of wanted) {
    const runs = [];
    for (const task of tasks) runs.push(await keptRuns.find(task));
    rows.push({ record, entry, runs });
  }
  const table = markdownTable(rows.map(({ record, entry, runs }) => recordRow(record, entry, runs, seeds)));
  const section = `${table}\n\n${recordNotes(rows, { seeds, machine, trained })}`;
  console.log(`\n${section}\n`);
  if (!values.docs) return;
  if (wanted.length < records.length)
    throw new SetupError('docs/zoo.md was left as it was: some records are missing.', []);
  await intoDocs('records', section);
}

async function reproduce({ engine, native, wasm }) {
  const chosen = chosenOf(engine.zoo);
  const keptRuns = keptRunsOf({ native, wasm });
  const jobs = jobsAtATime();
  const tasks = chosen.flatMap((entry) =>
    variantsOf(entry)
      .filter(isAsked)
      .flatMap((variant) => tasksOf(entry, variant)),
  );
  const trained = await carryOutAll(tasks, keptRuns, jobs);
  const rows = await collect(engine.zoo, chosen, keptRuns);
  const runCount = rows.flatMap(({ results }) => results.flatMap(({ runs }) => runs)).length;
  const section = [
    markdownTable(rows.map(({ entry, results, row }) => row ?? rowOf(entry, results, seeds))),
    '',
    notes(rows, { seeds, machine, runCount, keptCount: runCount - trained }),
  ].join('\n');
  console.log(`\n${section}\n`);
  if (values.docs) await intoDocs('reproduce', section);
}

/** The same training both ways; resolves with how many differ. */
async function check({ engine, native, wasm }) {
  let different = 0;
  for (const entry of chosenOf(engine.zoo)) {
    for (const variant of variantsOf(entry).filter(isAsked)) {
      const name = `${entry.id} ${variant.kind}`;
      const progress = step(name, `rate ${rateOf(variant)}`);
      const length = values.steps === undefined ? { unit: 'epochs', count: 1 } : { unit: 'steps', count: values.steps };
      const task = { ...variant, id: entry.id, seed: 1, ...length };
      const runs = [];
      for (const trainer of [native, wasm]) runs.push(await trainer.train(task, sayer(progress, performance.now())));
      const [a, b] = runs.map((run) => JSON.stringify({ ...run, seconds: undefined }));
      if (a === b) {
        progress.done(`weights ${runs[0].weights} both ways`);
      } else {
        progress.failed(`natively ${a}, in WebAssembly ${b}`);
        ++different;
      }
    }
  }
  if (different > 0) failure('check', `${different} differ`);
  return different;
}

await runMain(async () => {
  readCommandLine();
  heading('TinyCNN reproduction');
  const prepared = await prepare();
  const work = values.check ? check : values.records ? reproduceRecords : reproduce;
  const different = await work(prepared);
  process.exit(different ? 1 : 0); // the engine's threads would keep Node alive
});
