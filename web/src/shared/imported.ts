// SPDX-License-Identifier: MIT
//
// Networks that stand beside those of the zoo: from files, each with weights of its own to start from, and those that a visitor has
// built. Pure.

import type { NamedTensor, ZooEntry } from 'tinycnn';

export interface ImportedNetwork {
  /** Its id begins as below. */
  entry: ZooEntry;
  /** Null where the run's seed gives them. */
  weights: readonly NamedTensor[] | null;
  /** Of one that was built here: the network of the zoo whose recipes it has. */
  of?: string;
}

const beginning = 'imported-';

export const importedId = (number: number): string => `${beginning}${number}`;

/** Whether it has weights of its own, which no link can bring. */
export const isImported = (model: string): boolean => model.startsWith(beginning);

export const ownBeginning = 'own.';

/** Whether it was built by a visitor and starts from the weights of a seed: its id says all of it (own-network.ts). */
export const isOwn = (model: string): boolean => model.startsWith(ownBeginning);
