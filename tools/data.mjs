// SPDX-License-Identifier: MIT
// npm run data: fetches published data sets for a server's data folder and the tests, asking the mirrors again.
import { heading, runMain } from './support/report.mjs';
import { readOptions } from './support/options.mjs';
import { findPublished, published, provideData } from './data/published-data.mjs';

const usage = [
  'npm run data [-- name …]   fetches published data sets into web/dist/data, where the page looks first',
  `  names: ${published.map(({ id }) => id).join(', ')}; mnist by default`,
  '  They come from the folder that MNIST_DIR or FASHION_MNIST_DIR names, else from public mirrors in turn. An interrupted',
  '  download resumes where it stopped; only files with the correct SHA-256 are stored.',
].join('\n');

await runMain(async () => {
  const { positionals } = readOptions(usage, { allowPositionals: true });
  heading('TinyCNN data');
  let missing = 0;
  for (const set of (positionals.length > 0 ? positionals : ['mnist']).map(findPublished)) {
    if (!(await provideData(set, { retryAfterMinutes: 0 }))) ++missing;
  }
  return missing === 0 ? 0 : 1;
});
