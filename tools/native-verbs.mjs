// SPDX-License-Identifier: MIT
// npm run native-verbs: the table of verbs and the man page of the native command, from the table of the command in Node.
import { writeFileSync } from 'node:fs';
import { nativeFiles } from './build/native-verbs.mjs';
import { readOptions } from './support/options.mjs';
import { inRoot } from './support/paths.mjs';
import { heading, runMain, success } from './support/report.mjs';

const usage = `npm run native-verbs   writes what the native command understands, and its man page, from the verbs of the command in Node
  npm test says so where they are not the same`;

await runMain(async () => {
  readOptions(usage);
  heading('TinyCNN native command');
  for (const [file, text] of Object.entries(nativeFiles())) {
    writeFileSync(inRoot(file), text);
    success(file, 'written');
  }
});
