// SPDX-License-Identifier: MIT
//
// The networks that a run can be of: those of the zoo, and those that the page has brought: from files, or built by the visitor.

import type { Engine, NamedTensor, Session } from 'tinycnn';
import type { ImportedNetwork } from '../shared/imported';

export const imported: { networks: readonly ImportedNetwork[] } = { networks: [] };

/** `weights`: to start from; null where the seed gives them. */
export function networkOf(engine: Engine, model: string): Pick<ImportedNetwork, 'entry' | 'weights'> {
  const found = imported.networks.find(({ entry }) => entry.id === model);
  const entry = found?.entry ?? engine.zoo.find(({ id }) => id === model);
  if (entry === undefined) throw new Error(`There is no model named ${model}.`);
  return { entry, weights: found?.weights ?? null };
}

type Weights = NonNullable<ImportedNetwork['weights']>;

/** A network with more zeros than this among its weights was pruned, or has kernels with holes: they are to stay zeros. */
const maxTrainedZeros = 0.1;

/** The share of zeros among the weights of convolutions and linear layers. */
function zerosIn(weights: Weights): number {
  const data = weights.filter(({ shape }) => shape.length > 1).map((tensor) => tensor.data);
  const count = data.reduce((sum, { length }) => sum + length, 0);
  const zeros = data.reduce((sum, each) => sum + each.reduce((found, value) => found + (value === 0 ? 1 : 0), 0), 0);
  return count === 0 ? 0 : zeros / count;
}

async function keepZeros(session: Session, sparsity: number): Promise<void> {
  if (sparsity > maxTrainedZeros) await session.prune({ type: 'unstructured', sparsity });
}

/** Gives the session these weights, at once; resolves when those that are to stay zeros will, which takes a part that is loaded then. Where the data have another number of classes
 * than the network, the layer that tells them apart keeps the session's own. */
export function startFrom(session: Session, weights: Weights): Promise<void> {
  const fits = (a: NamedTensor, b: NamedTensor): boolean => a.name === b.name && a.data.length === b.data.length;
  const started = session.parameters().map((own) => weights.find((each) => fits(each, own)) ?? own);
  session.setParameters(started);
  return keepZeros(session, zerosIn(started));
}
