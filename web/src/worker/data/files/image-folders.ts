// SPDX-License-Identifier: MIT
//
// Images in folders, one folder a class: its name is the class's. Folders named train and test above them say which is which. One broken
// image refuses them all, with its name: who trains should know what on.

import { turn } from '../../turn';
import { inWords } from '../../../shared/dataset';
import { assemble, setOf } from './assemble';
import { listed, requireClasses, sortedNames } from './classes';
import { decodeImage } from './decode-image';
import { ImageFitter } from './fit-images';
import { extensionOf, isTestFolder, isTrainFolder, sortedByPath } from '../../../shared/source-file';
import type { Dataset, ReportProgress } from '../../../shared/dataset';
import type { SourceFile } from '../../../shared/source-file';

const imageTypes: ReadonlySet<string> = new Set(['png', 'jpg', 'jpeg', 'webp', 'gif', 'bmp']);

export const isImage = ({ path }: { path: string }): boolean => imageTypes.has(extensionOf(path));

/** Decoded at once. */
const together = 16;

interface Placed {
  file: SourceFile;
  className: string;
  part: 'train' | 'test' | null;
}

const partOf = (folders: readonly string[]): Placed['part'] =>
  folders.some(isTestFolder) ? 'test' : folders.some(isTrainFolder) ? 'train' : null;

function place(file: SourceFile): Placed {
  const folders = file.path.split('/').slice(0, -1);
  const className = folders.pop();
  if (className === undefined || (folders.length === 0 && partOf([className]) !== null)) {
    throw new Error(
      `${file.path} is not in the folder of a class. Put the images into one folder for each class, named after the class: cats/1.png, dogs/1.png.`,
    );
  }
  return { file, className, part: partOf(folders) };
}

/** Either all images lie below train or test, or the folders say nothing of it. */
function withParts(placed: Placed[]): Placed[] {
  const parts = new Set(placed.map(({ part }) => part));
  const both = parts.has('train') && parts.has('test') && !parts.has(null);
  return both ? placed : placed.map((each) => ({ ...each, part: 'train' }));
}

/** Folders that look like classes, beside those with images, and hold none. */
function emptyClasses(folders: readonly string[], files: readonly SourceFile[]): string[] {
  const parents = new Set(files.map(({ path }) => path.split('/').slice(0, -2).join('/')));
  return folders
    .map((path) => path.replace(/\/$/, ''))
    .filter((path) => parents.has(path.split('/').slice(0, -1).join('/')))
    .filter((path) => !files.some((file) => file.path.startsWith(`${path}/`)))
    .map((path) => path.split('/').at(-1)!);
}

async function decodeAll(placed: readonly Placed[], fitter: ImageFitter, report: (done: number) => void) {
  const broken: string[] = [];
  for (let first = 0; first < placed.length; first += together) {
    const batch = placed.slice(first, first + together);
    const decoded = await Promise.allSettled(batch.map(async ({ file }) => decodeImage(await file.read())));
    decoded.forEach((result, i) => {
      if (result.status === 'fulfilled') fitter.add(result.value.grey, result.value.height, result.value.width);
      else broken.push(`${batch[i]!.file.path}: ${inWords(result.reason)}`);
    });
    report(first + batch.length);
    await turn();
  }
  if (broken.length === 0) return;
  const rest = broken.length > 3 ? ` And ${broken.length - 3} more.` : '';
  throw new Error(
    `${broken.length === 1 ? 'An image' : `${broken.length} images`} cannot be used. ${broken.slice(0, 3).join('; ')}.${rest}`,
  );
}

/** `folders`: paths of the folders that may be empty. */
export async function loadImages(
  files: readonly SourceFile[],
  folders: readonly string[],
  title: string,
  report: ReportProgress,
): Promise<Dataset> {
  const placed = withParts(sortedByPath(files).map(place));
  const empty = emptyClasses(folders, files);
  if (empty.length > 0) {
    const [noun, verb] = empty.length === 1 ? ['The folder', 'contains'] : ['The folders', 'contain'];
    throw new Error(
      `${noun} ${listed(empty)} ${verb} no images. Every class needs at least two: add images or delete the folder.`,
    );
  }
  const train = placed.filter(({ part }) => part === 'train');
  const test = placed.filter(({ part }) => part === 'test');
  const classes = sortedNames(train.map(({ className }) => className));
  requireClasses(classes, placed.length);
  requireKnown(test, classes);
  const fitter = new ImageFitter();
  await decodeAll([...train, ...test], fitter, (done) => {
    report({ phase: 'decode', received: done, total: placed.length, source: title });
  });
  const { images, notes } = fitter.finish();
  const labelled = (some: readonly Placed[], pixels: Uint8Array) =>
    setOf(
      pixels,
      Uint8Array.from(some, ({ className }) => classes.indexOf(className)),
    );
  const cut = (images.length / placed.length) * train.length;
  return assemble({
    ...{ title, classes, notes },
    train: labelled(train, images.slice(0, cut)),
    test: test.length === 0 ? null : labelled(test, images.slice(cut)),
  });
}

function requireKnown(test: readonly Placed[], classes: readonly string[]): void {
  const unknown = sortedNames(test.map(({ className }) => className)).filter((name) => !classes.includes(name));
  if (unknown.length === 0) return;
  throw new Error(
    `There are test images of ${listed(unknown)}, but no training images: the network cannot learn a class without training images.`,
  );
}
