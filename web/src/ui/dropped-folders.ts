// SPDX-License-Identifier: MIT
//
// The files in folders that were dropped on the page. Loaded with the first of them.

import type { DroppedFile } from '../shared/source-file';

/** A folder's reader gives its entries in parts until it gives none. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (part.length === 0) return all;
    all.push(...part);
  }
}

export async function filesBelow(entry: FileSystemEntry): Promise<DroppedFile[]> {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    });
    return [{ path, file }];
  }
  const inside = await entriesOf(entry as FileSystemDirectoryEntry);
  const files = await Promise.all(inside.map(filesBelow));
  return [{ path: `${path}/`, file: null }, ...files.flat()];
}
