// SPDX-License-Identifier: MIT
// The known name that an unknown one was probably meant to be.

/** Characters of a name that error texts show. */
export const MAX_SHOWN = 40;

/** Levenshtein distance. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; ++i) {
    const next = [i];
    for (let j = 1; j <= to.length; ++j) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length]!;
}

const bare = (name: string): string => name.replace(/[^a-z0-9]/gi, '').toLowerCase();
/** `learningRate` to `lr`. */
const initials = (name: string): string => name.replace(/^(.)|[a-z]/g, '$1').toLowerCase();

function distance(name: string, known: string): number {
  const [from, to] = [bare(name), bare(known)];
  if (from === to || from === initials(known)) return 0;
  if (from.length > 2 && (to.includes(from) || from.includes(to))) return 1;
  return editDistance(from, to);
}

/** "did you mean 'learningRate'?" for `lr`; empty if no known name is similar. */
export function suggestion(name: string, known: readonly string[]): string {
  const short = name.slice(0, MAX_SHOWN);
  const [nearest] = known
    .map((each) => ({ each, far: distance(short, each) }))
    .filter(({ each, far }) => far <= Math.max(2, Math.min(short.length, each.length) / 3))
    .sort((a, b) => a.far - b.far);
  return nearest ? `: did you mean '${nearest.each}'?` : '';
}
