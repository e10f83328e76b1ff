// SPDX-License-Identifier: MIT
//
// Takes a network from a file, or one that the visitor has built, into use: it stands beside those of the zoo from then on, also in a worker
// that takes the present one's place. Loaded with the dialogs that make such networks, and with links that bring one.

import { importedId, isImported, isOwn } from '../shared/imported';
import { ownEntry, ownId, ownNetworkIn } from '../shared/own-network';
import { firstLink } from '../state/page-link';
import { engine } from '../state/store';
import { request } from './connection';
import { restorePoint } from './restore-point';
import { beginRun } from './run';
import type { ModelSummary, NamedTensor, Recipe, ZooEntry } from 'tinycnn';
import type { ImportedNetwork } from '../shared/imported';
import type { OwnNetwork } from '../shared/own-network';
import type { RunSettings } from '../shared/protocol';
import type { NewNetwork } from '../shared/protocol-files';

let imports = 0;
const newId = (): string => importedId(++imports);

/** Gentle enough not to lose what the network has learned elsewhere. */
function fineTuning([first]: readonly ZooEntry[], { normalize, loss }: NewNetwork): Recipe {
  const [epochs, batchSize] = [4, 32];
  const { augment } = first!.bestRecipe;
  return {
    title: 'Fine-tuning: Adam 0.001, cosine, averaged weights, augmentation, batch 32',
    ...{ epochs, batchSize, normalize, loss },
    optimizer: { type: 'adam', learningRate: 1e-3 },
    schedule: { type: 'cosine', totalSteps: epochs * Math.ceil(60_000 / batchSize) },
    emaDecay: 0.998,
    ...(augment === undefined ? {} : { augment }),
  };
}

/** Where the zoo has the same layers, the published recipe is that of its row. */
function networkFrom(from: NewNetwork, title: string, zoo: readonly ZooEntry[]): ImportedNetwork {
  const { spec, summary, normalize, weights, row } = from;
  const bestRecipe = fineTuning(zoo, from);
  const published = zoo.find(({ id }) => id === row)?.recipe;
  const entry = {
    ...{ id: newId(), title, spec, bestRecipe },
    ...{ parameters: summary.parameters, macs: summary.macs },
    recipe: published === undefined ? bestRecipe : { ...published, normalize },
    ...{ published: '', source: '' },
  };
  return { entry, weights };
}

/** The networks that every visitor has. */
export const publishedZoo = (): ZooEntry[] => engine.value!.zoo.filter(({ id }) => !isImported(id) && !isOwn(id));

async function put(networks: readonly ImportedNetwork[]): Promise<void> {
  await request('imported', { networks });
  restorePoint.networks = networks;
  const facts = engine.value!;
  engine.value = { ...facts, zoo: [...publishedZoo(), ...networks.map(({ entry }) => entry)] };
}

/** The network of a run that was kept; its id here. One of the same name makes room for it. */
export async function bringNetworkBack({ entry, weights }: ImportedNetwork): Promise<string> {
  const id = newId();
  const others = restorePoint.networks.filter((each) => each.entry.title !== entry.title);
  await put([...others, { entry: { ...entry, id }, weights }]);
  return id;
}

/** Begins a run of a network, which then stands in the place of earlier ones of the same title. Rejects where there can be none, and all
 * stays as it was. */
async function begin(network: ImportedNetwork): Promise<void> {
  const before = restorePoint.networks;
  const { id, title } = network.entry;
  const others = before.filter(({ entry }) => entry.id !== id);
  await put([...others, network]);
  try {
    await beginRun({ model: id });
  } catch (error) {
    await put(before);
    throw error;
  }
  await put([...others.filter(({ entry }) => entry.title !== title), network]);
}

export const useNetwork = (from: NewNetwork, title: string): Promise<void> =>
  begin(networkFrom(from, title, engine.value!.zoo));

/** Begins a run of a network that was built here: from the weights of its seed or, layer by layer, from such as there are already. */
export async function useOwnNetwork(
  own: OwnNetwork,
  { parameters, macs }: Pick<ModelSummary, 'parameters' | 'macs'>,
  weights: readonly NamedTensor[] | null,
): Promise<void> {
  const id = weights === null ? await ownId(own) : newId();
  const entry = { ...ownEntry(id, own, publishedZoo()), parameters, macs };
  await begin({ entry, weights, of: own.of });
}

/** Settings of a link or a kept run whose network is not there yet: brings it, if the settings themselves say what it is, else names the
 * first one in its place. Rejects with a sentence where a link is damaged. */
export async function bring(settings: RunSettings): Promise<RunSettings> {
  const { model } = settings;
  if (!isOwn(model)) return { ...settings, model: firstLink.settings.model };
  const own = await ownNetworkIn(model);
  const others = restorePoint.networks.filter(({ entry }) => entry.id !== model);
  await put([...others, { entry: ownEntry(model, own, publishedZoo()), weights: null, of: own.of }]);
  return settings;
}
