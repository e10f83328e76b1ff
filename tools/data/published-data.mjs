// SPDX-License-Identifier: MIT
// The published data sets for the page's own data folder: from a folder that a variable names, else from public mirrors, stored in the cache
// folder. Mirrors compress differently, so the decompressed bytes are what is checked. Nothing unchecked is ever stored or served. The
// table of files, checksums and mirrors is the page's own.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { withLock } from '../support/lock.mjs';
import { inCache, inRoot } from '../support/paths.mjs';
import { SetupError, formatBytes, note, step, success } from '../support/report.mjs';
import { downloadResumably, forgetPartial } from './resumable.mjs';

const table = JSON.parse(readFileSync(inRoot('web', 'src', 'shared', 'published-datasets.json'), 'utf8'));

/** 'fashion-mnist' -> 'FASHION_MNIST_DIR'. */
const variableOf = (id) => `${id.toUpperCase().replaceAll('-', '_')}_DIR`;

/** The published sets: { id, title, variable, mirrors, files: [{ name, gzipBytes, sha256 }] }; names end with .gz. */
export const published = table.map(({ id, title, mirrors, files }) => ({
  ...{ id, title, mirrors, variable: variableOf(id) },
  files: files.map(({ name, gzipBytes, sha256 }) => ({ name: `${name}.gz`, gzipBytes, sha256 })),
}));

/** Throws SetupError that lists the known names. */
export function findPublished(id) {
  const found = published.find((set) => set.id === id);
  if (found) return found;
  throw new SetupError(`There is no data set named '${id}'.`, [
    `These are: ${published.map((set) => set.id).join(', ')}`,
  ]);
}

/** Whether gzip bytes decompress to what `file` must be. */
export function isGenuine(bytes, file) {
  try {
    return createHash('sha256').update(gunzipSync(bytes)).digest('hex') === file.sha256;
  } catch {
    return false;
  }
}

/** Downloads one file; throws a sentence if the mirror does not answer, stops half-way or sends something else. What came before it
 * stopped stays in `partial`, and the next call for the same file of the same mirror goes on from there. */
export async function fetchFile(mirror, file, { partial, fetch = globalThis.fetch, onBytes = undefined, ...limits }) {
  const url = new URL(file.name, mirror);
  for (const mayResume of [true, false]) {
    if (!mayResume) forgetPartial(partial);
    const { bytes, resumed } = await downloadResumably(url, partial, { fetch, onBytes, limits });
    forgetPartial(partial);
    if (isGenuine(bytes, file)) return bytes;
    if (!resumed) break;
  }
  throw new Error(`${file.name} from there is damaged or another file (wrong SHA-256)`);
}

/** One set's place in the cache. A file appears in it only when it is whole and checked. */
class Cache {
  constructor({ id, files }) {
    this.id = id;
    this.files = files;
    this.folder = inCache('data', id);
  }

  path(name) {
    return join(this.folder, name);
  }

  partial(name, mirror) {
    return inCache('partial', this.id, `${new URL(mirror).host.replaceAll(':', '-')}-${name}`);
  }

  get isWhole() {
    return this.files.every(({ name }) => existsSync(this.path(name)));
  }

  get missing() {
    return this.files.filter(({ name }) => !existsSync(this.path(name)));
  }

  keep(file, bytes) {
    mkdirSync(this.folder, { recursive: true });
    const partial = `${this.path(file.name)}.${process.pid}.partial`;
    writeFileSync(partial, bytes);
    renameSync(partial, this.path(file.name));
  }

