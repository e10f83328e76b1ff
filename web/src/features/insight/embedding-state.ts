// SPDX-License-Identifier: MIT
//
// Test images in the plane of their activations: what the worker last said, and which of them is pointed at.

import { computed, signal } from '@preact/signals';
import { readEmbedding } from '../../client/inspection';
import { imageSize } from '../../shared/dataset';
import { currentInput, data } from '../../state/store';
import type { Embedding, Seen } from '../../shared/protocol-insight';

export const embedding = signal<Embedding | null>(null);
/** The image under the pointer, or where the arrow keys have come to: its place among those shown. */
export const cursor = signal<number | null>(null);

/** The images do not change while the data are the same: they are asked for once. */
let images: { of: unknown; bytes: Uint8Array } | null = null;

const pixels = computed(() => (currentInput.value.kind === 'none' ? null : currentInput.value.pixels));

export const wanted = (): unknown => [pixels.value, data.value.facts];

export async function ask(): Promise<Seen | null> {
  const { facts } = data.peek();
  const seen = await readEmbedding({ withImages: images?.of !== facts });
  if (seen === null || facts !== data.peek().facts) return null;
  if (seen.images.length > 0) images = { of: facts, bytes: seen.images };
  embedding.value = seen;
  return seen;
}

/** 28x28 bytes. */
export const imageOf = (place: number): Uint8Array | null =>
  images?.bytes.subarray(place * imageSize, (place + 1) * imageSize) ?? null;
