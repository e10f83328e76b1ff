// SPDX-License-Identifier: MIT
//
// What the export dialog shows: the network at the moment at which it was opened, one file after another as it is made, and the network in
// 8-bit integers beside it.

import { batch, signal } from '@preact/signals';
import {
  compare,
  copyNetwork,
  endFiles,
  isBegun,
  makeFile,
  quantize,
  readInsides,
  takeNetwork,
} from '../../client/files';
import { EndedError } from '../../client/side-worker';
import { exportRun } from '../../client/kept/file';
import { run } from '../../state/store';
import { curvesCsv } from './curves-csv';
import { currentImage, noImage } from './image';
import { sentence } from '../../shared/sentence';
import { fileName, groups } from './kinds';
import { reset as resetPruning } from './prune-state';
import { activationSheet, kernelSheet } from './sheets';
import type { AskedImage } from './image';
import type { Item, ItemKind } from './kinds';
import type {
  Answer,
  Comparison,
  FileCalls,
  FileInput,
  FileKind,
  NetworkCopy,
  NetworkFacts,
  QuantizedFacts,
} from '../../shared/protocol-files';

export interface Shown {
  facts: NetworkFacts;
  step: number;
  image: AskedImage | null;
  /** Images on which ranges are measured before numbers become integers; 0 without data. */
  calibration: number;
  /** Training images that there are. */
  trainCount: number;
}

export type FileState =
  | { phase: 'making' }
  | { phase: 'failed'; why: string }
  /** `answer`: null where this page has nothing that runs the file; undefined for files that hold no network. */
  | { phase: 'made'; url: string; name: string; size: number; answer: Answer | null | undefined };

export const shown = signal<Shown | null>(null);
export const failure = signal<string | null>(null);
export const files = signal<ReadonlyMap<ItemKind, FileState>>(new Map());
export const input = signal<FileInput>('bytes');
export const quantized = signal<QuantizedFacts | null>(null);
export const comparison = signal<Comparison | null>(null);
/** Partly: as many images as there was time for. */
export const comparing = signal<'waiting' | 'running' | 'done' | 'partly' | 'ended' | 'failed'>('waiting');
export const whyNotCompared = signal<string | null>(null);

const items = new Map<ItemKind, Item>(groups.flatMap((group) => group.items.map((item) => [item.kind, item])));
const isInt8 = (kind: ItemKind): boolean => kind.endsWith('int8');
const networkKinds: readonly FileKind[] = ['onnx', 'safetensors', 'pytorch', 'tflite', 'c', 'json', 'checkpoint'];
const int8Kinds: readonly FileKind[] = ['onnx-int8', 'tflite-int8', 'c-int8'];
/** A large network is not compared on all test images unasked. */
const firstSeconds = 15;
/** Whose network reads what was chosen. */
const inputKinds: readonly FileKind[] = ['onnx', 'tflite'];

interface Taken {
  copy: NetworkCopy;
  pixels: Uint8Array;
  /** Of exactly these weights, where they have been tested. */
  testAccuracy: number | null;
}

/** Of the dialog as it is open now. */
let taken: Taken | null = null;
let visits = 0;

function put(kind: ItemKind, state: FileState): void {
  const before = files.peek().get(kind);
  if (before?.phase === 'made') URL.revokeObjectURL(before.url);
  files.value = new Map(files.peek()).set(kind, state);
}

function putBlob(kind: ItemKind, blob: Blob, answer?: Answer | null): void {
  const name = fileName(items.get(kind)!, shown.peek()!.facts.name);
  put(kind, { phase: 'made', url: URL.createObjectURL(blob), name, size: blob.size, answer });
}

/** Runs `work`, whose failure is that of one file; silently where the dialog was closed or the work ended. */
async function making(kind: ItemKind, work: () => Promise<void>): Promise<void> {
  const visit = visits;
  put(kind, { phase: 'making' });
  try {
    await work();
  } catch (error) {
    if (visit === visits && !(error instanceof EndedError)) put(kind, { phase: 'failed', why: sentence(error) });
  }
}

/** The network of the dialog, which is open. */
export const takenNow = (): FileCalls['take']['ask'] => ({ copy: taken!.copy, pixels: taken!.pixels });

/** Gives the network to a worker that does not have it. */
async function withWorker(): Promise<NetworkFacts | null> {
  if (taken === null) throw new EndedError();
  return isBegun() ? null : takeNetwork(takenNow());
}

/** The accuracy that is written into a C header, where it is known for what is in it. */
function accuracyFor(kind: FileKind): number | null {
  const compared = comparing.peek() === 'done' ? comparison.peek() : null;
  const share = (correct: number): number => correct / compared!.count;
  if (isInt8(kind)) return compared === null ? null : share(compared.correct.after);
  return taken!.testAccuracy ?? (compared === null ? null : share(compared.correct.before));
}

const make = (kind: FileKind): Promise<void> =>
  making(kind, async () => {
    const visit = visits;
    await withWorker();
    const { blob, answer } = await makeFile({ kind, input: input.peek(), testAccuracy: accuracyFor(kind) });
    if (visit === visits) putBlob(kind, blob, shown.peek()!.image === null ? null : answer);
  });

