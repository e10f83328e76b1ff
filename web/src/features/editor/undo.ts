// SPDX-License-Identifier: MIT
//
// Undo and redo. What is typed into one field, key by key, is one change. Pure.

export interface History<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
  /** What the last change was about; another one of the same is part of it. Null: each change is one by itself. */
  about: string | null;
}

const maxChanges = 500;

export const historyOf = <T>(present: T): History<T> => ({ past: [], present, future: [], about: null });

/** `about`: the field that is typed into. */
export function withChange<T>(history: History<T>, present: T, about: string | null = null): History<T> {
  if (present === history.present) return history;
  if (about !== null && about === history.about) return { ...history, present, future: [] };
  return { past: [...history.past, history.present].slice(-maxChanges), present, future: [], about };
}

export function undone<T>({ past, present, future }: History<T>): History<T> | null {
  const before = past.at(-1);
  return before === undefined
    ? null
    : { past: past.slice(0, -1), present: before, future: [present, ...future], about: null };
}

export function redone<T>({ past, present, future }: History<T>): History<T> | null {
  const [next, ...rest] = future;
  return next === undefined ? null : { past: [...past, present], present: next, future: rest, about: null };
}
