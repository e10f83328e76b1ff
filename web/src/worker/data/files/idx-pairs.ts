// SPDX-License-Identifier: MIT
//
// IDX files from the visitor's disk: a pair of images and labels, or two pairs of which one is the test set; told apart by what they
// hold, in any order. They are a published data set if their bytes say so. Labels may begin anywhere (EMNIST letters' begin at 1), and
// images that are stored transposed (EMNIST's are) are put upright.

import { areDigits, publishedDatasets } from '../../../shared/published-datasets';
import { readIdx } from '../idx';
import { isGzip } from '../gunzip';
import { keepPublished, publishedDataset } from '../load-published';
import { sha256 } from '../sha256';
import { assemble, ownOrigin, setOf } from './assemble';
import { distinct } from './classes';
import { ImageFitter, needsNoFitting } from './fit-images';
import { nameOf, saysTest } from '../../../shared/source-file';
import { namesFor, putUpright } from './upright';
import type { Dataset, LabelledSet, Orientation, ReportProgress } from '../../../shared/dataset';
import type { FileRole, PublishedDataset } from '../../../shared/published-datasets';
import type { IdxFile, IdxImages, IdxLabels } from '../idx';
import type { Bytes } from '../../../shared/source-file';

/** A file with its bytes as they came and decompressed. */
export interface OpenedFile {
  path: string;
  sent: Bytes;
  plain: Bytes;
}

type Opened<F extends IdxFile> = OpenedFile & { idx: F };

interface Pair {
  images: Opened<IdxImages>;
  labels: Opened<IdxLabels>;
}

const expected =
  'IDX data sets consist of a file of images and a file of labels, and two more if there is a test set: two files or four';

const openAll = (files: readonly OpenedFile[]): Opened<IdxFile>[] =>
  files.map((file) => ({ ...file, idx: readIdx(file.plain, file.path) }));

/** The larger set is the training set; of two equal ones the file's name decides, then the order they came in. */
const trainFirst = <F extends IdxFile>(files: Opened<F>[]): Opened<F>[] =>
  files.toSorted(
    (a, b) => b.idx.count - a.idx.count || Number(saysTest(nameOf(a.path))) - Number(saysTest(nameOf(b.path))),
  );

function pairUp(files: readonly OpenedFile[]): { train: Pair; test: Pair | null } {
  const opened = openAll(files);
  const images = trainFirst(opened.filter((file): file is Opened<IdxImages> => file.idx.kind === 'images'));
  const labels = trainFirst(opened.filter((file): file is Opened<IdxLabels> => file.idx.kind === 'labels'));
  if (images.length !== labels.length || images.length < 1 || images.length > 2) {
    throw new Error(`${expected}. These are ${images.length} of images and ${labels.length} of labels.`);
  }
  const pairs = images.map((file, i) => ({ images: file, labels: labels[i]! }));
  pairs.forEach(({ images: some, labels: their }, i) => {
    if (some.idx.count === their.idx.count) return;
    const what = pairs.length === 1 ? '' : i === 0 ? 'training ' : 'test ';
    throw new Error(
      `Images and labels do not match: ${some.path} holds ${some.idx.count} ${what}images, but ` +
        `${their.path} holds ${their.idx.count} labels.`,
    );
  });
  return { train: pairs[0]!, test: pairs[1] ?? null };
}

const roles: readonly FileRole[] = ['trainImages', 'trainLabels', 'testImages', 'testLabels'];

async function publishedAs(files: Record<FileRole, OpenedFile>): Promise<PublishedDataset | null> {
  const hashes = Object.fromEntries(
    await Promise.all(roles.map(async (role) => [role, await sha256(files[role].plain)] as const)),
  );
  return publishedDatasets.find((set) => set.files.every((file) => hashes[file.role] === file.sha256)) ?? null;
}

/** Where the files are gzipped they are kept as they came, so that storage holds a fifth of the bytes. */
const keepable = ({ path, sent, plain }: OpenedFile) => ({ name: nameOf(path), bytes: isGzip(sent) ? sent : plain });

const mapRoles = <T, U>(of: Record<FileRole, T>, change: (each: T) => U): Record<FileRole, U> =>
  Object.fromEntries(roles.map((role) => [role, change(of[role])])) as Record<FileRole, U>;

