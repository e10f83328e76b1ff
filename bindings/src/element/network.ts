// SPDX-License-Identifier: MIT
// The network that `model` and `weights` name, as a session. Errors are sentences for whoever reads the page.

import { jsonOf, loadFile, problem, sentenceOf, urlOf } from './files.js';
import type { WorkerEngine, WorkerSession } from '../worker.js';
import type { ModelSpec, ModelSummary, NamedTensor, Normalization, Recipe, SessionOptions } from '../types.js';

const PAD_INPUT = '1,28,28';
const CHECKPOINT_START = 'TINYCNN\n';
/** For a spec without a recipe. */
const PLAIN_RECIPE: Partial<SessionOptions> = { batchSize: 32, optimizer: { type: 'adam', learningRate: 0.003 } };
/** Of a recipe's learning rate, for weights that have been trained already. */
const FINE_TUNING = 0.2;

export interface Network {
  session: WorkerSession;
  /** Whether its weights come from a file. */
  isTrained: boolean;
}

/** A file of `exportModel({ format: 'json' })`. */
interface OwnJson {
  format: 'tinycnn';
  spec: ModelSpec;
  classNames?: string[];
  normalize?: Normalization;
  recipe?: Partial<Recipe>;
  parameters: NamedTensor[];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isOwnJson = (value: unknown): value is OwnJson =>
  isObject(value) && value.format === 'tinycnn' && Array.isArray(value.parameters);

/** Of the zoo or of a file: a spec, and how to train it. */
interface Model {
  spec: ModelSpec;
  recipe: Partial<SessionOptions>;
}

/** Only what a session can take again: a schedule is set when training begins. */
function withoutSchedule(recipe: Partial<Recipe>): Partial<SessionOptions> {
  const rest = { ...recipe };
  delete rest.schedule;
  delete rest.title;
  delete rest.epochs;
  return rest;
}

async function modelFromFile(given: string, signal: AbortSignal): Promise<Model> {
  const url = urlOf(given, 'the model');
  const json = jsonOf(await loadFile(url, 'The model', signal));
  const spec = isObject(json) && isObject(json.spec) ? json.spec : json;
  if (!isObject(spec) || !Array.isArray(spec.layers)) {
    throw problem('invalid-spec', `The model could not be read: ${url} is not a spec in JSON.`);
  }
  return { spec: spec as unknown as ModelSpec, recipe: PLAIN_RECIPE };
}

/** An id of the zoo, or the URL of a spec in JSON. */
async function findModel(engine: WorkerEngine, given: string, signal: AbortSignal): Promise<Model> {
  const entry = engine.zoo.find(({ id }) => id === given);
  if (entry) return { spec: entry.spec, recipe: withoutSchedule(entry.bestRecipe) };
  if (/[./]/.test(given)) return modelFromFile(given, signal);
  const known = engine.zoo.map(({ id }) => id).join(', ');
  throw problem('invalid-spec', `There is no model ‘${given}’: expected ${known}, or the URL of a spec.`);
}

const shapesOf = ({ layers }: ModelSummary): string => layers.map(({ type, shape }) => `${type}${shape.join()}`).join();

/** Weights that bring their own network must be those of the model that was asked for. */
async function requireSame(engine: WorkerEngine, session: WorkerSession, wanted: Model | null): Promise<void> {
  if (!wanted || shapesOf(session.summary) === shapesOf(await engine.describe(wanted.spec))) return;
  throw problem(
    'invalid-spec',
    `The weights are those of another network: ‘${session.spec.name}’, not ‘${wanted.spec.name}’.`,
  );
}

/** With a lower learning rate, so that training on does not undo what has been learned. */
function gently(recipe: Partial<SessionOptions>): Partial<SessionOptions> {
  const { optimizer = PLAIN_RECIPE.optimizer! } = recipe;
  const { learningRate = 0.001 } = optimizer;
  return { ...recipe, optimizer: { ...optimizer, learningRate: learningRate * FINE_TUNING } };
}

async function sessionFrom(engine: WorkerEngine, bytes: Uint8Array, model: Model | null): Promise<WorkerSession> {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, CHECKPOINT_START.length));
  if (start === CHECKPOINT_START) return engine.restoreSession(bytes);
  const json = jsonOf(bytes);
  if (isOwnJson(json)) {
    const { spec, classNames, normalize, recipe = {}, parameters } = json;
    const options = gently(withoutSchedule(recipe));
    return engine.createSession({
      ...{ ...options, model: spec, parameters },
      ...(normalize && { normalize }),
      ...(classNames && { classNames }),
    });
  }
  const imported = await engine.importModel(bytes, model ? { spec: model.spec } : {});
  const { spec, parameters, normalize, classNames } = imported;
  const recipe = gently(model?.recipe ?? PLAIN_RECIPE);
  return engine.createSession({ ...recipe, model: spec, parameters, normalize, ...(classNames && { classNames }) });
}

async function trained(engine: WorkerEngine, weights: string, model: Model | null, signal: AbortSignal) {
  const url = urlOf(weights, 'the weights');
  const bytes = await loadFile(url, 'The weights', signal);
  let session: WorkerSession;
  try {
    session = await sessionFrom(engine, bytes, model);
  } catch (error) {
    throw problem('invalid-data', `The weights of ${url} could not be read: ${sentenceOf(error)}`, error);
  }
  try {
    await requireSame(engine, session, model);
  } catch (error) {
    session.dispose();
    throw error;
  }
  return session;
}

async function untrained(engine: WorkerEngine, { spec, recipe }: Model): Promise<WorkerSession> {
  try {
    return await engine.createSession({ ...recipe, model: spec, seed: 1 });
  } catch (error) {
    throw problem('invalid-spec', `The model is not valid: ${sentenceOf(error)}`, error);
  }
}

/** The network whose session is to be disposed by the caller. `model`, `weights`: the attributes; empty ones count as none. */
export async function openNetwork(
  engine: WorkerEngine,
  { model, weights }: { model: string; weights: string },
  signal: AbortSignal,
): Promise<Network> {
  const found = model || !weights ? await findModel(engine, model || 'tinycnn', signal) : null;
  const session = weights ? await trained(engine, weights, found, signal) : await untrained(engine, found!);
  const { input, name } = session.spec;
  if (input.join() !== PAD_INPUT) {
    session.dispose();
    const reads = input.join(' × ');
    throw problem('invalid-spec', `‘${name}’ reads images of ${reads}, but the pad gives 1 × 28 × 28.`);
  }
  return { session, isTrained: weights !== '' };
}
