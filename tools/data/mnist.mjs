// SPDX-License-Identifier: MIT
// MNIST, which everything else is measured by: from MNIST_DIR, the cache or the public mirrors.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { SetupError } from '../support/report.mjs';
import { fetchData, findPublished, provideData } from './published-data.mjs';

/** As provideData. */
export const provideMnist = (options) => provideData(findPublished('mnist'), options);

/** As fetchData. */
export const fetchMnist = (options) => fetchData(findPublished('mnist'), options);

/** Splits of MNIST as the engine reads them, from a folder with the four .gz files: { train, test }. */
export function readMnist(engine, folder) {
  const split = (name) => {
    const read = (kind) => gunzipSync(readFileSync(join(folder, `${name}-${kind}-ubyte.gz`)));
    return { ...engine.readIdxImages(read('images-idx3')), ...engine.readIdxLabels(read('labels-idx1')) };
  };
  return { train: split('train'), test: split('t10k') };
}

/** The same from wherever MNIST is. */
export async function requireMnist(engine) {
  const folder = await provideMnist();
  if (!folder) throw new SetupError('MNIST is not available.', 'Set MNIST_DIR to a folder with its four .gz files.');
  return readMnist(engine, folder);
}
