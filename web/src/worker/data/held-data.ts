// SPDX-License-Identifier: MIT
//
// The data set that the worker holds: what the page is told of it, and what a run learns from: its training images, or some of them, with
// a part held out for validation and some labels replaced where that is wanted.

import type { Dataset, LabelledSet } from '../../shared/dataset';
import type { DatasetFacts, RunSettings } from '../../shared/protocol';

export interface TrainingData {
  classes: readonly string[];
  train: LabelledSet;
  validation: LabelledSet | null;
  test: LabelledSet;
}

export type DataChoice = Pick<RunSettings, 'validation' | 'changes'>;

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
  async forRun(settings: DataChoice): Promise<TrainingData> {
    const by = keyOf(settings);
    if (by !== this.#made.by) {
      const { chosen } = await import('./chosen');
      this.#made = { by, data: chosen(this.dataset, settings) };
    }
    return this.#made.data;
  }
}

const keyOf = ({ validation, changes }: DataChoice): string =>
  [validation, changes.trainingImages, changes.wrongLabels].join();
