// SPDX-License-Identifier: MIT
// The service worker of a built page, and the program that takes its place where it is to be switched off. The worker holds the list of the
// page's files, each with its SHA-256, so that any change of one of them makes it another worker.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { contentCodings, hashedPath } from '../server/files.mjs';
import { inlineScriptHash, pageHeaders } from '../server/headers.mjs';
import { inRoot } from '../support/paths.mjs';
import { BuildError } from './must.mjs';

const pages = ['index.html', 'bench.html'];
const worker = 'service-worker.js';
const off = 'service-worker-off.js';

/** Data are kept by the page itself; compressed forms are the host's business; the documentation is read where there is a network. */
const isLeftOut = (path) =>
  path.startsWith('data/') ||
  path.startsWith('docs/') ||
  [worker, off].includes(path) ||
  contentCodings.some(({ ending }) => path.endsWith(ending));

async function pathsIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).replaceAll(sep, '/'))
    .filter((path) => !isLeftOut(path))
    .sort();
}

const sha256 = (content) => `sha256-${createHash('sha256').update(content).digest('base64')}`;

/** A program of web/src/service-worker in one small file. */
async function bundled(name) {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({ input: inRoot('web', 'src', 'service-worker', `${name}.ts`) });
  const { output } = await bundle.generate({ format: 'iife', minify: true });
  await bundle.close();
  return output[0].code;
}

/** Throws BuildError where a page holds another inline script than the headers allow. */
async function checkInlineScripts(folder) {
  for (const page of pages) {
    const html = await readFile(join(folder, page), 'utf8');
    for (const [, script] of html.matchAll(/<script>([^]*?)<\/script>/g)) {
      if (sha256(script) === inlineScriptHash) continue;
      throw new BuildError(
        `${page}`,
        `Its inline script has the hash '${sha256(script)}', which inlineScriptHash in tools/server/headers.mjs and the\n` +
          'configurations in tools/hosts have to name.',
      );
    }
  }
}

/** Writes both programs into a folder that holds everything else of the page. */
export async function writeServiceWorker(folder) {
  await checkInlineScripts(folder);
  const files = {};
  for (const path of await pathsIn(folder)) files[path] = sha256(await readFile(join(folder, path)));
  const values = { files, pageHeaders: pageHeaders() };
  const program = await bundled('main');
  const version = createHash('sha256').update(JSON.stringify(values)).update(program).digest('hex').slice(0, 16);
  const written = Object.entries({ ...values, version }).map(
    ([name, value]) => `const ${name}=${JSON.stringify(value)};`,
  );
  await writeFile(join(folder, worker), [...written, `const hashedPath=${hashedPath};`, program].join('\n'));
  await writeFile(join(folder, off), await bundled('off'));
}
