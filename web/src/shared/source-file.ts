// SPDX-License-Identifier: MIT
//
// What the visitor chose, dropped or packed, as a flat list: files with their paths, whose bytes are read when they are wanted.

export type Bytes = Uint8Array<ArrayBuffer>;

export interface SourceFile {
  /** With folders, '/' between them, as it is shown to people. */
  path: string;
  size: number;
  read: () => Promise<Bytes>;
}

/** A file from disk with its path below what was chosen or dropped. A folder without files has none. */
export interface DroppedFile {
  path: string;
  file: File | null;
}

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export const extensionOf = (path: string): string => {
  const name = nameOf(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
};

/** A name that begins with a dot, or that file managers leave behind. */
const hiddenName = /^(\..*|__MACOSX|Thumbs\.db|desktop\.ini)$/i;

/** The hidden file or folder on this path, as in .git/config and apple/.DS_Store; null where nothing is hidden. */
export const hiddenPartOf = (path: string): string | null =>
  path.split('/').find((name) => hiddenName.test(name)) ?? null;

export const isHidden = ({ path }: { path: string }): boolean => hiddenPartOf(path) !== null;

export const fromDisk = ({ path, file }: { path: string; file: File }): SourceFile => ({
  path,
  size: file.size,
  read: async () => {
    try {
      return new Uint8Array(await file.arrayBuffer());
    } catch (error) {
      throw new Error(`${path} cannot be read: it was moved, changed or is not open to this browser.`, {
        cause: error,
      });
    }
  },
});

const byNumbersToo = new Intl.Collator('en', { numeric: true });

/** In the order of their paths, numbers by value: the same files give the same data set, however they came. */
export const sortedByPath = <T extends { path: string }>(files: readonly T[]): T[] =>
  files.toSorted((a, b) => byNumbersToo.compare(a.path, b.path) || (a.path < b.path ? -1 : 1));

const testFolder = /^(test|testing|t10k|val|valid|validation)$/i;

export const saysTest = (name: string): boolean => /test|t10k|valid/i.test(name);
export const isTestFolder = (name: string): boolean => testFolder.test(name);
export const isTrainFolder = (name: string): boolean => /^(train|training)$/i.test(name);
