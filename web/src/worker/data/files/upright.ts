// SPDX-License-Identifier: MIT
//
// Images that may be stored transposed, as EMNIST's are: put upright as they look, or as the visitor says; and the names that EMNIST's
// labels stand for.

import { looksTransposed, transposeImages } from 'tinycnn';
import { classNamesOf, listed } from './classes';
import type { LabelledSet, Orientation } from '../../../shared/dataset';

/** Numbers of classes in which handwriting comes; of other images nobody knows what upright is. */
const handwriting: ReadonlySet<number> = new Set([10, 26, 36, 37, 47, 62]);

export interface Upright {
  train: LabelledSet;
  test: LabelledSet | null;
  notes: string[];
}

const kind = ['', 'training images', 'test images', 'images'] as const;

/** `classes`: how many there are. Of two sets each is looked at by itself, the test set beside the training set. */
export function putUpright(
  train: LabelledSet,
  test: LabelledSet | null,
  choice: Orientation,
  classes: number,
): Upright {
  if (choice === 'as stored') return { train, test, notes: [] };
  const all = choice === 'transposed';
  const mayLook = handwriting.has(classes);
  const turnsTrain = all || (mayLook && looksTransposed(train));
  const first = turnsTrain ? transposeImages(train) : train;
  const turnsTest = test !== null && (all || (mayLook && looksTransposed(test, first)));
  const second = turnsTest ? transposeImages(test) : test;
  if (!turnsTrain && !turnsTest) return { train, test, notes: [] };
  const what = kind[(turnsTrain ? 1 : 0) + (turnsTest || test === null ? 2 : 0)] ?? 'images';
  const note = all
    ? 'The images were transposed (rows and columns swapped), as you chose.'
    : `The ${what} appeared to be stored transposed, like those of EMNIST, and were turned upright.`;
  return { train: first, test: second, notes: [note] };
}

/** Names for the rising numbers that serve as labels, and a sentence where they are not the numbers themselves. */
export function namesFor(values: readonly number[]): { classes: string[]; notes: string[] } {
  const classes = classNamesOf(values);
  if (classes.every((name, i) => name === String(values[i]))) return { classes, notes: [] };
  const [first, last] = [classes[0]!, classes.at(-1)!];
  return {
    classes,
    notes: [
      `Labels ${values[0]!} to ${values.at(-1)!} stand for ${listed([first])} to ${listed([last])}, as in EMNIST.`,
    ],
  };
}
