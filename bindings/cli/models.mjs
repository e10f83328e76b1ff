// SPDX-License-Identifier: MIT
// Networks from files: checkpoints of this command, the page or the package, and files of other programs as far as the package reads them.
import { loadEngine } from 'tinycnn';
import { hashOfWeights } from '../../web/src/shared/fnv1a';
import { Failure, UsageError } from './errors.mjs';
import { readBytes, readJson } from './files.mjs';
import { requireKnown } from './arguments.mjs';

/** Runs `work` with an engine and ends its threads afterwards. */
export async function withEngine({ threads = undefined }, work) {
  const engine = await loadEngine({ threads: threads ?? 'auto' });
  try {
    return await work(engine);
  } finally {
    engine.dispose();
  }
}

const checkpointStart = 'TINYCNN\n';

export const isCheckpoint = (bytes) =>
  new TextDecoder('latin1').decode(bytes.subarray(0, checkpointStart.length)) === checkpointStart;

/** Says which file an error of the package is about. */
export async function about(path, work) {
  try {
    return await work();
  } catch (error) {
    if (error.name !== 'TinyCNNError') throw error;
    throw new Failure(`${path}: ${error.message}`);
  }
}

/** A session with the network of a file, as it was saved; of other programs' files with its weights alone. */
export async function openModel(engine, path, { spec = undefined, input = undefined } = {}) {
  const bytes = readBytes(path);
  if (bytes.length === 0) throw new Failure(`${path} is empty.`);
  return about(path, async () => {
    if (isCheckpoint(bytes)) return { session: engine.restoreSession(bytes), imported: null };
    const imported = await engine.importModel(bytes, {
      ...(spec === undefined ? {} : { spec }),
      ...(input === undefined ? {} : { input }),
    });
    const { spec: model, parameters, normalize, classNames } = imported;
    const session = engine.createSession({ model, parameters, normalize, ...(classNames ? { classNames } : {}) });
    return { session, imported };
  });
}

/** An id of the zoo, or a spec from a JSON file. */
export function readSpec(engine, name) {
  const ids = engine.zoo.map(({ id }) => id);
  if (ids.includes(name)) return name;
  if (!/[./\\]/.test(name))
    requireKnown('network', name, ids, ['tinycnn zoo lists them. A spec of your own is a .json file.']);
  const json = readJson(name);
  const spec = json.spec ?? json;
  try {
    engine.describe(spec);
  } catch (error) {
    throw new Failure(`${name}: ${error.message}`);
  }
  return spec;
}

const dataShape = [1, 28, 28];

/** Refuses networks that read other images than loadData gives. */
export function requireReadable({ spec }, path) {
  if (spec.input.every((size, i) => size === dataShape[i])) return;
  throw new Failure(
    `${path} reads images of ${spec.input.join('x')} (channels, height, width); this command gives 1x28x28, grey.`,
  );
}

/** The labels of a data set as the network's: by the names of its classes. */
export function withLabelsOf(session, set, classes) {
  const names = session.classNames;
  if (classes.every((name, i) => name === names[i])) return set;
  const positions = classes.map((name) => names.indexOf(name));
  const unknown = classes.filter((_, i) => positions[i] < 0);
  if (unknown.length > 0) {
    throw new Failure(
      `The network does not know ${unknown.slice(0, 5).join(', ')}: its classes are ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}.`,
    );
  }
  return { ...set, labels: set.labels.map((label) => positions[label]) };
}

/** As the page, links and `verify` name weights. */
export const weightsOf = (session) => hashOfWeights(session.parameters({ averaged: true }).map(({ data }) => data));

/** What a session was made of besides its weights, for another one. */
export async function recipeOfSession(session) {
  const { recipe, classNames, normalize } = JSON.parse(
    new TextDecoder().decode(await session.exportModel({ format: 'json' })),
  );
  return { ...recipe, classNames, normalize };
}

/** Data are named once or not at all. */
export function requireData(values, why) {
  if (values.data) return values.data;
  throw new UsageError(`--data is missing: ${why}`, [
    'Give mnist, fashion-mnist, generated, or files and folders of your own, such as --data digits/.',
  ]);
}
