// SPDX-License-Identifier: MIT
// npm run docs: the documentation, as a folder of static pages.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildDocumentation } from './build/stages.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { readOptions } from './support/options.mjs';
import { heading, runMain, SetupError, success } from './support/report.mjs';

const usage = `npm run docs   writes the documentation: guides, the reference of the package and of the C++ headers
  --out FOLDER    instead of web/dist/docs, to which the page links; a new or empty folder, or one of an earlier call, which is replaced
  needs neither a compiler nor the built package`;

/** The folder is emptied: it must not be one of other files. */
function requireOurs(folder) {
  if (!existsSync(folder) || readdirSync(folder).length === 0 || existsSync(join(folder, 'site.css'))) return;
  throw new SetupError(`--out: ${folder} holds other files.`, 'Name a new or an empty folder.');
}

await runMain(async () => {
  const { values } = readOptions(usage, { options: { out: { type: 'string' } } });
  heading('TinyCNN documentation');
  await ensureNodeModules();
  if (values.out) {
    requireOurs(values.out);
    const { writeDocumentation } = await import('./docs/site.mjs'); // once its libraries are there
    const pages = writeDocumentation(values.out);
    success('Documentation', `${pages.length} pages in ${values.out}`);
  } else {
    const changed = await buildDocumentation();
    success('Documentation', changed ? 'web/dist/docs is ready' : 'nothing has changed');
  }
});
