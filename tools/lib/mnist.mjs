// SPDX-License-Identifier: MIT
// MNIST's four files for the page's own data folder: from MNIST_DIR, else from public mirrors, kept in the cache folder. Mirrors
// compress differently, so the decompressed bytes are what is checked. Nothing unchecked is ever kept or served.
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
import { withLock } from './lock.mjs';
import { inCache, inRoot } from './paths.mjs';
import { formatBytes, note, step, success } from './report.mjs';

/** SHA-256 of the decompressed bytes; gzip sizes are those of the usual archives, for the progress display alone. */
export const kMnistFiles = [
  {
    name: 'train-images-idx3-ubyte.gz',
    gzipBytes: 9912422,
    sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  },
  {
    name: 'train-labels-idx1-ubyte.gz',
    gzipBytes: 28881,
    sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  },
  {
    name: 't10k-images-idx3-ubyte.gz',
    gzipBytes: 1648877,
    sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  },
  {
    name: 't10k-labels-idx1-ubyte.gz',
    gzipBytes: 4542,
    sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
];

export const kMnistMirrors = [
  'https://cdn.jsdelivr.net/gh/fgnt/mnist@ae608a0/',
  'https://raw.githubusercontent.com/fgnt/mnist/ae608a0/',
];

const kAnswerMilliseconds = 8000;
const kStallMilliseconds = 15000;

/** Whether gzip bytes decompress to what `file` must be. */
export function isGenuine(bytes, file) {
  try {
    return createHash('sha256').update(gunzipSync(bytes)).digest('hex') === file.sha256;
  } catch {
    return false;
  }
}

/** Downloads one file; throws a sentence if the mirror does not answer, stops half-way or sends something else. */
export async function fetchFile(mirror, file, { fetch = globalThis.fetch, onBytes = () => {}, ...limits } = {}) {
  const { answerMilliseconds = kAnswerMilliseconds, stallMilliseconds = kStallMilliseconds } = limits;
  const abort = new AbortController();
  const giveUp = (text) => () => abort.abort(new Error(text));
  let timer = setTimeout(giveUp('it does not answer'), answerMilliseconds);
  try {
    const response = await fetch(new URL(file.name, mirror), { signal: abort.signal });
    if (!response.ok) throw new Error(`it answers ${response.status}`);
    const chunks = [];
    let received = 0;
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = setTimeout(giveUp('it stopped half-way'), stallMilliseconds);
      chunks.push(chunk);
      onBytes((received += chunk.length));
    }
    const bytes = Buffer.concat(chunks);
    if (!isGenuine(bytes, file)) throw new Error(`${file.name} from there is damaged or another file (wrong SHA-256)`);
    return bytes;
  } catch (error) {
    if (abort.signal.aborted) throw abort.signal.reason;
    throw error instanceof TypeError ? new Error('it cannot be reached, or stopped half-way', { cause: error }) : error;
  } finally {
    clearTimeout(timer);
  }
}

const cached = (name) => inCache('data', 'mnist', name);
const isCached = (files) => files.every(({ name }) => existsSync(cached(name)));

/** A file appears in the cache only when it is whole and checked. */
function keep(file, bytes) {
  mkdirSync(inCache('data', 'mnist'), { recursive: true });
  const partial = `${cached(file.name)}.${process.pid}.partial`;
  writeFileSync(partial, bytes);
  renameSync(partial, cached(file.name));
}

function takeFromFolder(folder, files) {
  for (const file of files) {
    const path = join(folder, file.name);
    if (!existsSync(path)) return `${file.name} is not in ${folder}`;
    const bytes = readFileSync(path);
    if (!isGenuine(bytes, file)) return `${path} is damaged or another file (wrong SHA-256)`;
    keep(file, bytes);
  }
  return null;
}

async function takeFromMirrors(mirrors, files) {
  const missing = files.filter(({ name }) => !existsSync(cached(name)));
  const total = missing.reduce((sum, file) => sum + file.gzipBytes, 0);
  const job = step('MNIST', `downloading ${formatBytes(total)}`);
  const reasons = [];
  for (const mirror of mirrors) {
    let before = 0;
    try {
      for (const file of missing) {
        if (existsSync(cached(file.name))) continue;
        const onBytes = (bytes) =>
          job.progress(`${formatBytes(before + bytes)} of ${formatBytes(total)}`, (before + bytes) / total);
        keep(file, await fetchFile(mirror, file, { onBytes }));
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

const failureMark = () => inCache('data', 'mnist-unreachable');

function minutesSinceFailure() {
  const mark = failureMark();
  return existsSync(mark) ? (Date.now() - statSync(mark).mtimeMs) / 60000 : Infinity;
}

async function fetchToCache({ folder, download, retryAfterMinutes, mirrors, files }) {
  if (isCached(files)) return true;
  if (folder) {
    const problem = takeFromFolder(folder, files);
    if (!problem) return true;
    note('MNIST', `MNIST_DIR does not help: ${problem}`);
  }
  if (!download) return false;
  const minutes = minutesSinceFailure();
  if (minutes < retryAfterMinutes) {
    note('MNIST', `no mirror answered in the last ${Math.ceil(minutes)} min (npm run data tries again)`);
  } else if (await takeFromMirrors(mirrors, files)) {
    rmSync(failureMark(), { force: true });
    return true;
  } else {
    mkdirSync(inCache('data'), { recursive: true });
    writeFileSync(failureMark(), '');
  }
  return false;
}

/** Copies the files into the built page's data folder where they are not there yet. */
function placeInPage(folder, files) {
  if (!existsSync(folder)) return;
  mkdirSync(join(folder, 'data', 'mnist'), { recursive: true });
  for (const { name } of files) {
    const target = join(folder, 'data', 'mnist', name);
    if (existsSync(target) && statSync(target).size === statSync(cached(name)).size) continue;
    copyFileSync(cached(name), `${target}.partial`);
    renameSync(`${target}.partial`, target);
  }
}

/**
 * Puts MNIST into the cache and the built page. Resolves with the cache's folder of it, or null where it is not to be had: then the
 * page asks the mirrors itself, or takes the files from disk. `download: false` does not ask the mirrors.
 */
export async function provideMnist({
  page = inRoot('web', 'dist'),
  folder = process.env.MNIST_DIR,
  download = true,
  retryAfterMinutes = 60,
  mirrors = kMnistMirrors,
  files = kMnistFiles,
} = {}) {
  const fetching = () => fetchToCache({ folder, download, retryAfterMinutes, mirrors, files });
  const there = isCached(files) || (await withLock(inCache('mnist.lock'), fetching));
  if (!there) {
    if (download) note('MNIST', 'the page will ask the mirrors itself, or take the four files from your disk');
    return null;
  }
  placeInPage(page, files);
  success('MNIST', 'four files, SHA-256 checked');
  return inCache('data', 'mnist');
}
