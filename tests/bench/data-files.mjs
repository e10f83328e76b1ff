// SPDX-License-Identifier: MIT
//
// A data set as two files of raw bytes, for the processes that read them.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Calls `use(files)` with the paths of images and labels, and removes both when its promise has settled. */
export async function withDataFiles({ images, labels }, use) {
  const folder = mkdtempSync(join(tmpdir(), 'tinycnn-bench-'));
  const files = [join(folder, 'images'), join(folder, 'labels')];
  try {
    writeFileSync(files[0], images);
    writeFileSync(files[1], labels);
    return await use(files);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
