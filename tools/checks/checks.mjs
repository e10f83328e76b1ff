// SPDX-License-Identifier: MIT
// The static checks of `npm run check`, each { name, run(env, { fix, onProgress }) } resolving with { ok, output }.
import { nodeTool } from '../build/stages.mjs';
import { tidyCpp } from './clang-tidy.mjs';
import { listFiles } from '../build/inputs.mjs';
import { inRoot } from '../support/paths.mjs';
import { run } from '../support/processes.mjs';
import { llvmTool } from '../setup/system-packages.mjs';

const cppFolders = ['core', 'bindings', 'examples', 'tests'];
const cppFiles = () =>
  cppFolders.flatMap((folder) => listFiles(inRoot(folder))).filter((file) => /\.(h|cpp)$/.test(file));

async function checkWith(command, args, env) {
  const { code, output } = await run(command, args, { cwd: inRoot(), env: { ...process.env, ...env } });
  return { ok: code === 0, output };
}

const node = (packageName, command, args, env) =>
  checkWith(process.execPath, [nodeTool(packageName, command), ...args], env);

const formatCpp = (env, { fix }) =>
  checkWith(llvmTool('clang-format'), [...(fix ? ['-i'] : ['--dry-run', '-Werror']), ...cppFiles()], env);

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
  for (const project of ['bindings', 'web', 'web/src/service-worker', 'tests', 'tools']) {
    const { ok, output } = await node('typescript', 'tsc', ['--noEmit', '-p', project], env);
    if (!ok) outputs.push(output);
  }
  return { ok: outputs.length === 0, output: outputs.join('\n') };
}

/** `cores`: how many a check uses, where it is not one. */
export const checks = [
  { name: 'clang-format', run: formatCpp },
  { name: 'clang-tidy', cores: Infinity, run: tidyCpp },
  { name: 'prettier', run: formatOthers },
  { name: 'eslint', run: lint },
  { name: 'tsc', run: types },
];