async function makeAll(kinds: readonly FileKind[]): Promise<void> {
  const visit = visits;
  for (const kind of kinds) if (visit === visits) await make(kind);
}

const makeRun = (bytes: Promise<Uint8Array<ArrayBuffer>>): Promise<void> =>
  making('run', async () => {
    const visit = visits;
    const file = await bytes;
    if (visit === visits) putBlob('run', new Blob([file]));
  });

async function makePictures(): Promise<void> {
  const visit = visits;
  const insides = withWorker().then(() => readInsides({}));
  insides.catch(() => undefined); // each picture says so
  const { classes } = shown.peek()!.facts;
  await making('kernels', async () => {
    putBlob('kernels', await kernelSheet(await insides, classes));
  });
  if (visit !== visits) return;
  await making('activations', async () => {
    if (shown.peek()!.image === null) throw new Error('There is no image yet.');
    putBlob('activations', await activationSheet(await insides));
  });
}

const makeCurves = (csv: string | null): Promise<void> =>
  making('curves', () => {
    if (csv === null) return Promise.reject(new Error('They begin with the first step of training.'));
    putBlob('curves', new Blob([csv], { type: 'text/csv' }));
    return Promise.resolve();
  });

async function makeInt8(): Promise<void> {
  const visit = visits;
  if (taken!.copy.calibration === null) {
    const why = 'The ranges of the activations are measured on training images, which are not loaded.';
    for (const kind of int8Kinds) put(kind, { phase: 'failed', why });
    return;
  }
  try {
    await withWorker();
    const facts = await quantize({});
    if (visit === visits) quantized.value = facts;
  } catch {
    // the files say why
  }
  if (visit !== visits) return;
  await makeAll(int8Kinds);
  if (visit === visits && quantized.peek() !== null) await compareNow(firstSeconds);
}

/** Asks both networks about the test images: about as many as there is time for or, where that is wanted, about all. */
export async function compareNow(seconds = Infinity): Promise<void> {
  const visit = visits;
  batch(() => {
    comparing.value = 'running';
    comparison.value = whyNotCompared.value = null;
  });
  try {
    await withWorker();
    const found = await compare(seconds, (soFar) => {
      if (visit === visits) comparison.value = soFar;
    });
    if (visit !== visits) return;
    batch(() => {
      comparison.value = found;
      comparing.value = found.count < found.total ? 'partly' : 'done';
    });
    if (found.count === found.total) await makeAll(taken!.testAccuracy === null ? ['c', 'c-int8'] : ['c-int8']);
  } catch (error) {
    if (visit !== visits) return;
    comparing.value = error instanceof EndedError ? 'ended' : 'failed';
    whyNotCompared.value = error instanceof EndedError ? null : sentence(error);
  }
}

/** What was found so far stays; files that were being made are made after all. */
export function endComparison(): void {
  endFiles();
  const isUnmade = (kind: ItemKind): boolean => files.peek().get(kind)?.phase === 'making';
  void makeAll([...networkKinds, ...int8Kinds].filter(isUnmade));
  if (isUnmade('kernels') || isUnmade('activations')) void makePictures();
}

export function chooseInput(wanted: FileInput): void {
  input.value = wanted;
  void makeAll(quantized.peek() === null ? inputKinds : [...inputKinds, 'onnx-int8']);
}

async function take(): Promise<{ csv: string | null; run: Promise<Uint8Array<ArrayBuffer>> }> {
  const visit = visits;
  const copy = await copyNetwork();
  const whole = exportRun();
  whole.catch(() => undefined); // its file says so
  const image = currentImage(copy);
  const csv = curvesCsv(run.peek());
  const last = run.peek().evaluations.at(-1);
  const testAccuracy = last?.step === copy.step ? last.accuracy : null;
  if (visit !== visits) throw new EndedError();
  taken = { copy, pixels: image?.pixels ?? noImage(), testAccuracy };
  const facts = (await withWorker())!;
  if (visit !== visits) throw new EndedError();
  const calibration = copy.calibration?.labels.length ?? 0;
  const { trainCount } = run.peek().facts ?? { trainCount: 0 };
  shown.value = { facts, step: copy.step, image, calibration, trainCount };
  return { csv, run: whole };
}

/** Takes the network as it is now and makes everything of it. */
export async function open(): Promise<void> {
  close();
  const visit = visits;
  try {
    const { csv, run: whole } = await take();
    const parts = [() => makeAll(networkKinds), () => makeRun(whole), () => makeCurves(csv), makePictures, makeInt8];
    for (const makePart of parts) {
      if (visit !== visits) return;
      await makePart();
    }
  } catch (error) {
    if (visit === visits && !(error instanceof EndedError)) failure.value = sentence(error);
  }
}

export function close(): void {
  ++visits;
  endFiles();
  resetPruning();
  taken = null;
  for (const state of files.peek().values()) if (state.phase === 'made') URL.revokeObjectURL(state.url);
  batch(() => {
    shown.value = quantized.value = comparison.value = failure.value = whyNotCompared.value = null;
    files.value = new Map();
    comparing.value = 'waiting';
  });
}