async function asPublished(train: Pair, test: Pair): Promise<Dataset | null> {
  const files = {
    trainImages: train.images,
    trainLabels: train.labels,
    testImages: test.images,
    testLabels: test.labels,
  };
  const published = await publishedAs(files);
  if (published === null) return null;
  const notKept = await keepPublished(published, mapRoles(files, keepable));
  const notes = [`These are exactly the files of ${published.title}.`];
  const plain = mapRoles<OpenedFile, Bytes>(files, (file) => file.plain);
  return publishedDataset(published, plain, { origin: ownOrigin, notKept, notes });
}

/** Labels from 0 without gaps: each becomes the place of its value among `values`. */
function indexed({ labels }: Pair, values: readonly number[]): Uint8Array {
  const places = new Map(values.map((value, index) => [value, index]));
  return labels.idx.values.map((label, at) => {
    const place = places.get(label);
    if (place !== undefined) return place;
    throw new Error(
      `${labels.path}: image ${at} is labelled ${label}, but the training labels are ${values[0]!} to ${values.at(-1)!}` +
        `${values.length === values.at(-1)! - values[0]! + 1 ? '' : ', not all of them'}: the network cannot learn a class without training images.`,
    );
  });
}

/** Only the first may be refused as damaged: a lone label among many that have hundreds of images is more likely a damaged byte. */
function requireNoStray({ labels }: Pair, values: readonly number[]): void {
  const counts = new Map<number, number>();
  for (const label of labels.idx.values) counts.set(label, (counts.get(label) ?? 0) + 1);
  const stray = values.find((value) => counts.get(value) === 1);
  if (stray === undefined || labels.idx.count < 4 * values.length) return;
  const others = values.filter((value) => value !== stray);
  throw new Error(
    `${labels.path}: only image ${labels.idx.values.indexOf(stray)} is labelled ${stray}; all others have labels from ` +
      `${others[0] ?? stray} to ${others.at(-1) ?? stray}. Either the label is wrong or the class has too few images.`,
  );
}

const squareSet = ({ images }: Pair, labels: Uint8Array): LabelledSet => ({
  ...{ images: images.idx.values, labels, height: images.idx.height, width: images.idx.width },
});

function titleOf({ images }: Pair): string {
  const split = /emnist-(letters|balanced|byclass|bymerge|digits|mnist)/i.exec(nameOf(images.path))?.[1];
  return split === undefined ? 'Your files' : `EMNIST ${split.toLowerCase()}`;
}

/** "MNIST or Fashion-MNIST". */
const publishedTitles = publishedDatasets.map(({ title }) => title).join(' or ');

export async function loadIdx(
  files: readonly OpenedFile[],
  orientation: Orientation,
  report: ReportProgress,
): Promise<Dataset> {
  const { train, test } = pairUp(files);
  report({ phase: 'check', received: 0, total: 0, source: ownOrigin });
  const published = test === null ? null : await asPublished(train, test);
  if (published !== null) return published;
  const values = distinct(train.labels.idx.values);
  requireNoStray(train, values);
  const { classes, notes } = namesFor(values);
  const testSet = test === null ? null : squareSet(test, indexed(test, values));
  const upright = putUpright(squareSet(train, indexed(train, values)), testSet, orientation, values.length);
  const fitted = fitBoth(upright.train, upright.test);
  const kind = areDigits(classes) ? [`These are not the files of ${publishedTitles}.`] : [];
  const all = [...kind, ...upright.notes, ...fitted.notes, ...notes];
  return assemble({ title: titleOf(train), classes, ...fitted, notes: all, orientation });
}

function fitBoth(train: LabelledSet, test: LabelledSet | null) {
  const sets = test === null ? [train] : [train, test];
  if (sets.every(needsNoFitting)) return { train, test, notes: [] };
  const fitter = new ImageFitter();
  for (const set of sets) {
    const size = set.height * set.width;
    for (let i = 0; i < set.labels.length; ++i) {
      fitter.add(set.images.subarray(i * size, (i + 1) * size), set.height, set.width);
    }
  }
  const { images, notes } = fitter.finish();
  const cut = train.labels.length * (images.length / fitter.count);
  return {
    train: setOf(images.slice(0, cut), train.labels),
    test: test === null ? null : setOf(images.slice(cut), test.labels),
    notes,
  };
}
