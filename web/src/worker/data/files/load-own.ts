// SPDX-License-Identifier: MIT
//
// The visitor's own data, whatever they are: IDX files, images in folders, tables, or a zip archive of any of these. Looks at the files,
// not only at their names, and says what was expected where they are nothing of the kind.

import { gunzip } from '../gunzip';
import { inWords } from '../../../shared/dataset';
import { isIdx } from '../idx';
import { ownOrigin } from './assemble';
import { loadTables } from './csv';
import { loadIdx } from './idx-pairs';
import { isImage, loadImages } from './image-folders';
import { extensionOf, fromDisk, nameOf, withoutClutter } from '../../../shared/source-file';
import { filesInZip } from './unzip';
import type { Dataset, Orientation, ReportProgress } from '../../../shared/dataset';
import type { OpenedFile } from './idx-pairs';
import type { DroppedFile, SourceFile } from '../../../shared/source-file';

const expected =
  'These can be learnt from: IDX files of images and labels (gzipped or not), PNG or JPEG images in one folder for each class, ' +
  'a CSV table of labels and pixels, or a zip archive of any of these';

interface Contents {
  files: SourceFile[];
  /** Paths of folders that may hold nothing. */
  folders: string[];
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

async function unpack(dropped: readonly DroppedFile[]): Promise<Contents> {
  const wanted = withoutClutter(dropped);
  const files: SourceFile[] = [];
  const folders: string[] = [];
  for (const { path, file } of wanted) {
    if (file === null) {
      folders.push(path);
    } else if (extensionOf(path) === 'zip') {
      const inside = filesInZip(await fromDisk({ path, file }).read(), nameOf(path));
      files.push(...withoutClutter(inside.files));
      folders.push(...inside.folders);
    } else {
      files.push(fromDisk({ path, file }));
    }
  }
  return { files, folders, title: titleOf(wanted) };
}

const isTable = ({ path }: SourceFile): boolean => ['csv', 'tsv'].includes(extensionOf(path));

/** Beside data nobody minds a readme or a list of names. */
const isRemark = ({ path }: SourceFile): boolean =>
  ['txt', 'md', 'json', 'pdf', 'html', 'xml', 'yml', 'yaml', 'mat'].includes(extensionOf(path)) ||
  /^(readme|license|copying)$/i.test(nameOf(path));

async function openIdx(file: SourceFile): Promise<OpenedFile> {
  const sent = await file.read();
  const plain = await gunzip(sent).catch((error: unknown) => {
    throw new Error(`${file.path}: ${inWords(error)}.`);
  });
  if (isIdx(plain) || plain.length < 8) return { path: file.path, sent, plain };
  throw new Error(
    `${file.path} is not an IDX file: it should start with 00 00 08 03 (images) or 00 00 08 01 (labels). ${expected}.`,
  );
}

const maxIdxFiles = 4;

/** Of many files in one archive those of EMNIST's letters, say, are to be picked by hand: nobody can guess which are wanted. */
async function openAllIdx(files: readonly SourceFile[]): Promise<OpenedFile[]> {
  const likely = files.filter((file) => !isRemark(file));
  const wanted = likely.length > 0 ? likely : files;
  if (wanted.length > maxIdxFiles) {
    throw new Error(
      `These are ${wanted.length} files, more than one data set: choose the two or four that belong together. ${expected}.`,
    );
  }
  return Promise.all(wanted.map(openIdx));
}

export async function loadOwn(
  dropped: readonly DroppedFile[],
  orientation: Orientation,
  report: ReportProgress,
): Promise<Dataset> {
  report({ phase: 'read', received: 0, total: 0, source: ownOrigin });
  const { files, folders, title } = await unpack(dropped);
  const images = files.filter(isImage);
  if (images.length > 0) return loadImages(images, folders, title, report);
  if (files.some(isTable)) return loadTables(files.filter(isTable), orientation, report);
  if (files.length === 0) throw new Error(`There is no file in what was chosen. ${expected}.`);
  return loadIdx(await openAllIdx(files), orientation, report);
}
