// SPDX-License-Identifier: MIT
//
// A network from a file, and what it answers to the current input. Whatever this page could not show and train is refused.

import { TinyCNNError, withClasses } from 'tinycnn';
import { imageSize, side } from '../../shared/dataset';
import { argmax } from '../../math/argmax';
import type { Engine, ImportedModel, LossOptions, ModelSpec, ModelSummary, Normalization } from 'tinycnn';
import type { LabelledSet } from '../../shared/dataset';
import type { Correct, FileInput, ImportAsk, ImportedFile, InputTrial } from '../../shared/protocol-files';

/** With more, one slice of training would take seconds, or all of it more memory than a tab has. */
const max = { macs: 50_000_000, parameters: 5_000_000 };
/** Test images that tell what the file's network reads: as many as so many multiply-adds allow. */
const trialMacs = 5e9;
const trialImages = { min: 20, max: 200 };
/** A probability of zero would make every mean infinite. */
const leastShare = 1e-7;
/** In the error for weights alone, which can be read. */
const asksForSpec = 'expected a spec for these weights';
const unnormalised: readonly FileInput[] = ['bytes', 'unit'];
const fileInputs: readonly FileInput[] = [...unnormalised, 'normalized'];
/** PyTorch's example for MNIST normalises by these, and most networks that people have do so too. */
const usual: Normalization = { mean: 0.1307, std: 0.3081 };

/** The file holds weights alone, and they do not fit the network that they were said to be of. */
export class ForeignWeightsError extends Error {
  override readonly name = 'ForeignWeightsError';
}

/** The file's own normalisation, where each kind of input is what its network reads. */
function normalizations(bytes: Normalization, unit: Normalization): Record<FileInput, Normalization> {
  const normalized = { mean: usual.mean + usual.std * unit.mean, std: usual.std * unit.std };
  return { bytes, unit, normalized };
}

/** Whether the file's network does not normalise by itself. One that does is not given normalised pixels. */
const isPlain = ({ mean, std }: Normalization): boolean => mean === 0 && std === 1;

const isSame = (a: Normalization, b: Normalization): boolean => a.mean === b.mean && a.std === b.std;

/** The answer is called softmax on the page: a layer of that name gets another one. */
function renamed({ spec, parameters }: ImportedModel): Pick<ImportedModel, 'spec' | 'parameters'> {
  const taken = new Set(spec.layers.map(({ name }) => name));
  if (!taken.has('softmax')) return { spec, parameters };
  let number = 1;
  while (taken.has(`softmax${number}`)) ++number;
  const rename = (name: string): string => name.replace(/^softmax(?=$|\.)/, `softmax${number}`);
  const layers = spec.layers.map((layer) => ({
    ...layer,
    name: layer.name === 'softmax' ? rename(layer.name) : layer.name,
    ...(layer.from === undefined ? {} : { from: layer.from.map((name) => (name === 'softmax' ? rename(name) : name)) }),
  }));
  return {
    spec: { ...spec, layers },
    parameters: parameters.map((tensor) => ({ ...tensor, name: rename(tensor.name) })),
  };
}

function requireUsable(spec: ModelSpec, { macs, parameters }: ModelSummary): void {
  const [channels, height, width] = spec.input;
  const reads = `${channels}×${height}×${width}`;
  if (reads !== `1×${side}×${side}`)
    throw new Error(`expected a network that reads grey images of 28×28 pixels (1×28×28), got one that reads ${reads}`);
  const found = { macs, parameters };
  const words = { macs: 'multiply-adds per image', parameters: 'parameters' };
  for (const name of ['parameters', 'macs'] as const) {
    if (found[name] <= max[name]) continue;
    const [limit, got] = [max[name], found[name]].map((count) => count.toLocaleString('en-US'));
    throw new Error(`expected a network of at most ${limit} ${words[name]}, got one of ${got}`);
  }
}

/** Layers by what they are, whatever they are called, and however many classes they tell apart. */
const kindOf = (engine: Engine, spec: ModelSpec): string => {
  try {
    const { layers } = engine.describe(withClasses(spec, 10));
    return JSON.stringify(layers.map(({ type, shape, parameters, macs }) => [type, shape, parameters, macs]));
  } catch {
    return ''; // its classes cannot be changed
  }
};

/** The row of the zoo that has the same layers. */
function zooRowOf(engine: Engine, spec: ModelSpec): Engine['zoo'][number] | undefined {
  const kind = kindOf(engine, spec);
  return kind === '' ? undefined : engine.zoo.find((row) => kindOf(engine, row.spec) === kind);
}

