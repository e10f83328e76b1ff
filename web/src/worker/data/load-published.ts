// SPDX-License-Identifier: MIT
//
// A published data set from this browser's storage, else from its mirrors in turn. Only bytes with the right SHA-256 get through; a
// source that fails for one file is passed over for that file and the next source is asked. Names every reason when none is left.

import { download } from './download';
import { gunzip } from './gunzip';
import { inWords, NoSourceError } from '../../shared/dataset';
import { readIdxOf } from './idx';
import { sha256 } from './sha256';
import { forget, keep, readKept } from './store';
import type { Dataset, LabelledSet, ReportProgress } from '../../shared/dataset';
import type { FileRole, PublishedDataset, PublishedFile } from '../../shared/published-datasets';
import type { DownloadProgress } from './download';
import type { KeptFile } from './store';

type Bytes = Uint8Array<ArrayBuffer>;
type Checked = { gzip: Bytes; plain: Bytes };

interface Mirror {
  /** Said to people: who this is. */
  title: string;
  folder: URL;
}

const keysOf = (dataset: PublishedDataset): string[] => dataset.files.map((file) => `${dataset.id}/${file.name}`);

class WrongContentError extends Error {
  constructor() {
    super('the content is not the expected file (wrong checksum)');
  }
}

async function checked(gzip: Bytes, file: PublishedFile): Promise<Checked> {
  const plain = await gunzip(gzip);
  if ((await sha256(plain)) !== file.sha256) throw new WrongContentError();
  return { gzip, plain };
}

async function fromStorage(dataset: PublishedDataset, report: ReportProgress): Promise<Checked[] | null> {
  report({ phase: 'storage', received: 0, total: 0, source: "this browser's storage", title: dataset.title });
  const kept = await readKept(keysOf(dataset));
  if (kept === null) return null;
  try {
    return await Promise.all(dataset.files.map((file, i) => checked(kept[i]!.bytes, file)));
  } catch {
    await forget(keysOf(dataset));
    return null;
  }
}

const mirrorsOf = (dataset: PublishedDataset, dataFolder: URL): Mirror[] => [
  { title: 'this site', folder: new URL(`${dataset.id}/`, dataFolder) },
  ...dataset.mirrors.map((address) => ({ title: new URL(address).host, folder: new URL(address) })),
];

/** Downloads file after file and adds their bytes up for one progress bar. */
class MirrorReader {
  readonly #failures = new Map<string, string>();
  readonly #sizes: number[];
  readonly #mirrors: readonly Mirror[];
  #order: readonly Mirror[];
  #before = 0;

  constructor(
    private readonly dataset: PublishedDataset,
    dataFolder: URL,
    private readonly report: ReportProgress,
  ) {
    this.#order = this.#mirrors = mirrorsOf(dataset, dataFolder);
    this.#sizes = dataset.files.map((file) => file.gzipBytes);
  }

  get source(): string {
    return this.#order[0]?.title ?? '';
  }

  async read(index: number): Promise<Checked> {
    const file = this.dataset.files[index]!;
    for (const mirror of this.#order) {
      try {
        const result = await this.#from(mirror, index);
        this.#before += this.#sizes[index]!;
        this.#order = [mirror, ...this.#order.filter((other) => other !== mirror)];
        return result;
      } catch (error) {
        this.#failures.set(mirror.title, `${file.name}.gz: ${inWords(error)}`);
      }
    }
    const reasons = this.#mirrors.map(({ title }) => `From ${title}: ${this.#failures.get(title) ?? 'not asked'}.`);
    throw new NoSourceError(`${this.dataset.title} could not be loaded. ${reasons.join(' ')}`);
  }

  /** Pieces that do not fit together are dropped, and the whole is asked for once more. */
  async #from(mirror: Mirror, index: number, mayResume = true): Promise<Checked> {
    const { bytes, resumed } = await this.#download(mirror, index, mayResume);
    this.#report('check', mirror, 0);
    try {
      return await checked(bytes, this.dataset.files[index]!);
    } catch (error) {
      if (resumed) return this.#from(mirror, index, false);
      throw error;
    }
  }

  #download(mirror: Mirror, index: number, mayResume: boolean) {
    const url = new URL(`${this.dataset.files[index]!.name}.gz`, mirror.folder);
    const report = ({ received, total }: DownloadProgress): void => {
      this.#sizes[index] = Math.max(total ?? this.#sizes[index]!, received);
      this.#report('download', mirror, received);
    };
    return download(url, report, { mayResume });
  }

  #report(phase: 'download' | 'check', mirror: Mirror, received: number): void {
    const total = this.#sizes.reduce((sum, size) => sum + size, 0);
    const { title } = this.dataset;
    this.report({ phase, received: this.#before + received, total, source: mirror.title, title });
  }
}

async function fromMirrors(dataset: PublishedDataset, dataFolder: URL, report: ReportProgress) {
  const reader = new MirrorReader(dataset, dataFolder, report);
  const files: Checked[] = [];
  for (let i = 0; i < dataset.files.length; ++i) files.push(await reader.read(i));
  return { files, origin: reader.source };
}

/** Keeps files that are known to be the data set's own, so that the next visit downloads nothing. Null, or why it could not be. */
export function keepPublished(dataset: PublishedDataset, files: Record<FileRole, KeptFile>): Promise<string | null> {
  return keep(dataset.files.map((file) => [`${dataset.id}/${file.name}`, files[file.role]] as const));
}

const byRole = <T>(dataset: PublishedDataset, values: readonly T[]): Record<FileRole, T> =>
  Object.fromEntries(dataset.files.map((file, i) => [file.role, values[i]!])) as Record<FileRole, T>;

function setOf(images: Bytes, labels: Bytes): LabelledSet {
  const { values, height, width } = readIdxOf('images', images, 'The images');
  return { images: values, labels: readIdxOf('labels', labels, 'The labels').values, height, width };
}

/** The data set of these decompressed files, whose checksums are right. */
export function publishedDataset(
  { id, title, classes }: PublishedDataset,
  plain: Record<FileRole, Bytes>,
  came: { origin: string; notKept: string | null; notes?: readonly string[] },
): Dataset {
  return {
    ...{ id, title, classes, origin: came.origin, kept: came.notKept === null, notKept: came.notKept },
    train: setOf(plain.trainImages, plain.trainLabels),
    test: setOf(plain.testImages, plain.testLabels),
    notes: came.notes ?? [],
    orientation: null,
    inPlaceOf: null,
  };
}

export async function loadPublished(
  dataset: PublishedDataset,
  dataFolder: URL,
  report: ReportProgress,
): Promise<Dataset> {
  const plainOf = (files: readonly Checked[]) =>
    byRole(
      dataset,
      files.map(({ plain }) => plain),
    );
  const stored = await fromStorage(dataset, report);
  if (stored !== null) {
    return publishedDataset(dataset, plainOf(stored), { origin: "this browser's storage", notKept: null });
  }
  const { files, origin } = await fromMirrors(dataset, dataFolder, report);
  const toKeep = files.map(({ gzip }, i) => ({ name: `${dataset.files[i]!.name}.gz`, bytes: gzip }));
  const notKept = await keepPublished(dataset, byRole(dataset, toKeep));
  return publishedDataset(dataset, plainOf(files), { origin, notKept });
}
