// SPDX-License-Identifier: MIT
// The static checks of `npm run check`, each { name, run(env, { fix }) } resolving with { ok, output }.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { nodeTool } from './build.mjs';
import { hashInputs, listFiles } from './inputs.mjs';
import { inRoot } from './paths.mjs';
import { run } from './processes.mjs';
import { llvmTool } from './system-packages.mjs';

const kCppFolders = ['core', 'bindings', 'tests'];
const cppFiles = () =>
  kCppFolders.flatMap((folder) => listFiles(inRoot(folder))).filter((file) => /\.(h|cpp)$/.test(file));

async function checkWith(command, args, env) {
  const { code, output } = await run(command, args, { cwd: inRoot(), env: { ...process.env, ...env } });
  return { ok: code === 0, output };
}

const node = (packageName, command, args, env) =>
  checkWith(process.execPath, [nodeTool(packageName, command), ...args], env);

const formatCpp = (env, { fix }) =>
  checkWith(llvmTool('clang-format'), [...(fix ? ['-i'] : ['--dry-run', '-Werror']), ...cppFiles()], env);

/** Trees whose compile commands clang-tidy reads, and what each is read for. */
const tidyTrees = (env) => [
  { preset: 'native-debug', folders: ['core', 'tests'], args: [] },
  {
    preset: 'wasm-simd',
    folders: ['bindings'],
    args: [
      '--extra-arg-before=--target=wasm32-unknown-emscripten',
      `--extra-arg-before=--sysroot=${join(env.EMSCRIPTEN_ROOT, 'cache', 'sysroot')}`,
    ],
  },
];

/** What a tree compiles of the folders that are read in it: [{ file, command, args }]. */
function tidyEntries({ preset, folders, args }) {
  const database = inRoot('build', preset, 'compile_commands.json');
  const entries = existsSync(database) ? JSON.parse(readFileSync(database, 'utf8')) : [];
  return entries
    .filter(({ file }) => folders.some((folder) => file.startsWith(inRoot(folder))))
    .map(({ file, command }) => ({ file, command, args: ['-p', inRoot('build', preset), ...args] }));
}

/** clang-tidy over our sources, several at once; a file whose inputs are unchanged is not read again. */
async function tidyCpp(env) {
  const queue = [
    ...new Map(
      tidyTrees(env)
        .flatMap(tidyEntries)
        .map((entry) => [entry.file, entry]),
    ).values(),
  ];
  if (queue.length === 0)
    return { ok: false, output: 'no file to check: configure native-debug and wasm-simd first\n' };
  const headers = cppFiles().filter((file) => file.endsWith('.h'));
  const common = hashInputs([inRoot('.clang-tidy'), ...headers], env.XSIMD_INCLUDE_DIR);
  const outputs = [];
  const worker = async () => {
    for (let entry = queue.shift(); entry; entry = queue.shift()) {
      const problem = await tidyFile(entry, common, env);
      if (problem) outputs.push(problem);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return { ok: outputs.length === 0, output: outputs.join('\n') };
}

/** Resolves with clang-tidy's words about a file, or null if it is clean (which is remembered). */
async function tidyFile({ file, command, args }, common, env) {
  const hash = createHash('sha256').update(common).update(command).update(readFileSync(file)).digest('hex');
  const folder = inRoot('build', 'stamps', 'clang-tidy');
  const mark = join(folder, hash);
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

const lint = (env, { fix }) =>
  node(
    'eslint',
    'eslint',
    ['--config=tools/eslint.config.js', '--max-warnings=0', ...(fix ? ['--fix'] : []), '.'],
    env,
  );

const formatOthers = (env, { fix }) =>
  node('prettier', 'prettier', [fix ? '--write' : '--check', '--log-level=warn', '.'], env);

async function types(env) {
  const outputs = [];
  for (const project of ['bindings', 'web', 'tests'].filter((folder) => existsSync(inRoot(folder, 'tsconfig.json')))) {
    const { ok, output } = await node('typescript', 'tsc', ['--noEmit', '-p', project], env);
    if (!ok) outputs.push(output);
  }
  return { ok: outputs.length === 0, output: outputs.join('\n') };
}

export const kChecks = [
  { name: 'clang-format', run: formatCpp },
  { name: 'clang-tidy', run: tidyCpp },
  { name: 'prettier', run: formatOthers },
  { name: 'eslint', run: lint },
  { name: 'tsc', run: types },
];
