// SPDX-License-Identifier: MIT
//
// Test images in a plane: what the worker last said of their activations, how they are arranged, and which of them is pointed at.

import { batch, computed, signal } from '@preact/signals';
import { inWords } from '../../client/command';
import { readEmbedding } from '../../client/inspection';
import { EndedError } from '../../client/side-worker';
import { arrange, endArranging } from '../../client/umap';
import { imageSize } from '../../shared/dataset';
import { lessMotion } from '../../shared/motion';
import { currentInput, data, runFacts } from '../../state/store';
import { amongNeighbours } from './plane';
import type { RunFacts } from '../../shared/protocol';
import type { Embedding, NoPlane, Seen } from '../../shared/protocol-insight';
import type { Arranged } from '../../shared/protocol-umap';
import type { Placed } from './plane';

/** PCA follows the network as it learns; UMAP arranges the images once, as they were to it at one step. */
export type Way = 'pca' | 'umap';

interface Arrangement extends Arranged {
  /** Of what it is an arrangement, and of which run. */
  of: Embedding;
  facts: RunFacts | null;
}

export const way = signal<Way>('pca');
export const embedding = signal<Embedding | null>(null);
export const noPlane = signal<NoPlane | null>(null);
export const arrangement = signal<Arrangement | null>(null);
export const arrangingFailure = signal<string | null>(null);
/** The image under the pointer, or where the arrow keys have come to: its place among those shown. */
export const cursor = signal<number | null>(null);

/** The images do not change while the data are the same: they are asked for once. */
let images: { of: unknown; bytes: Uint8Array } | null = null;
/** Whether the next answer is to be arranged. */
const isToBeArranged = signal(false);

const pixels = computed(() => (currentInput.value.kind === 'none' ? null : currentInput.value.pixels));

export const wanted = (): unknown => [pixels.value, data.value.facts, runFacts.value, isToBeArranged.value];

export const isArranging = computed(
  () =>
    (isToBeArranged.value && noPlane.value === null) ||
    (arrangement.value !== null && arrangement.value.epoch < arrangement.value.epochs),
);

/** What is drawn, where there is anything. */
export const placed = computed<Placed | null>(() => {
  const [seen, arranged] = [embedding.value, arrangement.value];
  if (seen === null || arranged === null || way.value === 'pca') return seen;
  const { labels } = arranged.of;
  return { labels, points: arranged.points, input: amongNeighbours(arranged.points, seen.input) };
});

function forgetArrangement(): void {
  endArranging();
  batch(() => {
    arrangement.value = arrangingFailure.value = null;
    isToBeArranged.value = false;
  });
}

/** Of the network as it is now. */
export function arrangeAnew(): void {
  forgetArrangement();
  isToBeArranged.value = true;
}

export function chooseWay(picked: Way): void {
  way.value = picked;
  if (picked === 'umap') arrangeAnew();
  else forgetArrangement();
}

async function arranged(of: Embedding): Promise<void> {
  const { rows, units, points } = of;
  const facts = runFacts.peek();
  // the same picture as before, until they move
  arrangement.value = { of, facts, points, epoch: 0, epochs: 1 };
  const show = (soFar: Arranged): void => {
    if (arrangement.peek()?.of !== of) return;
    const isShown = !lessMotion() || soFar.epoch === soFar.epochs;
    arrangement.value = { of, facts, ...soFar, points: isShown ? soFar.points : points };
  };
  try {
    show(await arrange({ rows, units, start: points }, show));
  } catch (error) {
    if (error instanceof EndedError || arrangement.peek()?.of !== of) return;
    batch(() => {
      arrangement.value = null;
      arrangingFailure.value = inWords(error);
    });
  }
}

/** Of other data or of another run, which may have another network. */
const isOfOthers = (seen: Embedding, { of, facts }: Arrangement): boolean =>
  facts !== runFacts.peek() || seen.layer !== of.layer || String(seen.labels) !== String(of.labels);

/** What was to be arranged is arranged once there is a plane. */
function showNone(seen: NoPlane): NoPlane {
  endArranging();
  batch(() => {
    embedding.value = arrangement.value = arrangingFailure.value = null;
    noPlane.value = seen;
    isToBeArranged.value = way.peek() === 'umap';
  });
  return seen;
}

export async function ask(): Promise<Seen | null> {
  const { facts } = data.peek();
  const withRows = isToBeArranged.peek();
  const seen = await readEmbedding({ withImages: images?.of !== facts, withRows });
  if (seen === null || facts !== data.peek().facts) return null;
  if ('because' in seen) return showNone(seen);
  noPlane.value = null;
  if (seen.images.length > 0) images = { of: facts, bytes: seen.images };
  embedding.value = seen;
  const before = arrangement.peek();
  if (before !== null && isOfOthers(seen, before)) arrangeAnew();
  else if (withRows && isToBeArranged.peek()) {
    isToBeArranged.value = false;
    void arranged(seen);
  }
  return seen;
}

/** Nothing is arranged for a panel that is closed. */
export function close(): void {
  way.value = 'pca';
  forgetArrangement();
}

/** 28x28 bytes. */
export const imageOf = (place: number): Uint8Array | null =>
  images?.bytes.subarray(place * imageSize, (place + 1) * imageSize) ?? null;
