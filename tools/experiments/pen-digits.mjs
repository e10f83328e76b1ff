// SPDX-License-Identifier: MIT
// npm run pen-digits: how a TinyCNN trained with its recommended recipe reads the pen digits of people whom it has not seen, stroke by
// stroke through the package, or on the page: by digit, by writer, and the confusion table. They are measured with, never trained on.
import { buildPackage } from '../build/stages.mjs';
import { ensureNodeModules } from '../setup/node-modules.mjs';
import { requireMnist } from '../data/mnist.mjs';
import { digitsOf, recommendedShare, penDigitReport, readPenDigits, sampleOf } from './pen-digit-data.mjs';
import { markdownTable, writeSection } from '../support/markdown.mjs';
import { positiveInteger, readOptions } from '../support/options.mjs';
import { heading, note, runMain, SetupError, step } from '../support/report.mjs';
import { ensureToolchain } from '../setup/toolchain.mjs';

const generatedSet = 60_000;

/** Chosen on 10,000 of MNIST's training images, held out, and writers 1 to 10. The page can be set so, too. */
const muonRecipe = {
  epochs: 30,
  batchSize: 64,
  optimizer: { type: 'muon', learningRate: 0.015 },
  schedule: { type: 'oneCycle' },
};

const usage = [
  'npm run pen-digits   trains TinyCNN and prints how it reads the pen digits in PEN_DIGITS_DIR',
  '  --page          the page trains itself, in headless Chromium, and the digits are drawn on its canvas',
  '  --sample n      so many digits over all writers are drawn on the page; 1,000 by default',
  '  --docs          all four (on MNIST, by Muon, on synthetic digits alone, on the page), into docs/handwriting.md',
  '  --muon          trains by Muon with one cycle over 30 epochs instead of by the recommended recipe',
  '  --development   measures with writers 1 to 10, by whom may be chosen, instead of with all others',
  '  --generated     trains on generated digits alone, without MNIST',
  '  --share s       of generated digits among MNIST’s, 0 to 1; the recipe’s by default',
  '  --seed n        of the initial weights and everything else that is drawn; 1 by default',
  '  --epochs n      passes over the training set; the recipe’s by default',
  '  --threads n     of the engine; as many as there are cores, up to four, by default',
].join('\n');

/** The page trains by its own recipe, and the document's table is of settled ones and of writers 11 to 30. */
const contradictory = {
  docs: ['development', 'muon', 'generated', 'page', 'share', 'epochs'],
  page: ['muon', 'generated', 'share', 'epochs'],
  generated: ['share'],
};

const config = {
  options: {
    page: { type: 'boolean', default: false },
    docs: { type: 'boolean', default: false },
    muon: { type: 'boolean', default: false },
    development: { type: 'boolean', default: false },
    sample: { type: 'string', default: '1000' },
    generated: { type: 'boolean', default: false },
    share: { type: 'string' },
    seed: { type: 'string', default: '1' },
    epochs: { type: 'string' },
    threads: { type: 'string' },
  },
};

/** @type {Record<string, any>} */
let values = {};

function readCommandLine() {
  ({ values } = readOptions(usage, config));
  for (const name of ['sample', 'seed', 'epochs', 'threads']) values[name] = positiveInteger(values, name);
  for (const [one, others] of Object.entries(contradictory)) {
    const other = others.find((name) => values[one] && values[name]);
    if (other !== undefined) throw new SetupError(`--${one} and --${other} do not go together.`, []);
  }
  if (values.share === undefined) return;
  const share = Number(values.share);
  if (!(share >= 0 && share <= 1)) {
    throw new SetupError(`--share: expected a number from 0 to 1, got '${values.share}'.`);
  }
  values.share = share;
}

const percent = (share) => `${(100 * share).toFixed(2)} %`;
const secondsSince = (start) => (performance.now() - start) / 1000;

function generatedData(engine, seed) {
  const start = performance.now();
  const digits = engine.generateDigits({ seed, count: generatedSet });
  const seconds = secondsSince(start);
  note(
    'Generator',
    `${generatedSet.toLocaleString('en')} digits in ${seconds.toFixed(2)} s, ${((1e6 * seconds) / generatedSet).toFixed(1)} µs each`,
  );
  return digits;
}

/** The recommended recipe or Muon's, its schedule stretched to as many epochs as are wanted; or of generated digits alone. */
function recipeFor(entry, { generated: alone, muon }, images) {
  const { augment, ...recipe } = { ...entry.bestRecipe, ...(muon ? muonRecipe : {}) };
  const epochs = values.epochs ?? recipe.epochs;
  const generated = alone ? 1 : (values.share ?? (augment?.generated || recommendedShare));
  const totalSteps = Math.ceil(images / recipe.batchSize) * epochs;
  return { ...recipe, epochs, schedule: { ...recipe.schedule, totalSteps }, augment: { ...augment, generated } };
}

