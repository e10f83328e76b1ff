// SPDX-License-Identifier: MIT
//
// What the page calls a class and the images of a data set. Pure.

export interface Noun {
  one: string;
  many: string;
}

const nouns = {
  digits: { one: 'digit', many: 'digits' },
  letters: { one: 'letter', many: 'letters' },
  characters: { one: 'character', many: 'characters' },
  images: { one: 'image', many: 'images' },
} as const;

/** Digits if all classes are digits, and so on; anything else are images. */
export function nounOf(classes: readonly string[]): Noun {
  if (classes.every((name) => /^\d$/.test(name))) return nouns.digits;
  if (classes.every((name) => /^\p{L}$/u.test(name))) return nouns.letters;
  return classes.every((name) => /^[\p{L}\d]$/u.test(name)) ? nouns.characters : nouns.images;
}

/** The name of a class, or its number where it has none. */
export const nameOfClass = (classes: readonly string[], label: number): string => classes[label] ?? String(label);
