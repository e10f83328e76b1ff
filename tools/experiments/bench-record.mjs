// SPDX-License-Identifier: MIT
// npm run bench:record: every benchmark one after another, each of which writes its figures to where they are shown or compared with.
import { readOptions } from '../support/options.mjs';
import { inRoot } from '../support/paths.mjs';
import { runMain } from '../support/report.mjs';
import { runScript } from '../support/scripts.mjs';

const usage = `npm run bench:record   runs every benchmark and writes all figures into docs/, the page's reference and the instruction counts
  needs MNIST, and a machine that does nothing else meanwhile`;

const benchmarks = [
  ['bench', '--docs', '--reference'],
  ['bench-peers', '--docs', '--reference'],
  ['bench-time-to', '--docs'],
  ['bench-page', '--docs'],
  ['bench-instructions', '--write'],
];

await runMain(async () => {
  readOptions(usage);
  for (const [name, ...args] of benchmarks) {
    const code = await runScript(inRoot('tools', 'experiments', `${name}.mjs`), args);
    if (code !== 0) return code;
  }
  return 0;
});
