// SPDX-License-Identifier: MIT
//
// Four IDX files from the visitor's disk, gzipped or not, in any order: told apart by their magic and count. They are a published data
// set if their bytes say so, and a data set of their own otherwise.

import { kDigitClasses, kPublishedDatasets } from './datasets';
import { gunzip, isGzip } from './gunzip';
import { readIdxHeader } from './idx-header';
import { keepPublished } from './load-published';
import { sha256 } from './sha256';
import type { FileRole, PublishedDataset } from './datasets';
import type { IdxHeader } from './idx-header';
import type { RawDataset, ReportProgress } from './raw-dataset';

interface OpenedFile {
  name: string;
  sent: Uint8Array<ArrayBuffer>;
  plain: Uint8Array<ArrayBuffer>;
  header: IdxHeader;
}

const kExpected = 'Four IDX files are needed: training images, training labels, test images and test labels';

async function open(file: File): Promise<OpenedFile> {
  const sent = new Uint8Array(await file.arrayBuffer());
  const plain = await gunzip(sent).catch((error: unknown) => {
    throw new Error(`${file.name}: ${error instanceof Error ? error.message : String(error)}.`);
  });
  const header = readIdxHeader(plain);
  if (header === null) {
    throw new Error(
      `${file.name} is not an IDX file: it should start with 00 00 08 03 (images) or 00 00 08 01 (labels). ${kExpected}.`,
    );
  }
  return { name: file.name, sent, plain, header };
}

const saysTest = (file: OpenedFile): boolean => /test|t10k|valid/i.test(file.name);

/** The larger set is the training set; of two equal ones the file's name decides, then the order they came in. */
function trainFirst(files: OpenedFile[]): [OpenedFile, OpenedFile] {
  const sorted = files.toSorted((a, b) => b.header.count - a.header.count || Number(saysTest(a)) - Number(saysTest(b)));
  return [sorted[0]!, sorted[1]!];
}

function assignRoles(files: OpenedFile[]): Record<FileRole, OpenedFile> {
  const images = files.filter((file) => file.header.kind === 'images');
  const labels = files.filter((file) => file.header.kind === 'labels');
  if (images.length !== 2 || labels.length !== 2) {
    throw new Error(`${kExpected}. These are ${images.length} of images and ${labels.length} of labels.`);
  }
  const [trainImages, testImages] = trainFirst(images);
  const [trainLabels, testLabels] = trainFirst(labels);
  const pairs = [
    ['training', trainImages, trainLabels],
    ['test', testImages, testLabels],
  ] as const;
  for (const [split, some, their] of pairs) {
    if (some.header.count === their.header.count) continue;
    throw new Error(
      `Images and labels do not match: ${some.name} holds ${some.header.count} ${split} images, but ` +
        `${their.name} holds ${their.header.count} labels.`,
    );
  }
  return { trainImages, trainLabels, testImages, testLabels };
}

const kRoles: readonly FileRole[] = ['trainImages', 'trainLabels', 'testImages', 'testLabels'];

async function publishedAs(plain: Record<FileRole, Uint8Array<ArrayBuffer>>): Promise<PublishedDataset | null> {
  const hashes = Object.fromEntries(
    await Promise.all(kRoles.map(async (role) => [role, await sha256(plain[role])] as const)),
  );
  return kPublishedDatasets.find(({ files }) => files.every((file) => hashes[file.role] === file.sha256)) ?? null;
}

/** Where the files are gzipped they are kept as they came, so that storage holds a fifth of the bytes. */
const keepable = ({ name, sent, plain }: OpenedFile) => ({ name, bytes: isGzip(sent) ? sent : plain });

export async function loadFiles(files: readonly File[], report: ReportProgress): Promise<RawDataset> {
  const source = 'your disk';
  report({ phase: 'read', received: 0, total: 0, source });
  if (files.length !== 4) throw new Error(`${kExpected}. ${files.length} came; please choose all four at once.`);
  const roles = assignRoles(await Promise.all(files.map(open)));
  const plain = Object.fromEntries(kRoles.map((role) => [role, roles[role].plain])) as RawDataset['files'];
  report({ phase: 'check', received: 0, total: 0, source });
  const published = await publishedAs(plain);
  if (published === null) {
    return { id: 'files', title: 'Your files', classes: kDigitClasses, files: plain, origin: source, kept: false };
  }
  const toKeep = Object.fromEntries(kRoles.map((role) => [role, keepable(roles[role])])) as Parameters<
    typeof keepPublished
  >[1];
  const kept = await keepPublished(published, toKeep);
  return { id: published.id, title: published.title, classes: published.classes, files: plain, origin: source, kept };
}
