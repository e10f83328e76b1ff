// SPDX-License-Identifier: MIT
//
// Data of which a run learns from a part: loaded when that is wanted.

import { holdOut } from 'tinycnn';
import { fewer, withWrongLabels } from './lesson';
import type { Dataset } from '../../shared/dataset';
import type { DataChoice, TrainingData } from './held-data';

/** The same images are held out for every run, so that runs with other seeds can be compared. */
const holdOutSeed = 1;

/** What a run with these settings learns from and is tested on. */
export function chosen(
  { classes, train: all, test }: Dataset,
  { validation: share, changes: { trainingImages, wrongLabels = 0 } }: DataChoice,
): TrainingData {
  const { train, validation } =
    share === 0 ? { train: all, validation: null } : holdOut(all, { share, seed: holdOutSeed });
  const some = trainingImages === undefined ? train : fewer(train, trainingImages);
  return { classes, test, validation, train: withWrongLabels(some, wrongLabels, classes.length) };
}
