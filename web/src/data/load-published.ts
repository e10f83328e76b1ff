// SPDX-License-Identifier: MIT
//
// A published data set from this browser's storage, else from its mirrors in turn. Only bytes with the right SHA-256 get through; a
// source that fails for one file is passed over for that file and the next source is asked. Names every reason when none is left.

import { download } from './download';
import { gunzip } from './gunzip';
import { sha256 } from './sha256';
import { forget, keep, readKept } from './store';
import { NoSourceError } from './raw-dataset';
import type { FileRole, Mirror, PublishedDataset, PublishedFile } from './datasets';
import type { RawDataset, ReportProgress } from './raw-dataset';
import type { KeptFile } from './store';

type Checked = { gzip: Uint8Array<ArrayBuffer>; plain: Uint8Array<ArrayBuffer> };

const keysOf = (dataset: PublishedDataset): string[] => dataset.files.map((file) => `${dataset.id}/${file.name}`);

async function checked(gzip: Uint8Array<ArrayBuffer>, file: PublishedFile): Promise<Checked> {
  const plain = await gunzip(gzip);
  if ((await sha256(plain)) !== file.sha256) throw new Error('its content is not what it should be (wrong checksum)');
  return { gzip, plain };
}

async function fromStorage(dataset: PublishedDataset, report: ReportProgress): Promise<Checked[] | null> {
  report({ phase: 'storage', received: 0, total: 0, source: "this browser's storage" });
  const kept = await readKept(keysOf(dataset));
  if (kept === null) return null;
  try {
    return await Promise.all(dataset.files.map((file, i) => checked(kept[i]!.bytes, file)));
  } catch {
    await forget(keysOf(dataset));
    return null;
  }
}

/** Downloads file after file and adds their bytes up for one progress bar. */
class MirrorReader {
  readonly #failures = new Map<string, string>();
  readonly #sizes: number[];
  #order: readonly Mirror[];
  #before = 0;

  constructor(
    private readonly dataset: PublishedDataset,
    private readonly dataFolder: URL,
    private readonly report: ReportProgress,
  ) {
    this.#order = dataset.mirrors;
    this.#sizes = dataset.files.map((file) => file.gzipBytes);
  }

  get source(): string {
    return this.#order[0]?.title ?? '';
  }

  async read(index: number): Promise<Checked> {
    const file = this.dataset.files[index]!;
    for (const mirror of this.#order) {
      try {
        const gzip = await this.#fetch(mirror, index);
        this.#report('check', mirror, 0);
        const result = await checked(gzip, file);
        this.#before += this.#sizes[index]!;
        this.#order = [mirror, ...this.#order.filter((other) => other !== mirror)];
        return result;
      } catch (error) {
        this.#failures.set(mirror.title, `${file.name}.gz: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    const reasons = this.dataset.mirrors.map(
      ({ title }) => `From ${title}: ${this.#failures.get(title) ?? 'not asked'}.`,
    );
    throw new NoSourceError(`${this.dataset.title} could not be loaded from anywhere. ${reasons.join(' ')}`);
  }

  #fetch(mirror: Mirror, index: number): Promise<Uint8Array<ArrayBuffer>> {
    const url = new URL(`${this.dataset.files[index]!.name}.gz`, new URL(mirror.folder, this.dataFolder));
    return download(url, ({ received, total }) => {
      this.#sizes[index] = Math.max(total ?? this.#sizes[index]!, received);
      this.#report('download', mirror, received);
    });
  }

  #report(phase: 'download' | 'check', mirror: Mirror, received: number): void {
    const total = this.#sizes.reduce((sum, size) => sum + size, 0);
    this.report({ phase, received: this.#before + received, total, source: mirror.title });
  }
}

async function fromMirrors(dataset: PublishedDataset, dataFolder: URL, report: ReportProgress) {
  const reader = new MirrorReader(dataset, dataFolder, report);
  const files: Checked[] = [];
  for (let i = 0; i < dataset.files.length; ++i) files.push(await reader.read(i));
  return { files, origin: reader.source };
}

/** Keeps files that are known to be the data set's own, so that the next visit downloads nothing. */
export function keepPublished(dataset: PublishedDataset, files: Record<FileRole, KeptFile>): Promise<boolean> {
  return keep(dataset.files.map((file) => [`${dataset.id}/${file.name}`, files[file.role]] as const));
}

const byRole = <T>(dataset: PublishedDataset, values: readonly T[]): Record<FileRole, T> =>
  Object.fromEntries(dataset.files.map((file, i) => [file.role, values[i]!])) as Record<FileRole, T>;

export async function loadPublished(
  dataset: PublishedDataset,
  dataFolder: URL,
  report: ReportProgress,
): Promise<RawDataset> {
  const { id, title, classes } = dataset;
  const stored = await fromStorage(dataset, report);
  if (stored !== null) {
    const files = byRole(
      dataset,
      stored.map((file) => file.plain),
    );
    return { id, title, classes, files, origin: "this browser's storage", kept: true };
  }
  const { files, origin } = await fromMirrors(dataset, dataFolder, report);
  const toKeep = files.map(({ gzip }, i) => ({ name: `${dataset.files[i]!.name}.gz`, bytes: gzip }));
  const kept = await keepPublished(dataset, byRole(dataset, toKeep));
  return {
    id,
    title,
    classes,
    files: byRole(
      dataset,
      files.map((file) => file.plain),
    ),
    origin,
    kept,
  };
}
