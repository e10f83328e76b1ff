// SPDX-License-Identifier: MIT
//
// Turns four IDX files into arrays that the engine takes, and refuses, with a sentence, what this page cannot train on. Nothing that
// was there before is touched until all four have been read.

import type { Engine } from 'tinycnn';
import type { FileRole } from '../data/datasets';
import type { RawDataset } from '../data/raw-dataset';
import type { DatasetFacts } from '../protocol';

export const kDigitSize = 28;

export interface Split {
  images: Uint8Array;
  labels: Uint8Array;
  height: number;
  width: number;
}

export interface LoadedDataset {
  facts: DatasetFacts;
  train: Split;
  test: Split;
}

/** The engine's own text, with what it is about in front. */
function about<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The ${what} cannot be used. ${reason}`, { cause: error });
  }
}

function readSplit(
  engine: Engine,
  raw: RawDataset,
  name: string,
  roles: { images: FileRole; labels: FileRole },
): Split {
  const { count, height, width, images } = about(`${name} images`, () => engine.readIdxImages(raw.files[roles.images]));
  const { labels } = about(`${name} labels`, () => engine.readIdxLabels(raw.files[roles.labels], raw.classes.length));
  if (count === 0) throw new Error(`The ${name} set holds no images.`);
  if (labels.length !== count) {
    throw new Error(`Images and labels do not match: ${count} ${name} images, but ${labels.length} labels.`);
  }
  if (height !== kDigitSize || width !== kDigitSize) {
    throw new Error(`The ${name} images are ${width}x${height} pixels; this page expects 28x28.`);
  }
  return { images, labels, height, width };
}

export function readDataset(engine: Engine, raw: RawDataset): LoadedDataset {
  const train = readSplit(engine, raw, 'training', { images: 'trainImages', labels: 'trainLabels' });
  const test = readSplit(engine, raw, 'test', { images: 'testImages', labels: 'testLabels' });
  const { id, title, classes, origin, kept } = raw;
  const facts = { id, title, classes, origin, kept, trainCount: train.labels.length, testCount: test.labels.length };
  return { facts, train, test };
}
