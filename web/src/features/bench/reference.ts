// SPDX-License-Identifier: MIT
//
// Figures to compare with. reference.json is written by `npm run bench -- --reference` and `npm run bench:peers -- --reference`.

import reference from './reference.json';

interface Reference {
  bench?: {
    machine: { cpu: string; cores: number; chromium?: string; date: string };
    steps: { model: string; batchSize: number; threads: number; imagesPerSecond: number; shareOfPeak: number }[];
    predictions: { model: string; engine: number; package: number }[];
  };
  peers?: {
    machine: { cpu: string; cores: number; versions: string; date: string };
    results: { name: string; model: string; batchSize: number; imagesPerSecond: number }[];
  };
}

const { bench, peers } = reference as Reference;

/** A line of the comparison that was not measured here. */
export interface ReferenceLine {
  name: string;
  imagesPerSecond: number;
  shareOfPeak: number | null;
}

/** This engine on the reference machine with these numbers of threads, then its peers at the same batch size. */
export function referenceLines(model: string, batchSize: number, threads: readonly number[]): ReferenceLine[] {
  const ours = (bench?.steps ?? [])
    .filter((each) => each.model === model && threads.includes(each.threads))
    .map((each) => ({
      name: `Reference, ${each.threads} thread${each.threads > 1 ? 's' : ''}`,
      imagesPerSecond: each.imagesPerSecond,
      shareOfPeak: each.shareOfPeak,
    }));
  const theirs = (peers?.results ?? [])
    .filter((each) => each.model === model && each.batchSize === batchSize && !each.name.startsWith('TinyCNN'))
    .map(({ name, imagesPerSecond }) => ({ name, imagesPerSecond, shareOfPeak: null }));
  return [...ours, ...theirs];
}

export const referencePrediction = (model: string): { engine: number; package: number } | undefined =>
  bench?.predictions.find((each) => each.model === model);

/** Where the figures come from, in a sentence; null without any. */
export function referenceInWords(): string | null {
  if (bench === undefined) return null;
  const { cpu, cores, chromium, date } = bench.machine;
  const where = `Reference figures: ${cpu}, ${cores} cores, Chromium ${chromium ?? ''}, ${date}.`;
  return peers === undefined
    ? where
    : `${where} Peers, one thread each unless a name says otherwise, on the same machine: ${peers.machine.versions}.`;
}
