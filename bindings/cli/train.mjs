// SPDX-License-Identifier: MIT
// tinycnn train: a run on data, or one that goes on. Its weights follow from data, network, recipe and seed alone, so a run that was stopped
// and gone on with ends with the bits of one that was not.
import { existsSync } from 'node:fs';
import { areDigits } from '../../web/src/shared/published-datasets';
import { changedRecipe } from '../../web/src/shared/recipe-changes';
import { recipeOf } from '../../web/src/shared/recipes';
import { sessionOptionsOf } from '../../web/src/shared/plan';
import { Data } from '../../web/src/worker/data/held-data';
import { loadData } from './data.mjs';
import { exitCodes, Failure, UsageError } from './errors.mjs';
import { quoted, readBytes, requireWritable, writeWhole } from './files.mjs';
import {
  about,
  isCheckpoint,
  readSpec,
  recipeOfSession,
  requireData,
  requireReadable,
  weightsOf,
  withEngine,
  withLabelsOf,
} from './models.mjs';
import { TrainingLoop } from './training-loop.mjs';
import { duration, grouped, percent } from './terminal.mjs';

/** Options that a file to go on from has its own values of. */
const decidedBefore = [
  'model',
  'recipe',
  'seed',
  'batch-size',
  'learning-rate',
  'optimizer',
  'schedule',
  'augmentation',
  'cutout',
  'mixup',
];

function requireFresh(values) {
  const given = decidedBefore.filter((name) => name in values);
  if (given.length === 0) return;
  throw new UsageError(`--${given[0]} cannot be given with --resume: the file has its own`, [
    'Without --resume a new run begins.',
  ]);
}

