// SPDX-License-Identifier: MIT
//
// A smaller network from a trained one: without its least important weights or channels, trained on so that the others take over.

import { compareOn } from './compare';
import { insidesOf } from './insides';
import { fineTuningOptions, trainOn } from '../train-on';
import type { Engine, LossOptions, Normalization, PruneReport, Session } from 'tinycnn';
import type { LabelledSet } from '../../shared/dataset';
import type { FileCalls, Pruned, PruneProgress, Pruning, Size } from '../../shared/protocol-files';

const epochs = 3;
const batchSize = 32;
/** Weights go over this part of the training, and have the rest of it to adapt. */
const pruningShare = 2 / 3;
/** A large network is not compared on all test images. */
const comparedSeconds = 15;

interface Taken {
  session: Session;
  loss: LossOptions;
  normalize: Normalization;
  test: LabelledSet;
  pixels: Uint8Array;
}

/** A session of the network that is to become smaller, at the beginning of its training. */
async function begin(
  engine: Engine,
  { session, loss, normalize }: Taken,
  { type, sparsity }: Pruning,
  steps: number,
): Promise<Session> {
  const options = { ...fineTuningOptions({ normalize, loss, steps, batchSize }), classNames: [...session.classNames] };
  if (type === 'channels') {
    const { spec, parameters } = await session.prune({ type, sparsity });
    return engine.createSession({ ...options, model: spec, parameters });
  }
  const parameters = session.parameters({ averaged: true });
  const sparse = engine.createSession({ ...options, model: session.spec, parameters });
  await sparse.prune({ type, sparsity, schedule: { steps: Math.floor(pruningShare * steps), frequency: 20 } });
  return sparse;
}

async function packed(bytes: Uint8Array): Promise<number> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream('gzip'));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

async function sizeOf(session: Session): Promise<Size> {
  const { layers } = await session.pruning();
  const sum = (of: (layer: PruneReport['layers'][number]) => number): number =>
    layers.reduce((total, layer) => total + of(layer), 0);
  return {
    weights: sum(({ parameters, zeros }) => parameters - zeros),
    macs: sum(({ macs }) => macs),
    bytes: await packed(await session.exportModel({ format: 'safetensors' })),
  };
}

/** `report` is told how far it has trained. */
export async function pruned(
  engine: Engine,
  from: Taken,
  { pruning, train }: FileCalls['prune']['ask'],
  report: (soFar: PruneProgress) => void,
): Promise<Pruned> {
  const { loss, normalize, test, pixels } = from;
  const steps = epochs * Math.ceil(train.labels.length / batchSize);
  const session = await begin(engine, from, pruning, steps);
  try {
    session.setData('train', train);
    session.setData('test', test);
    await trainOn(session, steps, () => {
      report({ step: session.step, steps });
      return true;
    });
    const comparison = await compareOn(
      test,
      comparedSeconds,
      () => undefined,
      (first, size) => ({
        before: from.session.evaluateRange('test', first, size).predicted,
        after: session.evaluateRange('test', first, size).predicted,
      }),
    );
    const { spec, summary } = session;
    return {
      pruning,
      network: { spec, summary, weights: session.parameters({ averaged: true }), normalize, loss, row: null },
      ...{ before: await sizeOf(from.session), after: await sizeOf(session) },
      ...{ comparison, answer: session.predict(pixels), insides: insidesOf(session, pixels) },
    };
  } finally {
    session.dispose();
  }
}
