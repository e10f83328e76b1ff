// SPDX-License-Identifier: MIT
//
// The visitor's own data, whatever they are: IDX files, images in folders, tables, or a zip archive of any of these. Looks at the files,
// not only at their names, and says what was expected where they are nothing of the kind.

import { readUnpacked } from '../gunzip';
import { isIdx } from '../idx';
import { ownOrigin } from './assemble';
import { loadTables } from './csv';
import { readableImages, reader } from './decode-image';
import { listed } from './classes';
import { loadIdx } from './idx-pairs';
import { skippedNotes } from './skipped';
import { isImage, loadImages } from './image-folders';
import { extensionOf, fromDisk, isHidden, nameOf } from '../../../shared/source-file';
import { filesInZip } from './unzip';
import type { Dataset, Orientation, ReportProgress } from '../../../shared/dataset';
import type { OpenedFile } from './idx-pairs';
import type { DroppedFile, SourceFile } from '../../../shared/source-file';

const expected =
  `${reader} reads IDX files of images and labels (gzipped or not), ${readableImages} images in one folder for each class, ` +
  'CSV tables of labels and pixels, and zip archives of any of these';

interface Contents {
  files: SourceFile[];
  /** Paths of folders that may hold nothing. */
  folders: string[];
  /** Everything that was chosen, hidden files too. */
  all: { path: string }[];
  title: string;
}

const withoutExtension = (path: string): string => nameOf(path).replace(/(\.(zip|csv|tsv|txt))+$/i, '');

/** The folder or archive that everything lies in, else what they are to the visitor. */
function titleOf(dropped: readonly DroppedFile[]): string {
  if (dropped.length === 1) return withoutExtension(dropped[0]!.path);
  const roots = new Set(dropped.map(({ path }) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '')));
  const [root] = roots;
  return roots.size === 1 && root !== undefined && root !== '' ? root : 'Your files';
}

const visible = <T extends { path: string }>(files: readonly T[]): T[] => files.filter((file) => !isHidden(file));

async function unpack(dropped: readonly DroppedFile[]): Promise<Contents> {
  const wanted = visible(dropped);
  const all: { path: string }[] = dropped.filter(isHidden);
  const files: SourceFile[] = [];
  const folders: { path: string }[] = [];
  for (const { path, file } of wanted) {
    if (file === null) {
      folders.push({ path });
    } else if (extensionOf(path) === 'zip') {
      const inside = filesInZip(await fromDisk({ path, file }).read(), nameOf(path));
      files.push(...inside.files);
      folders.push(...inside.folders.map((each) => ({ path: each })));
    } else {
      files.push(fromDisk({ path, file }));
    }
  }
  all.push(...files, ...folders);
  return { files: visible(files), folders: visible(folders).map(({ path }) => path), all, title: titleOf(wanted) };
}

/** A table's name may end in .csv.gz. */
const isTable = ({ path }: SourceFile): boolean => ['csv', 'tsv'].includes(extensionOf(path.replace(/\.gz$/i, '')));

/** A readme or a list of names beside the data is no mistake. */
const isRemark = ({ path }: SourceFile): boolean =>
  ['txt', 'md', 'json', 'pdf', 'html', 'xml', 'yml', 'yaml', 'mat'].includes(extensionOf(path)) ||
  /^(readme|license|copying)$/i.test(nameOf(path));

const hasIdxName = ({ path }: SourceFile): boolean => /idx\d|ubyte/i.test(nameOf(path));

function unreadable(files: readonly SourceFile[]): Error {
  const names = listed(files.map(({ path }) => path));
  return new Error(`${reader} cannot read ${names}. ${expected}.`);
}

async function openIdx(file: SourceFile): Promise<OpenedFile> {
  const { sent, plain } = await readUnpacked(file);
  if (isIdx(plain)) return { path: file.path, sent, plain };
  if (!hasIdxName(file)) throw unreadable([file]);
  throw new Error(
    `${file.path} is not an IDX file: it should start with the bytes 00 00 08 03 (images) or 00 00 08 01 (labels). ${expected}.`,
  );
}

const maxIdxFiles = 4;

/** Of many files in one archive those of EMNIST's letters, say, are to be picked by hand: nobody can guess which are wanted. */
async function openAllIdx(files: readonly SourceFile[]): Promise<OpenedFile[]> {
  if (files.length > maxIdxFiles) {
    if (!files.some(hasIdxName)) throw unreadable(files);
    throw new Error(
      `These ${files.length} files are more than one data set. Choose the two or four files that belong together. ${expected}.`,
    );
  }
  return Promise.all(files.map(openIdx));
}

function requireFiles({ files, all }: Contents): void {
  if (files.length > 0) return;
  const hidden = skippedNotes(all, [], '');
  throw new Error(['Your choice contains no file.', ...hidden, `${expected}.`].join(' '));
}

function without(files: readonly SourceFile[], used: readonly SourceFile[]): SourceFile[] {
  const all = new Set(used);
  return files.filter((file) => !all.has(file));
}

/** Throws a sentence where the files are no data that this page reads. */
export async function loadOwn(
  dropped: readonly DroppedFile[],
  orientation: Orientation,
  report: ReportProgress,
): Promise<Dataset> {
  report({ phase: 'read', received: 0, total: 0, source: ownOrigin });
  const contents = await unpack(dropped);
  const { files, folders, all, title } = contents;
  requireFiles(contents);
  const withNotes = (dataset: Dataset, used: readonly SourceFile[], kind: string): Dataset => ({
    ...dataset,
    notes: [...dataset.notes, ...skippedNotes(all, without(files, used), kind)],
  });
  const images = files.filter(isImage);
  if (images.length > 0) return withNotes(await loadImages(images, folders, title, report), images, 'images');
  const tables = files.filter(isTable);
  if (tables.length > 0) return withNotes(await loadTables(tables, orientation, report), tables, 'tables');
  const likely = files.filter((file) => !isRemark(file));
  const wanted = likely.length > 0 ? likely : files;
  return withNotes(await loadIdx(await openAllIdx(wanted), orientation, report), wanted, 'IDX files');
}
