// SPDX-License-Identifier: MIT
//
// A data set as every loader hands it over: 28x28 grey images with labels that index the classes, already checked; and what a loader
// reports on its way.

/** Side of every image that this page's networks read. */
export const side = 28;
export const imageSize = side * side;

/** `images`: 28x28 bytes each, 0 background .. 255 ink. */
export interface LabelledSet {
  images: Uint8Array;
  labels: Uint8Array;
  height: number;
  width: number;
}

/** How images that may be stored transposed, as EMNIST's are, are to be taken: as they look, as they are, or turned. */
export type Orientation = 'auto' | 'as stored' | 'transposed';

export interface Dataset {
  id: string;
  title: string;
  classes: readonly string[];
  train: LabelledSet;
  test: LabelledSet;
  /** Where the bytes came from, for people: "cdn.jsdelivr.net", "this browser's storage", "your disk". */
  origin: string;
  /** Whether a reload will find it again without network or disk; if not, why, where there is more to say. */
  kept: boolean;
  notKept: string | null;
  /** What was done to the images on their way, one sentence each. */
  notes: readonly string[];
  /** What was chosen, for data whose orientation can be chosen. */
  orientation: Orientation | null;
  /** The data set that could not be loaded, for one that takes its place. */
  inPlaceOf: Unavailable | null;
}

/** A published data set that no source could deliver, and what each source answered, one sentence after another. */
export interface Unavailable {
  id: string;
  reasons: string;
}

export interface LoadProgress {
  phase: 'storage' | 'download' | 'check' | 'read' | 'decode' | 'draw';
  /** Bytes (or images, in 'decode' and 'draw') so far and in all; zero in all where they do not say anything. */
  received: number;
  total: number;
  /** Who is being asked. */
  source: string;
  /** What is being loaded, where that is known before it is there. */
  title?: string;
}

export type ReportProgress = (progress: LoadProgress) => void;

export const inWords = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** No source had the data: every one of them, with its reason. */
export class NoSourceError extends Error {
  override readonly name = 'NoSourceError';
}
