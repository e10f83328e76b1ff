// SPDX-License-Identifier: MIT
// Data sets by name or from disk, read by the page's own loaders: IDX files (gzipped or not), CSV tables, folders of PNG images, and zip
// archives of these. What comes back is checked, 28x28 and grey.
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { suggestion } from '../src/suggestion.js';
import { generatedId } from '../../web/src/shared/generated';
import { publishedDatasets } from '../../web/src/shared/published-datasets';
import { loadGenerated } from '../../web/src/worker/data/load-generated';
import { loadOwn } from '../../web/src/worker/data/files/load-own';
import { loadPublished } from '../../web/src/worker/data/load-published';
import { Failure, inWords } from './errors.mjs';
import { bytesText, grouped } from './terminal.mjs';

// The page's download asks whether there is a network, of which Node knows nothing, and Node 20 has no navigator either.
if (typeof navigator === 'undefined') Object.defineProperty(globalThis, 'navigator', { value: {} });
Object.defineProperty(navigator, 'onLine', { value: true, configurable: true });

export const namedData = [...publishedDatasets.map(({ id }) => id), generatedId];

/** What the page takes for a file that was dropped on it. */
const dropped = (path, file) => ({
  path,
  file: { size: statSync(file).size, arrayBuffer: async () => new Uint8Array(await readFile(file)).buffer },
});

/** All files below a folder, and its empty folders; links are followed. */
function walk(folder, path) {
  const entries = readdirSync(folder);
  if (entries.length === 0) return [{ path: `${path}/`, file: null }];
  return entries.flatMap((name) => collect(join(folder, name), `${path}/${name}`));
}

function collect(file, path) {
  try {
    accessSync(file, constants.R_OK);
    return statSync(file).isDirectory() ? walk(file, path) : [dropped(path, file)];
  } catch (error) {
    if (error instanceof Failure) throw error;
    const hint = error.code === 'ENOENT' ? suggestion(file, namedData) : '';
    const advice = error.code === 'ENOENT' ? [`Data sets that have a name: ${namedData.join(', ')}.`] : [];
    throw new Failure(`${file} cannot be read: ${inWords(error)}${hint}`, advice);
  }
}

const phases = {
  storage: 'Reading',
  download: 'Downloading',
  check: 'Checking',
  read: 'Reading',
  decode: 'Decoding',
  draw: 'Drawing',
};

function reporter(output) {
  return ({ phase, received, total, title }) => {
    if (total === 0) return;
    const counts = phase === 'decode' || phase === 'draw' ? `${grouped(received)} images` : bytesText(received);
    output.progress(`${phases[phase]} ${title ?? 'data'}`, received / total, counts);
  };
}

async function load(names, engine, orientation, report) {
  const [name] = names;
  if (names.length === 1 && name === generatedId) return loadGenerated(engine, null, report);
  const published = names.length === 1 ? publishedDatasets.find(({ id }) => id === name) : undefined;
  if (published) return loadPublished(published, null, report);
  const files = names.flatMap((each) => collect(each, basename(resolve(each))));
  return loadOwn(files, orientation, report);
}

/**
 * `names`: of a data set, or of files and folders that are one data set together. Throws Failure with what was expected.
 * @param {string[]} names
 * @param {{ engine: import('tinycnn').Engine, output: import('./terminal.mjs').Output, orientation?: 'auto' | 'as stored' | 'transposed' }} options
 */
export async function loadData(names, { engine, output, orientation = 'auto' }) {
  try {
    const dataset = await load(names, engine, orientation, reporter(output));
    output.clear();
    const { train, test, classes, title, notes } = dataset;
    output.say(
      `${title}: ${grouped(train.labels.length)} training images, ${grouped(test.labels.length)} test images, ${classes.length} classes`,
    );
    if (names[0] !== generatedId) for (const note of notes) output.say(`  ${note}`);
    return dataset;
  } catch (error) {
    // the loaders refuse data by plain errors, whose text is a sentence
    if (error instanceof Failure || ![Error.name, 'NoSourceError', 'TinyCNNError'].includes(error.name)) throw error;
    const isOnline = error.name === 'NoSourceError';
    throw new Failure(
      error.message,
      isOnline ? [`Or set ${names[0].toUpperCase().replaceAll('-', '_')}_DIR to a folder with its files.`] : [],
    );
  }
}
