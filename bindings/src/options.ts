// SPDX-License-Identifier: MIT
// Reads nested options. Here unknown names are refused and all values are copied, so that they cannot change afterwards; the core checks
// their ranges.

import { checkedClassNames } from './classes.js';
import {
  refuse,
  readInteger,
  readBytes,
  readNumbers,
  readOptions,
  readSeed,
  readTyped,
  mapValues,
  plain,
  show,
} from './read.js';
import type { Values } from './read.js';
import type { LabelledImages, ModelSpec, NamedTensor, ScheduleOptions } from './types.js';

/** For each type its fields besides `type`, separated by spaces. They come from the core's tables, so that a new layer needs no change
 * here. */
export interface OptionNames {
  layers: Readonly<Record<string, string>>;
  optimizers: Readonly<Record<string, string>>;
}

const readLines = (lines: string): Record<string, string> =>
  Object.fromEntries(
    lines
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([type = '', ...names]) => [type, names.join(' ')]),
  );

/** From the text of the bindings: one line per type. */
export const toOptionNames = ({ layers, optimizers }: { layers: string; optimizers: string }): OptionNames => ({
  layers: readLines(layers),
  optimizers: readLines(optimizers),
});

const SCHEDULES = {
  constant: '',
  oneCycle: 'totalSteps pctStart divFactor finalDivFactor annealStrategy cycleMomentum baseMomentum maxMomentum',
  exponential: 'gamma',
  step: 'stepSize gamma',
  cosine: 'totalSteps etaMin',
};

const LOSSES = { crossEntropy: 'labelSmoothing', nll: '', mse: '' };

const AUGMENT = 'generated degrees translate scale shear elastic thickness cutout mixup';
/** The last two belong to recipes, which may be spread into the options of a session; a session ignores them. */
const SESSION =
  'model classNames parameters seed batchSize optimizer schedule normalize loss augment emaDecay title epochs';

/** A plain copy of a spec; the core checks the values of its fields. */
export function readSpec(spec: unknown, { layers: namesOf }: OptionNames): ModelSpec {
  const { layers, ...values } = readOptions(spec, 'model', 'name input layers', 'invalid-spec');
  if (!Array.isArray(layers)) refuse('invalid-spec', 'model.layers', 'an array of layers', show(layers));
  const copied: Values[] = [];
  for (let i = 0; i < layers.length; ++i) {
    copied.push(readTyped(layers[i], `layers[${i}]`, namesOf, 'name from', 'invalid-spec'));
  }
  return { ...mapValues(values, plain), layers: copied } as unknown as ModelSpec;
}

export const readSchedule = (schedule: unknown): ScheduleOptions =>
  readTyped(schedule, 'schedule', SCHEDULES, 'warmupSteps warmupStartFactor') as unknown as ScheduleOptions;

const readLoss = (loss: unknown): unknown =>
  typeof loss === 'string' ? readTyped({ type: loss }, 'loss', LOSSES, '') : readTyped(loss, 'loss', LOSSES, '');

function readAugment(augment: unknown): Values {
  const { elastic, ...values } = readOptions(augment, 'augment', AUGMENT);
  const copied = mapValues(values, plain);
  if (elastic === undefined) return copied;
  return { ...copied, elastic: mapValues(readOptions(elastic, 'augment.elastic', 'alpha grid'), plain) };
}

type Reader = (value: unknown, names: OptionNames) => unknown;

const READERS: Readonly<Record<string, Reader>> = {
  model: (model, names) => (typeof model === 'string' ? model : readSpec(model, names)),
  classNames: checkedClassNames,
  seed: (seed) => readSeed(seed, 'session.seed'),
  optimizer: (optimizer, { optimizers }) => readTyped(optimizer, 'optimizer', optimizers, ''),
  schedule: readSchedule,
  normalize: (normalize) => mapValues(readOptions(normalize, 'session.normalize', 'mean std'), plain),
  loss: readLoss,
  augment: readAugment,
  parameters: readTensors,
};

/** A plain copy of the options of a session. */
export interface ReadSession extends Values {
  model: string | ModelSpec;
  classNames?: string[];
  parameters?: NamedTensor[];
}

export function readSession(options: unknown, names: OptionNames): ReadSession {
  const values = readOptions(options, 'session', SESSION);
  if (values.model === undefined)
    refuse('invalid-option', 'session.model', 'a model: an id of the zoo or a spec', 'none');
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, (READERS[name] ?? plain)(value, names)]),
  ) as ReadSession;
}

/** Labelled images as plain values; the core checks that bytes, sizes and labels match. */
export function readImages(data: unknown, where = 'data'): Required<LabelledImages> {
  const code = 'invalid-data';
  const names = 'images labels height width channels count';
  const { images, labels, height, width, channels = 1, count } = readOptions(data, where, names, code);
  const read = {
    images: readBytes(images, `${where}.images`),
    labels: readBytes(labels, `${where}.labels`),
    height: readInteger(height, `${where}.height`, 0, 2 ** 31 - 1, code),
    width: readInteger(width, `${where}.width`, 0, 2 ** 31 - 1, code),
    channels: readInteger(channels, `${where}.channels`, 1, 2 ** 31 - 1, code),
  };
  const { length } = read.labels;
  if (count !== undefined && count !== length) refuse(code, `${where}.count`, `${length}, a label each`, show(count));
  // If the bytes are a multiple of the image size, the number of images is known, and a mismatch is that of the labels.
  const said = read.images.length / (read.channels * read.height * read.width);
  return { ...read, count: Number.isInteger(said) ? said : length };
}

/** The maximum number of parameters of a model. */
const MAX_WEIGHTS = 2 ** 26;

function readTensor(tensor: unknown, place: string): NamedTensor {
  const { name, shape, data } = readOptions(tensor, place, 'name shape data', 'invalid-data');
  if (typeof name !== 'string') refuse('invalid-data', `${place}.name`, 'a string', show(name));
  if (!Array.isArray(shape)) refuse('invalid-data', `${place}.shape`, 'an array of sizes', show(shape));
  const sizes = plain(shape) as number[];
  const where = `setParameters '${name}'`;
  for (const size of sizes) readInteger(size, `${where}.shape`, 0, MAX_WEIGHTS, 'invalid-data');
  const count = sizes.reduce((product, size) => product * size, 1);
  if (count > MAX_WEIGHTS) refuse('invalid-data', where, `at most ${MAX_WEIGHTS} values`, String(count));
  return { name, shape: sizes, data: Float32Array.from(readNumbers(data, where, count, 'values')) };
}

/** Named tensors as plain values; the core checks names and shapes. */
export function readTensors(tensors: unknown): NamedTensor[] {
  if (!Array.isArray(tensors)) refuse('invalid-data', 'setParameters', 'an array of tensors', show(tensors));
  const read: NamedTensor[] = [];
  for (let i = 0; i < tensors.length; ++i) read.push(readTensor(tensors[i], `setParameters[${i}]`));
  return read;
}
