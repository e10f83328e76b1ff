// SPDX-License-Identifier: MIT
//
// From labels as they come (numbers in files, names of folders) to classes: those that occur, in order, each by its name. EMNIST's splits
// are known by how many classes they have and by the labels they use.

const digits = '0123456789';
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const lower = 'abcdefghijklmnopqrstuvwxyz';

/** EMNIST (arXiv:1702.05373), label by label: letters from 1 with both cases in one, balanced and bymerge, byclass. */
const lettersFrom1 = upper;
const merged = `${digits}${upper}abdefghnqrt`;
const all = `${digits}${upper}${lower}`;

const maxClasses = 256;

function knownNames(labels: readonly number[]): string | null {
  const [first, last] = [labels[0]!, labels.at(-1)!];
  const count = labels.length;
  if (last - first + 1 !== count) return null;
  if (count === lettersFrom1.length) return lettersFrom1;
  if (first !== 0) return null;
  if (count === merged.length) return merged;
  return count === all.length ? all : null;
}

/** Names of the rising labels that occur in an IDX file. */
export function classNamesOf(labels: readonly number[]): string[] {
  const known = knownNames(labels);
  return known === null ? labels.map(String) : Array.from(known);
}

export const distinct = (labels: Uint8Array): number[] => [...new Set(labels)].sort((a, b) => a - b);

/** Texts as people sort them: by number where all are numbers. */
export function sortedNames(names: Iterable<string>): string[] {
  const collator = new Intl.Collator('en', { numeric: true });
  return [...new Set(names)].sort((a, b) => collator.compare(a, b) || (a < b ? -1 : 1));
}

export const listed = (names: readonly string[], most = 5): string => {
  const shown = names.slice(0, most).map((name) => `“${name}”`);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
};

/** Refuses what no network can tell apart: no or one of `images`, or of `names`. */
export function requireClasses(names: readonly string[], images: number): void {
  if (images === 0) throw new Error('These files contain no image.');
  if (images === 1) throw new Error('There is only one image. At least two classes with two images each are needed.');
  if (names.length === 1) {
    throw new Error(`All images are of one class, ${listed(names)}. At least two classes are needed.`);
  }
  if (names.length > maxClasses) {
    throw new Error(`There are ${names.length} classes (${listed(names)}); at most ${maxClasses} are possible.`);
  }
}

/** Refuses classes of a single image: one is needed to learn from and another one to test with. */
export function requireTwoOfEach(names: readonly string[], labels: Uint8Array): void {
  const counts = names.map(() => 0);
  for (const label of labels) ++counts[label]!;
  const alone = names.filter((_, label) => counts[label] === 1);
  if (alone.length === 0) return;
  throw new Error(
    `There is only one image of ${listed(alone)}. Each class needs at least two: one for training and one for testing.`,
  );
}
