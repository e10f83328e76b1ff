// SPDX-License-Identifier: MIT
// What the page draws of the zoo beside a visitor's runs, taken from the table that `npm run reproduce` wrote into docs/zoo.md, so that the
// two cannot disagree.
import { readTable } from './summary.mjs';

/** Where the page has it. */
export const zooFiguresFile = 'web/src/features/runs/zoo-figures.json';

/** '98.93 ± 0.10 %' -> 0.9893; undefined where the cell gives no accuracy. */
function accuracyIn(cell) {
  const found = /^(\d+(?:\.\d+)?)(?: ± \d+(?:\.\d+)?)? %/.exec(cell)?.[1];
  return found === undefined ? undefined : Number((Number(found) / 100).toFixed(4));
}

/** '23 s / 37 s' -> 37. */
const secondsIn = (cell) => {
  const found = /\/ (\d+) s$/.exec(cell)?.[1];
  return found === undefined ? undefined : Number(found);
};

/** Of each network of the zoo that our recipe has trained: test accuracy on MNIST, 0..1, and how long that took. `section`: the text that
 * `npm run reproduce` wrote. */
export function zooFigures(section) {
  const rows = readTable(section, ['model', 'our recipe reaches', 'time a run, its / ours']);
  return rows.flatMap((row) => {
    const accuracy = accuracyIn(row['our recipe reaches']);
    const seconds = secondsIn(row['time a run, its / ours']);
    return accuracy === undefined || seconds === undefined ? [] : [{ model: row.model, accuracy, seconds }];
  });
}
