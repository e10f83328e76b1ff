// SPDX-License-Identifier: MIT
// The toolchain as one promise: ensureToolchain(needs) resolves with the environment for child processes.
// Looking costs milliseconds and touches no network; only what is missing is installed, under a lock.
import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { ensureUnpacked } from './debian-packages.mjs';
import { findEmscripten, packagesBeside, prepareEmscripten } from './emscripten.mjs';
import { findHeaders, headersToUnpack } from './headers.mjs';
import { withLock } from '../support/lock.mjs';
import { inCache, inRoot } from '../support/paths.mjs';
import { note, SetupError, success } from '../support/report.mjs';
import {
  refreshSystemLists,
  ensureSystemPackages,
  findBrowser,
  hasApt,
  llvm,
  llvmTool,
  missingPackages,
} from './system-packages.mjs';
import { together } from '../support/together.mjs';
import { isAtLeast } from './version.mjs';

const systemPython = '/usr/bin/python3'; // a version manager's python3 on PATH only costs time
export const oldestNode = '20.19';

export function requireNode(version = process.versions.node) {
  if (isAtLeast(version, oldestNode)) return;
  throw new SetupError(`Node ${version} is too old: TinyCNN needs ${oldestNode} or newer.`, [
    'Install a current Node 20, 22 or later (nodejs.org), then run this again.',
  ]);
}

/** The system packages for what is asked, by Debian's names. */
function systemPackages({ wasm, native, browser, checks, counts }, emscripten) {
  const build = wasm || native ? ['cmake', 'ninja-build'] : [];
  const compiler = [`clang-${llvm}`, `libclang-rt-${llvm}-dev`, `llvm-${llvm}`];
  return [
    ...new Set([
      ...build,
      ...(wasm ? packagesBeside(emscripten) : []),
      ...(native ? [...compiler, 'zlib1g-dev'] : []),
      ...(checks ? [`clang-format-${llvm}`, `clang-tidy-${llvm}`] : []),
      ...(browser ? ['chromium-headless-shell', 'fonts-liberation'] : []),
      ...(counts && process.arch === 'x64' ? ['valgrind'] : []),
    ]),
  ];
}

/** Looks without fetching: what is there, which packages are needed, and whether all is complete. */
function look(needs) {
  const emscripten = needs.wasm ? findEmscripten() : null;
  const headers = needs.wasm || needs.native ? findHeaders() : [];
  const packages = systemPackages(needs, emscripten);
  const complete = (!needs.wasm || emscripten) && headers && missingPackages(packages).length === 0;
  return { emscripten, headers, packages, complete: Boolean(complete) };
}

/**
 * Makes sure of everything in `needs` ({ wasm, native, browser, checks, counts }) and resolves with the environment to
 * spread into child processes. Throws a SetupError with advice where it cannot.
 */
export async function ensureToolchain(needs, { quiet = false } = {}) {
  requireNode();
  let state = look(needs);
  if (!state.complete) {
    const unpackPrivately = async () => {
      const emscripten = needs.wasm ? await prepareEmscripten() : [];
      const headers = needs.wasm || needs.native ? headersToUnpack() : [];
      await ensureUnpacked([...emscripten, ...headers]);
    };
    const { packages } = state;
    await refreshSystemLists(packages);
    await together(
      hasApt() && ensureSystemPackages(packages),
      withLock(inCache('set-up.lock'), unpackPrivately, (pid) =>
        note('Set-up', `waiting for another set-up (process ${pid}) to end`),
      ),
    );
    await ensureSystemPackages(look(needs).packages);
    state = look(needs);
    if (!state.complete) {
      throw new SetupError('Set-up ended, but something is still missing.', [
        `Emscripten: ${state.emscripten?.version ?? 'missing'}, headers: ${state.headers ? 'there' : 'missing'}, ` +
          `packages: ${missingPackages(state.packages).join(' ') || 'there'}.`,
        `Remove ${inCache()} and run this again.`,
      ]);
    }
  }
  const env = environment(state, needs);
  if (!quiet) success('Toolchain', describe(state, env));
  return env;
}

function environment({ emscripten, headers }, needs) {
  const env = {};
  const path = [inRoot('node_modules', '.bin')];
  for (const library of headers ?? []) env[library.variable] = library.folder;
  if (emscripten) {
    env.EMSCRIPTEN_ROOT = emscripten.folder;
    path.push(emscripten.folder);
    if (emscripten.config) env.EM_CONFIG = emscripten.config;
    if (emscripten.config && existsSync(systemPython)) env.EMSDK_PYTHON = systemPython;
  }
  if (needs.native) {
    env.CC = llvmTool('clang');
    env.CXX = llvmTool('clang++');
  }
  if (needs.browser) env.CHROMIUM = findBrowser();
  const rest = (process.env.PATH ?? '').split(delimiter).filter((folder) => !path.includes(folder));
  return { ...env, PATH: [...path, ...rest].join(delimiter) };
}

function describe({ emscripten, headers }, env) {
  const parts = [`Node ${process.versions.node}`];
  if (env.CXX) parts.push(env.CXX);
  if (emscripten) parts.push(`Emscripten ${emscripten.version}`);
  for (const library of headers ?? []) parts.push(`${library.name} ${library.version}`);
  if (env.CHROMIUM) parts.push('Chromium');
  return parts.join(', ');
}
