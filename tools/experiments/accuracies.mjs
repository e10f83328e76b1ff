// SPDX-License-Identifier: MIT
// Accuracies over several seeds, summed up and written as tables have them.

/** Seeds of which the tables of docs/zoo.md give mean and standard deviation. */
export const tableSeeds = 10;

export const mean = (numbers) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

/** Of the fastest run: other work on the machine makes a run slower, never faster. */
export const timeOf = (runs) =>
  runs.length === 0 ? '–' : `${Math.min(...runs.map(({ seconds }) => seconds)).toFixed(0)} s`;

/** Of a sample: divided by one less than there are numbers. */
function standardDeviation(numbers) {
  const middle = mean(numbers);
  return Math.sqrt(numbers.reduce((sum, each) => sum + (each - middle) ** 2, 0) / (numbers.length - 1));
}

export const percent = (share, digits = 2) => (100 * share).toFixed(digits);

/** "99.03 ± 0.06 %": mean and, of more than one, standard deviation of accuracies 0..1. */
export function meanAndDeviation(accuracies) {
  if (accuracies.length < 2) return accuracies.length === 0 ? 'not run' : `${percent(accuracies[0])} %`;
  return `${percent(mean(accuracies))} ± ${percent(standardDeviation(accuracies))} %`;
}
