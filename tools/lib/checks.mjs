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
import { clangFormat, clangTidy } from './toolchain.mjs';

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
  checkWith(clangFormat, [...(fix ? ['-i'] : ['--dry-run', '-Werror']), ...cppFiles()], env);

/** clang-tidy over the sources that native-debug compiles, several at once; a file whose inputs are unchanged is not read again. */
async function tidyCpp(env) {
  const database = inRoot('build', 'native-debug', 'compile_commands.json');
  if (!existsSync(database))
    return { ok: false, output: `${relative(inRoot(), database)} is missing: configure first\n` };
  const entries = JSON.parse(readFileSync(database, 'utf8')).filter(({ file }) =>
    kCppFolders.some((folder) => file.startsWith(inRoot(folder))),
  );
  const headers = cppFiles().filter((file) => file.endsWith('.h'));
  const common = hashInputs([inRoot('.clang-tidy'), ...headers], env.XSIMD_INCLUDE_DIR);
  const outputs = [];
  const queue = [...new Map(entries.map((entry) => [entry.file, entry])).values()];
  const worker = async () => {
    for (let entry = queue.shift(); entry; entry = queue.shift()) {
      const problem = await tidyFile(entry, common, env);
      if (problem) outputs.push(problem);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return { ok: outputs.length === 0 && entries.length > 0, output: outputs.join('\n') || 'no file to check\n' };
}

/** Resolves with clang-tidy's words about a file, or null if it is clean (which is remembered). */
async function tidyFile({ file, command }, common, env) {
  const hash = createHash('sha256').update(common).update(command).update(readFileSync(file)).digest('hex');
  const folder = inRoot('build', 'stamps', 'clang-tidy');
  const mark = join(folder, hash);
  if (existsSync(mark)) return null;
  const args = ['--quiet', '-p', inRoot('build', 'native-debug'), file];
  const { code, output } = await run(clangTidy, args, { cwd: inRoot(), env: { ...process.env, ...env } });
  if (code !== 0) return output;
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
