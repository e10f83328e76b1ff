// SPDX-License-Identifier: MIT
//
// What is said of files that were chosen and are not used: hidden ones, and those that are not data. Pure.

import { listed } from './classes';
import { hiddenPartOf, isHidden, nameOf } from '../../../shared/source-file';

interface Named {
  path: string;
}

const isFolder = ({ path }: Named): boolean => path.endsWith('/');
const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
const were = (count: number): string => (count === 1 ? 'was' : 'were');

/** Counts files, folders only where they hold none; names the hidden file or folder itself, once. */
function hiddenNote(all: readonly Named[]): string[] {
  const hidden = all.filter(isHidden);
  const files = hidden.filter((each) => !isFolder(each));
  const count = files.length > 0 ? files.length : hidden.length;
  if (count === 0) return [];
  const names = [...new Set(hidden.map(({ path }) => hiddenPartOf(path)!))];
  const what = files.length > 0 ? 'hidden file' : 'hidden folder';
  return [`${counted(count, what)} ${were(count)} skipped: ${listed(names)}.`];
}

/** A sentence for each kind of file that was skipped. `unused`: files that are not `kind`, such as "images". */
export function skippedNotes(all: readonly Named[], unused: readonly Named[], kind: string): string[] {
  if (unused.length === 0) return hiddenNote(all);
  const are = unused.length === 1 ? 'is' : 'are';
  const names = listed(unused.map(({ path }) => nameOf(path)));
  const note = `${counted(unused.length, 'file')} that ${are} not ${kind} ${were(unused.length)} skipped: ${names}.`;
  return [...hiddenNote(all), note];
}
