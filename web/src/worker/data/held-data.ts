// SPDX-License-Identifier: MIT
//
// The data set that the worker holds: what the page is told of it, and its training images with a part held out for validation.

import { holdOut } from 'tinycnn';
import type { Dataset, LabelledSet } from '../../shared/dataset';
import type { DatasetFacts } from '../../shared/protocol';

export interface TrainingData {
  classes: readonly string[];
  train: LabelledSet;
  validation: LabelledSet | null;
  test: LabelledSet;
}

/** The same images are held out for every run, so that runs with other seeds can be compared. */
const holdOutSeed = 1;

export class Data {
  readonly facts: DatasetFacts;
  #share = 0;
  #heldOut: TrainingData;

  constructor(readonly dataset: Dataset) {
    const { id, title, classes, origin, kept, notKept, notes, orientation, inPlaceOf, train, test } = dataset;
    const counts = { trainCount: train.labels.length, testCount: test.labels.length };
    this.facts = { id, title, classes, origin, kept, notKept, notes, orientation, inPlaceOf, ...counts };
    this.#heldOut = { classes, train, test, validation: null };
  }

  /** With this share of each class held out of the training images; 0: none. */
  heldOut(share: number): TrainingData {
    if (share !== this.#share) {
      const { classes, train, test } = this.dataset;
      const split = share === 0 ? { train, validation: null } : holdOut(train, { share, seed: holdOutSeed });
      this.#heldOut = { classes, test, ...split };
      this.#share = share;
    }
    return this.#heldOut;
  }
}
