// SPDX-License-Identifier: MIT
//
// Networks that a visitor has built. Such a network's id is the network itself, so that a link, a kept run or a file of a run that names it
// brings it along: 'own.' and JSON, compressed (zlib), in base64url. docs/formats.md says what the JSON holds. Pure.

import { isOwn, ownBeginning } from './imported';
import type { LossOptions, ModelSpec, Normalization, Recipe, ZooEntry } from 'tinycnn';

export interface OwnNetwork {
  /** The id of the network of the zoo whose recipes it trains by. */
  of: string;
  spec: ModelSpec;
  /** Where they are not those of the recipes. */
  normalize?: Normalization;
  loss?: LossOptions;
}

/** Far above any network that a link can hold; what is larger when it is unpacked was made to do harm. */
const maxBytes = 1_000_000;

function withoutEnding(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

const toBase64url = (bytes: Uint8Array): string =>
  withoutEnding(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')));

const fromBase64url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));

/** Everything that comes out of a stream; rejects beyond the limit. */
async function allOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel();
      throw new Error('it is too large');
    }
    parts.push(value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const through = (
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array> => allOf(new Blob([bytes]).stream().pipeThrough<Uint8Array>(stream));

export async function ownId(network: OwnNetwork): Promise<string> {
  const { of, spec, normalize, loss } = network;
  const bytes = new TextEncoder().encode(JSON.stringify({ of, spec, normalize, loss }));
  return `${ownBeginning}${toBase64url(await through(bytes, new CompressionStream('deflate')))}`;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isLayer = (value: unknown): boolean =>
  isObject(value) && typeof value.name === 'string' && typeof value.type === 'string';

/** Whether it has the form of a spec; the engine checks what is in it. */
export const isSpec = (value: unknown): value is ModelSpec =>
  isObject(value) &&
  typeof value.name === 'string' &&
  Array.isArray(value.input) &&
  value.input.every(Number.isInteger) &&
  Array.isArray(value.layers) &&
  value.layers.every(isLayer);

/** The engine checks the rest when a session is made. */
function isNetwork(value: unknown): value is OwnNetwork {
  if (!isObject(value) || typeof value.of !== 'string' || !isSpec(value.spec)) return false;
  return [value.normalize, value.loss].every((each) => each === undefined || isObject(each));
}

/** The network that an id is. Rejects with a sentence where that is none. */
export async function ownNetworkIn(id: string): Promise<OwnNetwork> {
  try {
    if (!isOwn(id)) throw new Error('it does not begin as one');
    const bytes = await through(fromBase64url(id.slice(ownBeginning.length)), new DecompressionStream('deflate'));
    const read: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (!isNetwork(read)) throw new Error('it describes none');
    return read;
  } catch (cause) {
    throw new Error('The network in this link is damaged: the link was cut short or changed. Copy it once more.', {
      cause,
    });
  }
}

/** Beside those of the zoo. */
export function ownEntry(id: string, { of, spec, normalize, loss }: OwnNetwork, zoo: readonly ZooEntry[]): ZooEntry {
  const base = zoo.find((each) => each.id === of) ?? zoo[0]!;
  const fitted = (recipe: Recipe): Recipe => ({
    ...recipe,
    ...(normalize === undefined ? {} : { normalize }),
    ...(loss === undefined ? {} : { loss }),
  });
  return {
    ...{ id, title: `Own: ${spec.name}`, spec, parameters: 0, macs: 0 },
    ...{ recipe: fitted(base.recipe), bestRecipe: fitted(base.bestRecipe), published: '', source: '' },
  };
}
