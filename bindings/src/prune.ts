// SPDX-License-Identifier: MIT
// Pruning. The engine keeps weights zero; channels are removed by the module of formats.

import { TinyCNNError } from './errors.js';
import { callWith, open, readNetwork } from './formats.js';
import { call } from './native.js';
import { readChoice, readInteger, readOptions, refuse, show, showNumber } from './read.js';
import type { Session } from './session.js';
import type { ChannelPruning, NamedTensor, PrunedLayer, PrunedNetwork, PruneReport, WeightPruning } from './types.js';

const MAX_FREQUENCY = 2 ** 31 - 1;

const countZeros = ({ data }: NamedTensor): number => data.reduce((zeros, value) => zeros + (value === 0 ? 1 : 0), 0);

/** What is pruned now. */
export function pruning(session: Session): PruneReport {
  const { target, sparsity } = call('internal', () => session.requireLive().pruning()) as PruneReport;
  const tensors = session.parameters().filter(({ name }) => !/\.running_(mean|var)$/.test(name));
  const layers: PrunedLayer[] = [];
  for (const { name, parameters, macs } of session.summary.layers) {
    const own = tensors.filter((tensor) => tensor.name.slice(0, tensor.name.lastIndexOf('.')) === name);
    if (parameters === 0) continue;
    const zeros = own.reduce((sum, tensor) => sum + countZeros(tensor), 0);
    const weight = own.find(({ shape }) => shape.length > 1);
    // Each weight takes part in equally many multiply-adds.
    const without = weight ? (macs / weight.data.length) * countZeros(weight) : 0;
    layers.push({ name, parametersBefore: parameters, parameters, zeros, macsBefore: macs, macs: macs - without });
  }
  return { target, sparsity, layers };
}

function pruneWeights(session: Session, sparsity: number, schedule: unknown): PruneReport {
  const where = 'prune.schedule';
  const { start = 0, steps = 0, frequency = 100 } = readOptions(schedule ?? {}, where, 'start steps frequency');
  const numbers = [
    sparsity,
    readInteger(start, `${where}.start`, 0, Number.MAX_SAFE_INTEGER),
    readInteger(steps, `${where}.steps`, 0, Number.MAX_SAFE_INTEGER),
    readInteger(frequency, `${where}.frequency`, 1, MAX_FREQUENCY),
  ];
  call('invalid-option', () => session.requireLive().prune(numbers));
  return pruning(session);
}

async function pruneChannels(
  checkpoint: Uint8Array,
  sparsity: number,
  wasmUrl: string | undefined,
): Promise<PrunedNetwork> {
  const formats = await open(wasmUrl);
  try {
    return readNetwork(
      callWith(formats, 'prune', [checkpoint], ([at]) => formats.prune_channels(at!, checkpoint.length, sparsity)),
    ) as PrunedNetwork;
  } catch (error) {
    const isSparsity =
      error instanceof TinyCNNError && error.code === 'invalid-data' && error.message.startsWith('[prune]');
    throw isSparsity ? new TinyCNNError('invalid-option', error.message) : error;
  }
}

/** What `session.prune` resolves with. `checkpoint`: the session's. */
export async function prune(
  session: Session,
  options: WeightPruning | ChannelPruning,
  checkpoint: Uint8Array,
  wasmUrl: string | undefined,
): Promise<PruneReport | PrunedNetwork> {
  const { type, sparsity, schedule } = readOptions(options, 'prune', 'sparsity type schedule');
  if (typeof sparsity !== 'number' || !(sparsity >= 0 && sparsity < 1)) {
    return refuse('invalid-option', 'prune.sparsity', 'a number from 0 to below 1', showNumber(sparsity));
  }
  const isOfWeights = readChoice(type, 'prune.type', ['unstructured', 'channels']) === 'unstructured';
  if (isOfWeights) return pruneWeights(session, sparsity, schedule);
  if (schedule !== undefined) refuse('invalid-option', 'prune.schedule', 'none for channels', show(schedule));
  return pruneChannels(checkpoint, sparsity, wasmUrl);
}
