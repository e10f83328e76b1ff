// SPDX-License-Identifier: MIT
//
// A data set as four decompressed IDX files, before the engine has read them, and what a loader reports on its way.

import type { FileRole } from './datasets';

export interface RawDataset {
  id: string;
  title: string;
  classes: readonly string[];
  files: Record<FileRole, Uint8Array<ArrayBuffer>>;
  /** Where the bytes came from, for people: "cdn.jsdelivr.net", "this browser's storage", "your disk". */
  origin: string;
  /** Whether a reload will find it again without network or disk. */
  kept: boolean;
}

export interface LoadProgress {
  phase: 'storage' | 'download' | 'check' | 'read';
  /** Bytes so far and in all; zero in all where bytes do not say anything. */
  received: number;
  total: number;
  /** Who is being asked. */
  source: string;
}

export type ReportProgress = (progress: LoadProgress) => void;

/** No source had the data: every one of them, with its reason. */
export class NoSourceError extends Error {
  override readonly name = 'NoSourceError';
}
