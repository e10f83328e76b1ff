// SPDX-License-Identifier: MIT
// Every file below a folder, those that builds make too.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Their paths, sorted. */
export const listAll = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
