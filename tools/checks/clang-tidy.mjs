// SPDX-License-Identifier: MIT
// clang-tidy over our sources, several at once. A clean file is remembered by its own content, that of our headers which it includes,
// and how it is compiled; it is checked again only when one of these has changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { inRoot } from '../support/paths.mjs';
import { run } from '../support/processes.mjs';
import { llvmTool } from '../setup/system-packages.mjs';

const includeFolders = ['core/include', 'core', 'bindings', 'tests'];

/** Trees whose compile commands clang-tidy reads, and the folders that are checked with them. */
const tidyTrees = (env) => [
  { preset: 'native-debug', folders: ['core', 'examples', 'tests'], args: [] },
  { preset: 'native-release', folders: ['bindings/native'], args: [] },
  {
    preset: 'wasm-simd',
    folders: ['bindings'],
    args: [
      '--extra-arg-before=--target=wasm32-unknown-emscripten',
      `--extra-arg-before=--sysroot=${join(env.EMSCRIPTEN_ROOT, 'cache', 'sysroot')}`,
    ],
  },
];

/** In its deep mode the path analysis takes two thirds of the whole time. */
const shallowAnalysis = ['-Xclang', '-analyzer-config', '-Xclang', 'mode=shallow'].map((part) => `--extra-arg=${part}`);

/** A compile command without precompiled headers, which need not be built here and would hide an include that is missing. */
export const withoutPrecompiledHeaders = (command) =>
  command
    .replace(/ -Xclang -include-pch -Xclang \S+/g, '')
    .replace(/ -Xclang -include -Xclang \S+cmake_pch\S+/g, '')
    .replace(/ -Winvalid-pch\b/g, '');

/** What a tree compiles of its folders: [{ file, command, args }]; writes the compile commands that clang-tidy reads. */
function tidyEntries({ preset, folders, args }) {
  const database = inRoot('build', preset, 'compile_commands.json');
  const entries = (existsSync(database) ? JSON.parse(readFileSync(database, 'utf8')) : [])
    .filter(({ file }) => folders.some((folder) => file.startsWith(inRoot(folder))))
    .map((entry) => ({ ...entry, command: withoutPrecompiledHeaders(entry.command) }));
  const folder = inRoot('build', 'clang-tidy', preset);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'compile_commands.json'), JSON.stringify(entries));
  return entries.map(({ file, command }) => ({ file, command, args: ['-p', folder, ...shallowAnalysis, ...args] }));
}

/** A file of ours and all of ours that it includes, however far; sorted. */
export function withIncludes(file, folders = includeFolders.map((folder) => inRoot(folder)), seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, name] of readFileSync(file, 'utf8').matchAll(/^\s*#\s*include\s*[<"]([^>"]+)[>"]/gm)) {
    const found = [dirname(file), ...folders].map((folder) => join(folder, name)).find((path) => existsSync(path));
    if (found) withIncludes(found, folders, seen);
  }
  return seen;
}

function hashOf({ file, command, args }, env) {
  const hash = createHash('sha256').update(JSON.stringify([command, args, env.XSIMD_INCLUDE_DIR]));
  for (const input of [inRoot('.clang-tidy'), ...[...withIncludes(file)].sort()]) {
    hash.update(`\0${input}\0`).update(readFileSync(input));
  }
  return hash.digest('hex');
}

/** Resolves with { ok, output }; onProgress(text) says how far it is. */
export async function tidyCpp(env, { onProgress = (_text) => {} } = {}) {
  const entries = tidyTrees(env).flatMap(tidyEntries);
  const queue = [...new Map(entries.map((entry) => [entry.file, entry])).values()];
  if (queue.length === 0) {
    return { ok: false, output: 'no file to check: configure native-debug and wasm-simd first\n' };
  }
  const total = queue.length;
  const outputs = [];
  let done = 0;
  const worker = async () => {
    for (let entry = queue.shift(); entry; entry = queue.shift()) {
      const problem = await tidyFile(entry, env);
      if (problem) outputs.push(problem);
      onProgress(`${++done} of ${total} files`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return { ok: outputs.length === 0, output: outputs.join('\n') };
}

/** Resolves with clang-tidy's words about a file, or null if it is clean (which is remembered). */
async function tidyFile(entry, env) {
  const { file, args } = entry;
  const folder = inRoot('build', 'stamps', 'clang-tidy');
  const mark = join(folder, hashOf(entry, env));
  if (existsSync(mark)) return null;
  // the path analysis takes most of the time, and finds nothing in doctest's macros
  const scope = file.startsWith(inRoot('tests')) ? ['--checks=-clang-analyzer-*'] : [];
  const { code, output } = await run(llvmTool('clang-tidy'), ['--quiet', ...scope, ...args, file], {
    cwd: inRoot(),
    env: { ...process.env, ...env },
  });
  if (code !== 0) return output.replace(/^\d+ warnings? generated\.\n/gm, '');
  mkdirSync(folder, { recursive: true });
  writeFileSync(mark, relative(inRoot(), file));
  return null;
}
