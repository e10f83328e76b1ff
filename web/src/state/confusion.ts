// SPDX-License-Identifier: MIT
//
// What a confusion matrix says, in numbers for the eye and in words. Pure.

import { grouped, percent } from '../shared/format';

export interface Confused {
  label: number;
  predicted: number;
  count: number;
}

/** Off the diagonal, the most frequent first. */
export function mostConfused(confusion: readonly (readonly number[])[], most: number): Confused[] {
  return confusion
    .flatMap((row, label) => row.map((count, predicted) => ({ label, predicted, count })))
    .filter(({ label, predicted, count }) => label !== predicted && count > 0)
    .sort((a, b) => b.count - a.count || a.label - b.label || a.predicted - b.predicted)
    .slice(0, most);
}

/**
 * How strongly each cell is coloured, 0..1: on the diagonal by its share of the row, elsewhere by its count beside the largest of all
 * mistakes, whose roots are taken, so that rare ones can be seen.
 */
export function strengths(confusion: readonly (readonly number[])[]): number[][] {
  const worst = mostConfused(confusion, 1)[0]?.count ?? 1;
  return confusion.map((row, label) => {
    const images = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, predicted) =>
      predicted === label ? count / Math.max(1, images) : Math.sqrt(count / worst),
    );
  });
}

/** A sentence for those who do not see the matrix. */
export function confusionInWords(confusion: readonly (readonly number[])[], names: readonly string[]): string {
  const worst = mostConfused(confusion, 3);
  if (worst.length === 0) return 'No test image is misclassified.';
  const said = worst.map(
    ({ label, predicted, count }) =>
      `${names[label]!} as ${names[predicted]!} (${count === 1 ? 'once' : `${grouped(count)} times`})`,
  );
  return `The most frequent mistakes: ${said.join(', ')}.`;
}

/** A cell in words: "4 classified as 9: 12 images, 1.2 % of all 4". */
export function cellInWords({ label, predicted, count }: Confused, images: number, names: readonly string[]): string {
  const many = `${grouped(count)} ${count === 1 ? 'image' : 'images'}, ${percent(count / Math.max(1, images), 1)}`;
  return label === predicted
    ? `${names[label]!} classified correctly: ${many}`
    : `${names[label]!} classified as ${names[predicted]!}: ${many}`;
}