function train(engine, data, recipe, { seed, generated }) {
  const { batchSize, optimizer, schedule, loss, emaDecay, normalize, augment } = recipe;
  const options = { model: 'tinycnn', seed, batchSize, optimizer, schedule, loss, emaDecay, normalize, augment };
  const session = engine.createSession(options);
  session.setData('train', data.train);
  session.setData('test', data.test);
  const what = generated ? 'generated digits' : `MNIST, ${percent(augment.generated)} generated digits`;
  const progress = step('Training', `${recipe.epochs} epochs on ${what}`);
  const start = performance.now();
  for (let epoch = 1; epoch <= recipe.epochs; ++epoch) {
    const { accuracy } = session.trainSteps(session.stepsPerEpoch);
    progress.say(`epoch ${epoch} of ${recipe.epochs}: ${percent(accuracy)} of the training images`);
  }
  const seconds = secondsSince(start);
  const { accuracy } = session.evaluate('test');
  progress.done(`${percent(accuracy)} of MNIST's test set, after ${seconds.toFixed(0)} s of training`);
  return { session, accuracy };
}

function read(engine, session, digits) {
  return digits.map(({ label, writer, strokes }) => {
    const probabilities = session.predict(engine.renderStrokes(strokes).pixels);
    return { label, writer, read: probabilities.indexOf(Math.max(...probabilities)) };
  });
}

/** The page as it is built, with MNIST in its data folder, trained with its default recipe and drawn on. */
async function measurePage(digits) {
  await ensureToolchain({ wasm: true, browser: true });
  await ensureNodeModules();
  const { measureOnPage } = await import('./pen-digits-page.mjs');
  const progress = step('Page', 'training with its default recipe in Chromium');
  let mnist = '';
  const answers = await measureOnPage(sampleOf(digits, values.sample), {
    trained: ({ seconds, accuracy }) => {
      mnist = accuracy;
      progress.say(`${accuracy} of MNIST's test set after ${seconds.toFixed(0)} s of training`);
    },
    said: (all) => all.length % 100 === 0 && progress.say(`${all.length} digits drawn`),
  });
  progress.done(`${answers.length} digits drawn stroke by stroke`);
  return { name: 'MNIST and digits made here, on the page', mnist, answers };
}

async function openEngine() {
  const env = await ensureToolchain({ wasm: true });
  await ensureNodeModules();
  await buildPackage(env);
  const { loadEngine } = await import('tinycnn');
  return loadEngine({ threads: values.threads ?? 'auto' });
}

/** A session of the package; `generated`: on generated digits alone, `muon`: by that recipe. */
async function measurePackage(engine, digits, { generated = false, muon = false }) {
  const mnist = await requireMnist(engine);
  const data = generated ? { ...mnist, train: generatedData(engine, values.seed) } : mnist;
  const entry = engine.zoo.find(({ id }) => id === 'tinycnn');
  const recipe = recipeFor(entry, { generated, muon }, data.train.labels.length);
  const { session, accuracy } = train(engine, data, recipe, { seed: values.seed, generated });
  const answers = read(engine, session, digits);
  session.dispose();
  const name = generated ? 'Digits made here alone' : 'MNIST and digits made here';
  return { name: muon ? `${name}, by Muon` : name, mnist: percent(accuracy), answers };
}

const count = (number) => number.toLocaleString('en');

function tableRow({ name, mnist, answers }) {
  const right = answers.filter(({ label, read: as }) => as === label).length;
  return {
    'trained on': name,
    'pen digits classified correctly': `${percent(right / answers.length)} of ${count(answers.length)}`,
    'of MNIST’s test set': mnist,
  };
}

/** All four, the slowest last. */
async function writeTable(digits) {
  const engine = await openEngine();
  const results = [];
  for (const kind of [{}, { muon: true }, { generated: true }]) {
    results.push(await measurePackage(engine, digits, kind));
  }
  results.push(await measurePage(digits));
  const file = await writeSection('pen-digits', markdownTable(results.map(tableRow)));
  note(file, 'written');
}

async function print(digits) {
  const { answers } = values.page
    ? await measurePage(digits)
    : await measurePackage(await openEngine(), digits, values);
  console.log(`\n${penDigitReport(answers)}`);
}

await runMain(async () => {
  readCommandLine();
  heading('TinyCNN and pen digits');
  const digits = digitsOf(readPenDigits(), values);
  await (values.docs ? writeTable(digits) : print(digits));
  process.exit(0); // the engine's threads would keep Node alive
});
