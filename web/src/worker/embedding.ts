// SPDX-License-Identifier: MIT
//
// Where test images lie in the plane that shows most of how they differ in the network's last layer but one, and the current input among
// them. Loaded when somebody looks.

import { nearest, placeIn, principalPlane } from '../math/pca';
import { imageSize } from '../shared/dataset';
import { inSlices } from './slices';
import { isStillShown } from './still-shown';
import type { Session } from 'tinycnn';
import type { Plane } from '../math/pca';
import type { Work } from '../math/work';
import type { Embedding, InsightCalls, NoPlane } from '../shared/protocol-insight';
import type { LabelledSet } from '../shared/dataset';
import type { Run } from './run';

const most = 2000;
const neighbours = 5;

/** Of the network that was looked at last; a later step of it starts from there. */
let before: { session: Session; plane: Plane } | null = null;
let asks = 0;

/** What the last dense layer reads; null where there is no such layer, or it reads the image itself. */
function layerOf({ summary }: Session): string | null {
  const [name = 'input'] = summary.layers.findLast(({ type }) => type === 'linear')?.from ?? [];
  return name === 'input' ? null : name;
}

/** Of the test images that are looked at, evenly spread. */
const indicesOf = ({ labels }: LabelledSet): number[] => {
  const count = Math.min(most, labels.length);
  return Array.from({ length: count }, (_, i) => Math.floor((i * labels.length) / count));
};

const imageAt = ({ images }: LabelledSet, index: number): Uint8Array =>
  images.subarray(index * imageSize, (index + 1) * imageSize);

type Found = Omit<Embedding, 'milliseconds' | 'step' | 'images'>;
type NoneFound = Omit<NoPlane, 'milliseconds' | 'step'>;

/** One after another. */
function joined(rows: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const all = new Float32Array(rows.reduce((length, row) => length + row.length, 0));
  let at = 0;
  for (const row of rows) {
    all.set(row, at);
    at += row.length;
  }
  return all;
}

interface Asked {
  session: Session;
  layer: string;
  test: LabelledSet;
  input: Uint8Array | null;
  withRows: boolean;
}

function* look({ session, layer, test, input, withRows }: Asked): Work<Found | NoneFound> {
  const indices = indicesOf(test);
  const rows: Float32Array[] = [];
  for (const index of indices) {
    rows.push(session.activations(layer, imageAt(test, index)).data);
    yield;
  }
  const plane = yield* principalPlane(rows, before?.session === session ? before.plane : null);
  if (plane === null)
    return { because: rows.every((row) => row.every(Number.isFinite)) ? 'all the same' : 'not finite' };
  before = { session, plane };
  const own = input === null ? null : session.activations(layer, input).data;
  return {
    ...{ layer, units: rows[0]!.length, explained: [...plane.explained] },
    indices: Uint32Array.from(indices),
    labels: Uint8Array.from(indices, (index) => test.labels[index]!),
    points: Float32Array.from(rows.flatMap((row) => placeIn(plane, row))),
    rows: joined(withRows ? rows : []),
    input:
      own === null
        ? null
        : { place: placeIn(plane, own), neighbours: nearest(rows, own, neighbours).filter((i) => rows[i] !== own) },
  };
}

export async function embedding(
  present: () => Run | null,
  { withImages, withRows }: InsightCalls['embedding']['ask'],
): Promise<Embedding | NoPlane | null> {
  const [mine, run] = [++asks, present()];
  const test = run?.data?.test;
  if (run === null || test === undefined) return null;
  const { shown, past, currentInput } = run;
  const { session, step } = shown;
  const layer = layerOf(session);
  if (layer === null) throw new Error('This network has no layer between its input and its output.');
  const found = await inSlices(
    look({ session, layer, test, input: currentInput, withRows }),
    () => mine === asks && present() === run && isStillShown(run, past, step),
  );
  if (found === null) return null;
  const { result, milliseconds } = found;
  if ('because' in result) return { ...result, step, milliseconds };
  const images = new Uint8Array(withImages ? result.indices.length * imageSize : 0);
  if (withImages) for (const [i, index] of result.indices.entries()) images.set(imageAt(test, index), i * imageSize);
  return { ...result, images, step, milliseconds };
}
