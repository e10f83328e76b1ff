// SPDX-License-Identifier: MIT
//
// The files in a zip archive, by fflate. What an archive claims of itself is checked before anything is allocated: a kilobyte that says it
// holds four gigabytes is refused.

import { unzipSync } from 'fflate';
import { inWords } from '../../../shared/dataset';
import { megabytes } from '../../../shared/format';
import type { Bytes, SourceFile } from '../../../shared/source-file';

/** Deflate cannot do better. */
const maxExpansion = 1032;
const maxBytes = 1 << 30;
const maxFiles = 400_000;

interface Entry {
  name: string;
  /** In the archive. */
  size: number;
  originalSize: number;
}

function entriesOf(bytes: Bytes, name: string): Entry[] {
  const entries: Entry[] = [];
  try {
    unzipSync(bytes, {
      filter: ({ name: path, size, originalSize }) => {
        entries.push({ name: path, size, originalSize });
        return false;
      },
    });
  } catch (error) {
    throw new Error(`${name} is not a zip archive, or it is damaged or cut off (${inWords(error)}).`, { cause: error });
  }
  return entries;
}

function requirePlausible(entries: readonly Entry[], name: string, archiveSize: number): void {
  for (const { name: path, size, originalSize } of entries) {
    if (size <= archiveSize && originalSize <= maxExpansion * size + maxExpansion) continue;
    throw new Error(
      `${name} is damaged or malicious: it claims that ${path} unpacks to ${megabytes(originalSize)}, ` +
        `but the archive has ${archiveSize.toLocaleString('en-US')} bytes.`,
    );
  }
  const total = entries.reduce((sum, { originalSize }) => sum + originalSize, 0);
  if (total > maxBytes || entries.length > maxFiles) {
    throw new Error(
      `${name} holds ${entries.length.toLocaleString('en-US')} files of ${megabytes(total)}: ` +
        `at most ${maxFiles.toLocaleString('en-US')} files and ${megabytes(maxBytes)} are supported.`,
    );
  }
}

function inflate(bytes: Bytes, entry: string, name: string): Bytes {
  try {
    const found = unzipSync(bytes, { filter: ({ name: path }) => path === entry })[entry];
    if (found === undefined) throw new Error('it is not there');
    return found;
  } catch (error) {
    throw new Error(`${entry} in ${name} is damaged and cannot be unpacked (${inWords(error)}).`, { cause: error });
  }
}

/** What is unpacked at once, so that the archive's directory is not read anew for every file. */
class Batches {
  readonly #bytesOf = new Map<string, Bytes>();

  constructor(
    private readonly archive: Bytes,
    private readonly names: readonly string[],
    private readonly name: string,
  ) {}

  take(index: number): Bytes {
    const wanted = this.names[index]!;
    if (!this.#bytesOf.has(wanted)) this.#fill(index);
    const bytes = this.#bytesOf.get(wanted) ?? inflate(this.archive, wanted, this.name);
    this.#bytesOf.delete(wanted);
    return bytes;
  }

  /** The next ones are wanted soon; where one of them is damaged each is unpacked by itself, so that the right one is named. */
  #fill(first: number): void {
    const batch = new Set(this.names.slice(first, first + batchFiles));
    try {
      const found = unzipSync(this.archive, { filter: ({ name }) => batch.has(name) });
      for (const [name, bytes] of Object.entries(found)) this.#bytesOf.set(name, bytes);
    } catch {
      this.#bytesOf.clear();
    }
  }
}

const batchFiles = 256;

/** The archive's files and, without a way to read them, its empty folders (their paths end with '/'). Throws a sentence. */
export function filesInZip(bytes: Bytes, name: string): { files: SourceFile[]; folders: string[] } {
  const entries = entriesOf(bytes, name);
  requirePlausible(entries, name, bytes.length);
  const isFolder = ({ name: path }: Entry): boolean => path.endsWith('/');
  const files = entries.filter((entry) => !isFolder(entry));
  const batches = new Batches(
    bytes,
    files.map((entry) => entry.name),
    name,
  );
  return {
    files: files.map((entry, index) => ({
      path: entry.name,
      size: entry.originalSize,
      read: () => Promise.resolve().then(() => batches.take(index)),
    })),
    folders: entries.filter(isFolder).map((entry) => entry.name),
  };
}
