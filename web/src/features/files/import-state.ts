// SPDX-License-Identifier: MIT
//
// What the import dialog shows: a file, the network in it, and what that answers to the current input, or the run in it. Nothing on the page
// changes before the visitor takes it into use.

import { batch, signal } from '@preact/signals';
import { copyNetwork, endFiles, ForeignWeightsError, isBegun, readNetworkFile, takeNetwork } from '../../client/files';
import { EndedError } from '../../client/side-worker';
import { useNetwork } from '../../client/imported';
import { goOnWithFile, readRun } from '../../client/kept/file';
import { megabytes } from '../../shared/format';
import { isRunFile } from '../../shared/run-file';
import { dialog } from '../../state/panels';
import { currentImage, noImage } from './image';
import { sentence } from '../../shared/sentence';
import type { ReadRun } from '../../client/kept/run-in-file';
import type { AskedImage } from './image';
import type { FileInput, ImportedFile, NetworkCopy, NetworkFacts, WeightsOf } from '../../shared/protocol-files';

/** Larger files are no networks that this page could train. */
const maxBytes = 200e6;

interface ChosenFile {
  /** Without its ending. */
  name: string;
  fileName: string;
  bytes: Uint8Array;
}

export interface Page {
  facts: NetworkFacts;
  image: AskedImage | null;
}

/** The network on the page, to compare with. */
export const page = signal<Page | null>(null);
export const chosen = signal<ChosenFile | null>(null);
export const found = signal<ImportedFile | null>(null);
/** The run in a file of one. */
export const foundRun = signal<ReadRun | null>(null);
export const phase = signal<'idle' | 'reading' | 'taking'>('idle');
export const failure = signal<string | null>(null);
export const weightsOf = signal<WeightsOf>({ of: 'page' });
/** Whether the file holds weights, so that it is to be said whose they are. */
export const asksWhose = signal(false);

let copy: NetworkCopy | null = null;
let asks = 0;

async function withWorker(): Promise<void> {
  if (isBegun() && page.peek() !== null) return;
  copy ??= await copyNetwork();
  const image = currentImage(copy);
  const facts = await takeNetwork({ copy, pixels: image?.pixels ?? noImage() });
  page.value = { facts, image };
}

/** What is being done is not wanted any more once something else was asked for. */
async function doing(what: 'reading' | 'taking', work: (isWanted: () => boolean) => Promise<void>): Promise<void> {
  if (phase.peek() === 'reading') endFiles();
  const ask = ++asks;
  const isWanted = (): boolean => ask === asks;
  batch(() => {
    phase.value = what;
    failure.value = null;
  });
  try {
    await work(isWanted);
  } catch (error) {
    if (!isWanted() || error instanceof EndedError) return;
    asksWhose.value = error instanceof ForeignWeightsError;
    const { fileName = 'The file' } = chosen.peek() ?? {};
    failure.value = `${fileName} cannot be ${what === 'reading' ? 'read' : 'used'}: ${sentence(error)}`;
  } finally {
    if (isWanted()) phase.value = 'idle';
  }
}

async function readChosen(input: FileInput | null, isWanted: () => boolean): Promise<void> {
  const { name, bytes } = chosen.peek()!;
  await withWorker();
  const network = await readNetworkFile({ name, bytes, weightsOf: weightsOf.peek(), input });
  if (!isWanted()) return;
  batch(() => {
    found.value = network;
    asksWhose.value = network.isWeights;
  });
}

const read = (input: FileInput | null): Promise<void> => doing('reading', (isWanted) => readChosen(input, isWanted));

async function bytesOf(file: File): Promise<Uint8Array> {
  if (file.size > maxBytes) throw new Error(`expected at most ${megabytes(maxBytes)}, got ${megabytes(file.size)}`);
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    throw new Error('it was moved, changed or is not open to this browser', { cause: error });
  }
}

export const chooseFile = (file: File): Promise<void> =>
  doing('reading', async (isWanted) => {
    batch(() => {
      found.value = foundRun.value = null;
      asksWhose.value = false;
      chosen.value = { name: file.name.replace(/(?<=.)\.[^.]*$/, ''), fileName: file.name, bytes: new Uint8Array() };
    });
    const bytes = await bytesOf(file);
    if (!isWanted()) return;
    if (isRunFile(bytes)) {
      foundRun.value = readRun(bytes);
      return;
    }
    chosen.value = { ...chosen.peek()!, bytes };
    await readChosen(null, isWanted);
  });

export function chooseWhose(whose: WeightsOf): void {
  weightsOf.value = whose;
  found.value = null;
  void read(null);
}

export const chooseInput = (input: FileInput): Promise<void> => read(input);

export const use = (): Promise<void> =>
  doing('taking', async (isWanted) => {
    await useNetwork(found.peek()!, `Imported: ${chosen.peek()!.name}`);
    if (isWanted()) dialog.value = null;
  });

export const goOn = (): Promise<void> =>
  doing('taking', async (isWanted) => {
    await goOnWithFile(foundRun.peek()!);
    if (isWanted()) dialog.value = null;
  });

export function close(): void {
  ++asks;
  endFiles();
  copy = null;
  batch(() => {
    page.value = chosen.value = found.value = foundRun.value = failure.value = null;
    phase.value = 'idle';
    weightsOf.value = { of: 'page' };
    asksWhose.value = false;
  });
}
