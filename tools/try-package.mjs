// SPDX-License-Identifier: MIT
// npm run try-package: installs the package's tarball into a fresh project of every kind, and prints a table of what came of it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPackage } from './build/stages.mjs';
import { packPackage, writePackage } from './release/package-folder.mjs';
import { installInNode, installs } from './release/installs.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';
import { markdownTable } from './support/markdown.mjs';
import { readOptions } from './support/options.mjs';
import { formatSeconds, heading, runMain, step } from './support/report.mjs';

const usage = `npm run try-package   packs the package, installs it into fresh projects, trains in each, and prints a table
  --node PROGRAM   also in this version of Node; may be given more than once
  --keep           leaves the projects where they were made`;

async function tryAll(context, nodes) {
  const others = nodes.map((program) => ({ name: program, install: () => installInNode(context, program) }));
  const rows = [];
  for (const { name, install } of [...installs, ...others]) {
    const job = step(name, 'installing');
    const start = performance.now();
    try {
      const result = await install(context);
      job.done(result);
      rows.push({ project: name, result: 'works', what: result, time: formatSeconds(performance.now() - start) });
    } catch (error) {
      job.failed(error.message);
      rows.push({
        project: name,
        result: 'FAILED',
        what: error.message,
        time: formatSeconds(performance.now() - start),
      });
    }
  }
  return rows;
}

await runMain(async () => {
  const { values } = readOptions(usage, {
    options: {
      node: { type: 'string', multiple: true, default: [] },
      keep: { type: 'boolean', default: false },
    },
  });
  heading('TinyCNN package');
  const env = await ensureToolchain({ wasm: true, browser: true });
  await ensureNodeModules();
  await buildPackage(env);
  const folder = mkdtempSync(join(tmpdir(), 'tinycnn-package-'));
  const { chromium } = await import('@playwright/test');
  const executablePath = env.CHROMIUM ?? process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const { tarball } = await packPackage(writePackage(join(folder, 'package')), folder);
    const rows = await tryAll({ tarball, folder, browser }, values.node);
    console.log(`\n${markdownTable(rows)}\n`);
    return rows.every(({ result }) => result === 'works') ? 0 : 1;
  } finally {
    await browser.close();
    if (values.keep) console.log(folder);
    else rmSync(folder, { recursive: true, force: true });
  }
});
