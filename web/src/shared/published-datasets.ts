// SPDX-License-Identifier: MIT
//
// The published data sets as data: what their files are called, what they must hash to once decompressed, and who serves them to other
// sites. Gzip bytes differ between mirrors, so only the decompressed bytes are checked. The table is JSON because the tools that fill a
// server's data folder read it too.

import published from './published-datasets.json' with { type: 'json' };

export type FileRole = 'trainImages' | 'trainLabels' | 'testImages' | 'testLabels';

export interface PublishedFile {
  role: FileRole;
  /** Name without `.gz`. */
  name: string;
  /** Size of the gzip file in bytes, for the progress bar until a server says better. */
  gzipBytes: number;
  sha256: string;
}

export interface PublishedDataset {
  id: string;
  title: string;
  classes: readonly string[];
  files: readonly PublishedFile[];
  /** Folders with a slash at their end, asked in turn once the page's own data folder has not helped. */
  mirrors: readonly string[];
}

export const publishedDatasets = published as readonly PublishedDataset[];

/** What is loaded first, and what its absence is called. */
export const mnist = publishedDatasets[0]!;

export const digitClasses: readonly string[] = mnist.classes;

/** Whether the classes are the ten digits, in order. */
export const areDigits = (classes: readonly string[]): boolean =>
  classes.length === digitClasses.length && classes.every((name, i) => name === digitClasses[i]);
