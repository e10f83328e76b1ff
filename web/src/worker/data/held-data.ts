// SPDX-License-Identifier: MIT
//
// The data set that the worker holds: what the page is told of it, and what a run learns from: its training images, or some of them, with
// a part held out for validation and some labels replaced where that is wanted.

import { holdOut } from 'tinycnn';
import { fewer, withWrongLabels } from './lesson';
import type { Dataset, LabelledSet } from '../../shared/dataset';
import type { DatasetFacts, RunSettings } from '../../shared/protocol';

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
  #made: { by: string; data: TrainingData };

  constructor(readonly dataset: Dataset) {
    const { id, title, classes, origin, kept, notKept, notes, orientation, inPlaceOf, train, test } = dataset;
    const counts = { trainCount: train.labels.length, testCount: test.labels.length };
    this.facts = { id, title, classes, origin, kept, notKept, notes, orientation, inPlaceOf, ...counts };
    this.#made = { by: keyOf({ validation: 0, changes: {} }), data: { classes, train, test, validation: null } };
  }

  /** What a run with these settings learns from and is tested on. */
  forRun(settings: Pick<RunSettings, 'validation' | 'changes'>): TrainingData {
    const by = keyOf(settings);
    if (by !== this.#made.by) this.#made = { by, data: this.#make(settings) };
    return this.#made.data;
  }

  #make({
    validation: share,
    changes: { trainingImages, wrongLabels = 0 },
  }: Pick<RunSettings, 'validation' | 'changes'>) {
    const { classes, train: all, test } = this.dataset;
    const { train, validation } =
      share === 0 ? { train: all, validation: null } : holdOut(all, { share, seed: holdOutSeed });
    const some = trainingImages === undefined ? train : fewer(train, trainingImages);
    return { classes, test, validation, train: withWrongLabels(some, wrongLabels, classes.length) };
  }
}

const keyOf = ({ validation, changes }: Pick<RunSettings, 'validation' | 'changes'>): string =>
  [validation, changes.trainingImages, changes.wrongLabels].join();
