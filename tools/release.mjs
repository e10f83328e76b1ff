// SPDX-License-Identifier: MIT
// npm run release: makes the npm package's tarball and checks it. It publishes nothing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPackage } from './build/stages.mjs';
import { checkedPackage } from './release/checked-package.mjs';
import { installCommand, installInNode, installInTypeScript } from './release/installs.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';
import { markdownTable } from './support/markdown.mjs';
import { readOptions } from './support/options.mjs';
import { inRoot } from './support/paths.mjs';
import { failure, formatBytes, heading, note, runMain, success } from './support/report.mjs';

const usage = `npm run release   checks the npm package and writes its tarball to build/release; publishes nothing
  --dry-run   the same for a version whose changes are still "Unreleased" in CHANGELOG.md
  Checked: version, CHANGELOG.md, files, sizes, types, and that the tarball installs and runs. Exit code 1 where something is wrong.`;

const installs = {
  Types: async (context) => {
    const lines = [await installInTypeScript(context, 'bundler'), await installInTypeScript(context, 'nodenext')];
    return lines.join('; ');
  },
  Install: installInNode,
  Command: installCommand,
};

/** Says how a check has ended; whether it found nothing. */
function say(name, problems, fine) {
  for (const problem of problems) failure(name, problem);
  if (problems.length === 0) success(name, fine);
  return problems.length === 0;
}

async function tryInstalls(context) {
  let allRight = true;
  for (const [name, install] of Object.entries(installs)) {
    try {
      success(name, await install(context));
    } catch (error) {
      failure(name, error.message);
      allRight = false;
    }
  }
  return allRight;
}

await runMain(async () => {
  const { values } = readOptions(usage, { options: { 'dry-run': { type: 'boolean', default: false } } });
  heading('TinyCNN release');
  const env = await ensureToolchain({ wasm: true });
  await ensureNodeModules();
  await buildPackage(env);
  const { packed, sizes, problems } = await checkedPackage(inRoot('build', 'release'), {
    released: !values['dry-run'],
  });
  const projects = mkdtempSync(join(tmpdir(), 'tinycnn-release-'));
  const installed = await tryInstalls({ tarball: packed.tarball, folder: projects });
  rmSync(projects, { recursive: true, force: true });
  const fine = [
    say('Version', problems.version, 'package.json, CMakeLists.txt, the engine and CHANGELOG.md agree'),
    say('Files', problems.contents, `${packed.files.length} files, ${formatBytes(packed.unpacked)} unpacked`),
    say('Sizes', problems.sizes, 'each entry is within its budget'),
    installed,
  ];
  const rows = sizes.map(({ entry, bytes, budget }) => ({
    entry,
    'with Brotli': formatBytes(bytes),
    'at most': formatBytes(budget),
  }));
  console.log(`\n${markdownTable(rows)}\n`);
  note('Tarball', `${packed.tarball}, ${formatBytes(packed.bytes)}`);
  if (fine.includes(false)) return 1;
  note('Publish', values['dry-run'] ? 'this was a dry run' : `npm publish ${packed.tarball}`);
  return 0;
});