/** The changes of a recipe, under the page's names. */
function changesOf(values) {
  const changes = {
    optimizer: values.optimizer,
    learningRate: values['learning-rate'],
    batchSize: values['batch-size'],
    epochs: values.epochs,
    schedule: values.schedule,
    augmentation: values.augmentation,
    cutout: values.cutout,
    mixup: values.mixup,
  };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

/** A new session as `values` say, and after how many epochs its recipe ends. */
function begin(engine, model, values, data, isOfDigits) {
  const entry = engine.zoo.find(({ id }) => id === (typeof model === 'string' ? model : 'tinycnn'));
  const recipe = changedRecipe(recipeOf(entry, values.recipe ?? 'best', isOfDigits), changesOf(values), isOfDigits);
  const options = sessionOptionsOf(recipe, data.train.labels.length);
  const session = engine.createSession({ model, seed: values.seed ?? 1, ...options, classNames: data.classes });
  requireReadable(session, values.model ?? 'tinycnn');
  return { session, epochs: recipe.epochs };
}

/** A session as a file has it. A schedule that would have ended before `epochs` is stretched to them, as the page does. */
async function goOn(engine, values, data) {
  const bytes = readBytes(values.resume);
  if (!isCheckpoint(bytes)) {
    throw new Failure(`${values.resume} is no run of tinycnn that could be gone on with.`, [
      'tinycnn import reads networks of other programs.',
    ]);
  }
  const session = await about(values.resume, () => engine.restoreSession(bytes));
  requireReadable(session, values.resume);
  const { schedule } = await recipeOfSession(session);
  const stepsPerEpoch = Math.ceil(data.train.labels.length / session.batchSize);
  const planned = schedule?.totalSteps === undefined ? undefined : Math.round(schedule.totalSteps / stepsPerEpoch);
  const epochs = values.epochs ?? Math.max(planned ?? 1, Math.floor(session.step / stepsPerEpoch) + 1);
  const wanted = values.steps ?? epochs * stepsPerEpoch;
  if (schedule?.totalSteps !== undefined && wanted > schedule.totalSteps && planned !== epochs) {
    session.setSchedule({ ...schedule, totalSteps: wanted });
  }
  return { session, epochs };
}

/** The command that goes on from a file. */
function continuation(values, out, epochs) {
  const words = ['tinycnn', 'train', '--resume', out];
  for (const each of values.data) words.push('--data', each);
  words.push('--epochs', String(epochs));
  for (const name of ['steps', 'validation', 'target-accuracy', 'orientation', 'threads']) {
    if (name in values) words.push(`--${name}`, String(values[name]));
  }
  return words.map(quoted).join(' ');
}

function sayEpoch(output, { epoch, step, loss, accuracy, test, validation, seconds }) {
  const judged = [
    ['validation', validation],
    ['test', test],
  ].filter(([, each]) => each);
  const shares = judged.map(([name, each]) => `${name} ${percent(each.accuracy)}`);
  const text = [
    `epoch ${String(epoch).padStart(3)}`,
    `loss ${loss.toFixed(4)}`,
    `training ${percent(accuracy)}`,
    ...shares,
  ];
  output.tell([...text, duration(seconds)].join('  '), {
    event: 'epoch',
    epoch,
    step,
    loss,
    accuracy,
    test,
    validation,
    seconds,
  });
}

/** What of an evaluation is printed after each epoch. */
const brief = ({ loss, accuracy }) => ({ loss, accuracy });

class Run {
  constructor(session, { epochs, values, out, output, data }) {
    this.session = session;
    this.epochs = epochs;
    this.values = values;
    this.out = out;
    this.output = output;
    this.data = data;
    this.until = values.steps ?? epochs * session.stepsPerEpoch;
    this.hasReached = false;
  }

  save() {
    writeWhole(this.out, this.session.save());
  }

  /** After each epoch: what it has come to, on disk too. */
  endEpoch(totals) {
    const { session, values, data, output } = this;
    const test = brief(session.evaluate('test'));
    const validation = data.validation ? brief(session.evaluate('validation')) : undefined;
    const epoch = Math.ceil(session.step / session.stepsPerEpoch);
    sayEpoch(output, { ...totals, epoch, step: session.step, test, validation });
    this.save();
    this.hasReached = (validation ?? test).accuracy >= (values['target-accuracy'] ?? Infinity);
    return !this.hasReached;
  }

  sayDivergence({ step, loss, cause, cure }) {
    this.output.emit({ event: 'diverged', step, loss, cause, cure });
    const kept = existsSync(this.out) ? [`${this.out} holds what was saved last.`] : [];
    throw new Failure(`Training diverged at step ${step}: ${cause}`, [cure, ...kept]);
  }

  sayStopped(signal) {
    this.save();
    const { session, output, out } = this;
    const command = continuation(this.values, out, this.epochs);
    const { step, stepsPerEpoch } = session;
    output.tell(
      `Stopped at step ${grouped(step)}, in epoch ${Math.floor(step / stepsPerEpoch) + 1} of ${this.epochs}, and saved as ${out}. Go on with:\n  ${command}`,
      { event: 'stopped', signal, step, file: out, weights: weightsOf(session), continue: command },
    );
    return signal === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
  }

  sayDone() {
    const { session, output, out } = this;
    this.save();
    const test = brief(session.evaluate('test'));
    const weights = weightsOf(session);
    const reached = this.hasReached ? ', the accuracy that was wanted' : '';
    output.tell(
      `Done after ${grouped(session.step)} steps${reached}: test accuracy ${percent(test.accuracy)}, saved as ${out}.\nweights ${weights}`,
      { event: 'done', step: session.step, test, file: out, weights },
    );
    return exitCodes.ok;
  }
}

function introduce({ session, epochs, output, until }) {
  const { parameters } = session.summary;
  const from = session.step > 0 ? `, from step ${grouped(session.step)}` : '';
  output.say(
    `${session.spec.name}: ${grouped(parameters)} parameters, seed ${session.seed}, mini-batches of ${session.batchSize}, ` +
      `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}${from}`,
  );
  output.emit({
    event: 'begin',
    model: session.spec.name,
    parameters,
    seed: session.seed,
    step: session.step,
    until,
    epochs,
  });
}

export async function run({ values, output }) {
  const names = requireData(values, 'what should the network learn from?');
  if (values.resume) requireFresh(values);
  const out = values.out ?? values.resume ?? 'model.tinycnn';
  requireWritable(out, { force: values.force || out === values.resume });
  return withEngine(values, async (engine) => {
    const model = values.resume ? null : readSpec(engine, values.model ?? 'tinycnn'); // before data are loaded, which may take long
    const dataset = await loadData(names, { engine, output, orientation: values.orientation });
    const held = await new Data(dataset).forRun({ validation: values.validation ?? 0, changes: {} });
    const { session, epochs } = values.resume
      ? await goOn(engine, values, held)
      : begin(engine, model, values, held, areDigits(dataset.classes));
    for (const split of ['train', 'test', 'validation']) {
      if (held[split]) session.setData(split, withLabelsOf(session, held[split], held.classes));
    }
    const job = new Run(session, { epochs, values, out, output, data: held });
    introduce(job);
    if (session.step >= job.until) {
      throw new Failure(`${values.resume} has trained ${grouped(session.step)} steps already.`, [
        `Give more with --epochs, which counts from the beginning: --epochs ${Math.floor(session.step / session.stepsPerEpoch) + 1} or more.`,
      ]);
    }
    const ended = await new TrainingLoop(job).run();
    if (ended.divergence) return job.sayDivergence(ended.divergence);
    return ended.signal ? job.sayStopped(ended.signal) : job.sayDone();
  });
}
