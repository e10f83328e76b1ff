// SPDX-License-Identifier: MIT
// "Has anything changed since?": one hash over the content of a stage's inputs, kept beside the build. Content, not times, so that
// a fresh clone, a checkout or a touched file rebuilds nothing that is the same.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { inRoot } from '../support/paths.mjs';

const skipped = new Set(['node_modules', 'dist', '.git', '__pycache__', 'build']);

/** All files below `path` (or `path` itself), sorted; build outputs are left out. */
export function listFiles(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (skipped.has(entry.name)) return [];
      return entry.isDirectory() ? listFiles(join(path, entry.name)) : [join(path, entry.name)];
    });
}

/** SHA-256 over names (from the checkout's root) and contents of `paths` and over `key`, any value that JSON can hold. */
export function hashInputs(paths, key = null) {
  const hash = createHash('sha256').update(JSON.stringify(key));
  for (const file of paths.flatMap(listFiles)) {
    hash.update(`\0${relative(inRoot(), file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

export const stampPath = (name) => inRoot('build', 'stamps', name);

/** Whether stage `name` was last finished with this hash, and its outputs are still there. */
export function isCurrent(name, hash, outputs = []) {
  const path = stampPath(name);
  return existsSync(path) && readFileSync(path, 'utf8') === hash && outputs.every((output) => existsSync(output));
}

/** Marks a stage as begun (its outputs cannot be trusted) or, with a hash, as finished. */
export function markStage(name, hash = null) {
  const path = stampPath(name);
  if (hash === null) return rmSync(path, { force: true });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, hash);
}