interface NetworkParts {
  spec: ModelSpec;
  summary: ModelSummary;
  parameters: ImportedModel['parameters'];
  loss: LossOptions;
}

/** What gives the lowest loss; pixels from 0 to 255 where that says nothing. Not the fewest mistakes: many networks classify too bright an
 * image as well as another, but are far too sure of it. */
const best = (trials: readonly InputTrial[]): FileInput =>
  trials.reduce<InputTrial | null>((found, each) => (found === null || each.loss < found.loss ? each : found), null)
    ?.input ?? 'bytes';

export class Reader {
  constructor(
    private readonly engine: Engine,
    private readonly page: { spec: ModelSpec; test: LabelledSet | null; classes: number; pixels: Uint8Array },
  ) {}

  async read({ bytes, weightsOf, input }: ImportAsk): Promise<ImportedFile> {
    const { model, isWeights, spec: given } = await this.#import(bytes, weightsOf);
    const { spec, parameters } = renamed(model);
    const summary = this.engine.describe(spec);
    requireUsable(spec, summary);
    const unit = await this.engine.importModel(bytes, { ...(given === null ? {} : { spec: given }), input: 'unit' });
    const row = zooRowOf(this.engine, spec);
    const loss: LossOptions = row?.bestRecipe.loss ?? { type: 'crossEntropy' };
    const network = { spec, summary, parameters, loss };
    const all = normalizations(model.normalize, unit.normalize);
    const isStated = isSame(all.bytes, all.unit);
    const tried = isPlain(unit.normalize) ? fileInputs : unnormalised;
    const trials = isStated ? [] : tried.flatMap((each) => this.#trial(network, all[each], { input: each }) ?? []);
    const chosen = isStated ? null : (input ?? best(trials));
    const normalize = all[chosen ?? 'bytes'];
    const accuracy = isStated
      ? this.#trial(network, normalize, {})
      : (trials.find((trial) => trial.input === chosen) ?? null);
    return {
      ...{ format: model.format, spec, summary, weights: parameters, normalize, loss },
      ...{ row: row?.id ?? null, classNames: model.classNames ?? null, notes: model.notes, isWeights },
      ...{ input: chosen, trials, accuracy },
      answer: this.#ask(network, normalize, (session) => session.predict(this.page.pixels)),
    };
  }

  /** Weights alone are taken to be of the given network, all else says itself what it is of. */
  async #import(
    bytes: Uint8Array,
    weightsOf: ImportAsk['weightsOf'],
  ): Promise<{ model: ImportedModel; isWeights: boolean; spec: ModelSpec | string | null }> {
    try {
      return { model: await this.engine.importModel(bytes), isWeights: false, spec: null };
    } catch (error) {
      if (!(error instanceof TinyCNNError && error.message.includes(asksForSpec))) throw error;
    }
    const spec = weightsOf.of === 'zoo' ? weightsOf.id : this.page.spec;
    try {
      return { model: await this.engine.importModel(bytes, { spec }), isWeights: true, spec };
    } catch (error) {
      throw new ForeignWeightsError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  #ask<Result>(
    { spec, parameters, loss }: NetworkParts,
    normalize: Normalization,
    ask: (session: ReturnType<Engine['createSession']>) => Result,
  ): Result {
    const session = this.engine.createSession({ model: spec, parameters, loss, normalize });
    try {
      return ask(session);
    } finally {
      session.dispose();
    }
  }

  /** On some test images, evenly spread; null where there is nothing to compare with. */
  #trial<More>(
    network: NetworkParts,
    normalize: Normalization,
    more: More,
  ): (Correct & { loss: number } & More) | null {
    const { test, classes } = this.page;
    const { macs, layers } = network.summary;
    if (test === null || layers.at(-1)!.shape[0] !== classes) return null;
    const wanted = Math.max(trialImages.min, Math.min(trialImages.max, Math.floor(trialMacs / macs)));
    const count = Math.min(wanted, test.labels.length);
    const at = (i: number): number => Math.floor((i * test.labels.length) / count);
    const images = Array.from({ length: count }, (_, i) =>
      test.images.subarray(at(i) * imageSize, (at(i) + 1) * imageSize),
    );
    const answers = this.#ask(network, normalize, (session) => session.predictBatch(images));
    const correct = answers.filter((answer, i) => argmax(answer) === test.labels[at(i)]).length;
    const losses = answers.map((answer, i) => -Math.log(Math.max(answer[test.labels[at(i)]!]!, leastShare)));
    return { ...more, correct, count, loss: losses.reduce((sum, loss) => sum + loss, 0) / count };
  }
}