  get #failureMark() {
    return inCache('data', `${this.id}-unreachable`);
  }

  get minutesSinceFailure() {
    return existsSync(this.#failureMark) ? (Date.now() - statSync(this.#failureMark).mtimeMs) / 60000 : Infinity;
  }

  markFailure(failed) {
    if (!failed) return rmSync(this.#failureMark, { force: true });
    mkdirSync(inCache('data'), { recursive: true });
    writeFileSync(this.#failureMark, '');
  }
}

function takeFromFolder(cache, folder) {
  for (const file of cache.files) {
    const path = join(folder, file.name);
    if (!existsSync(path)) return `${file.name} is not in ${folder}`;
    const bytes = readFileSync(path);
    if (!isGenuine(bytes, file)) return `${path} is damaged or another file (wrong SHA-256)`;
    cache.keep(file, bytes);
  }
  return null;
}

async function takeFromMirrors(cache, { title, mirrors }) {
  const { missing } = cache;
  const total = missing.reduce((sum, file) => sum + file.gzipBytes, 0);
  const job = step(title, `downloading ${formatBytes(total)}`);
  const reasons = [];
  for (const mirror of mirrors) {
    let before = 0;
    try {
      for (const file of missing) {
        const onBytes = (bytes) =>
          job.progress(`${formatBytes(before + bytes)} of ${formatBytes(total)}`, (before + bytes) / total);
        if (!existsSync(cache.path(file.name)))
          cache.keep(file, await fetchFile(mirror, file, { partial: cache.partial(file.name, mirror), onBytes }));
        before += file.gzipBytes;
      }
      job.done(`downloaded from ${new URL(mirror).host}, SHA-256 checked`);
      return true;
    } catch (error) {
      reasons.push(`${new URL(mirror).host}: ${error.message}`);
    }
  }
  job.failed(`not downloaded. ${reasons.join('; ')}`);
  return false;
}

async function fetchToCache(cache, { title, variable, mirrors, folder, download, retryAfterMinutes }) {
  if (cache.isWhole) return true;
  if (folder) {
    const problem = takeFromFolder(cache, folder);
    if (!problem) return true;
    note(title, `${variable} does not help: ${problem}`);
  }
  if (!download) return false;
  const minutes = cache.minutesSinceFailure;
  if (minutes < retryAfterMinutes) {
    note(title, `no mirror answered in the last ${Math.ceil(minutes)} min (npm run data tries again)`);
    return false;
  }
  const taken = await takeFromMirrors(cache, { title, mirrors });
  cache.markFailure(!taken);
  return taken;
}

/** Copies the files into the built page's data folder where they are not there yet. */
function placeInPage(page, cache) {
  if (!existsSync(page)) return;
  mkdirSync(join(page, 'data', cache.id), { recursive: true });
  for (const { name } of cache.files) {
    const target = join(page, 'data', cache.id, name);
    if (existsSync(target) && statSync(target).size === statSync(cache.path(name)).size) continue;
    copyFileSync(cache.path(name), `${target}.partial`);
    renameSync(`${target}.partial`, target);
  }
}

/**
 * Puts a published set (see `published`) into the cache: from the folder that its variable names, else from the mirrors, unless `download`
 * is false. Resolves with whether it is there.
 */
export async function fetchData(
  set,
  { folder = process.env[set.variable], download = true, retryAfterMinutes = 60 } = {},
) {
  const cache = new Cache(set);
  const fetching = () => fetchToCache(cache, { ...set, folder, download, retryAfterMinutes });
  return cache.isWhole || withLock(inCache(`${set.id}.lock`), fetching);
}

/**
 * Puts a published set into the cache, as fetchData does, and into the built page. Resolves with the cache's folder of it, or null where
 * it cannot be had: then the page asks the mirrors itself, or takes the files from disk.
 */
export async function provideData(
  set,
  { page = inRoot('web', 'dist'), folder = process.env[set.variable], download = true, retryAfterMinutes = 60 } = {},
) {
  const cache = new Cache(set);
  if (!(await fetchData(set, { folder, download, retryAfterMinutes }))) {
    if (download)
      note(
        set.title,
        'the page will ask the mirrors itself, take the four files from your disk, or generate synthetic digits',
      );
    return null;
  }
  placeInPage(page, cache);
  success(set.title, `${set.files.length === 4 ? 'four' : set.files.length} files, SHA-256 checked`);
  return cache.folder;
}

/** Where the cache has a set that has been fetched. */
export const folderOf = (set) => new Cache(set).folder;

/** Puts the sets but MNIST into the built page that were fetched before, or whose folder a variable names: a build empties its folder. */
export async function placeFetchedData() {
  for (const set of published) {
    if (set.id === 'mnist' || !(new Cache(set).isWhole || process.env[set.variable])) continue;
    await provideData(set, { download: false });
  }
}
