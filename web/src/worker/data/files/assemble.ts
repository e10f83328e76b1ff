// SPDX-License-Identifier: MIT
//
// The last step of every loader of own data: from images with class names to a checked data set with a training and a test set.

import { holdOut } from 'tinycnn';
import { side } from '../../../shared/dataset';
import { requireClasses, requireTwoOfEach } from './classes';
import type { Dataset, LabelledSet } from '../../../shared/dataset';

/** Of each class, where the data say nothing of a test set. */
const testShare = 1 / 6;

export const ownId = 'files';
export const ownOrigin = 'your disk';

interface Parts {
  title: string;
  classes: readonly string[];
  train: LabelledSet;
  /** Null: a sixth of the training images becomes the test set. */
  test: LabelledSet | null;
  notes: readonly string[];
  orientation?: Dataset['orientation'];
}

export const setOf = (images: Uint8Array, labels: Uint8Array): LabelledSet => ({
  images,
  labels,
  height: side,
  width: side,
});

/** Throws a sentence where there are too few images or classes. */
export function assemble({ title, classes, train, test, notes, orientation = null }: Parts): Dataset {
  requireClasses(classes, train.labels.length);
  requireTwoOfEach(classes, new Uint8Array([...train.labels, ...(test?.labels ?? [])]));
  const own = {
    id: ownId,
    title,
    classes,
    origin: ownOrigin,
    kept: false,
    notKept: null,
    orientation,
    inPlaceOf: null,
  };
  if (test !== null) return { ...own, train, test, notes };
  const split = holdOut(train, { share: testShare });
  const note = 'There was no test set, so a sixth of each class is used as the test set, always the same images.';
  return { ...own, train: split.train, test: split.validation, notes: [...notes, note] };
}
