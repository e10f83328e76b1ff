// SPDX-License-Identifier: MIT
// Cuts the page's engine in two, so that a first visit waits for less: what its first network takes to be shown, trained and asked, and
// the rest, which web/src/worker/rest.ts brings. Binaryen's wasm-split cuts; what the first network calls is found by running it.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { must } from './must.mjs';
import { inRoot } from './paths.mjs';
import { signaturesOf } from './wasm-signatures.mjs';

/** What the modules are built with; Binaryen must neither use nor forbid more. */
const kFeatures = [
  '--mvp-features',
  ...['simd', 'threads', 'bulk-memory', 'mutable-globals', 'exception-handling', 'sign-ext'].map(
    (name) => `--enable-${name}`,
  ),
  '--enable-nontrapping-float-to-int',
];
/** Each build is run; with one thread every function that is called is called by the thread that counts. */
const kThreads = { simd: 1, 'simd-threads': 2 };
const kFirstRun = fileURLToPath(new URL('first-run.mjs', import.meta.url));
/** C++. What is C in a module, memory and threads, is called at moments that no run foretells: a lock that is taken, a heap to grow. */
const kCpp = /::|^__(cxa|gxx)_/;

export const restName = (variant) => `tinycnn-${variant}.rest.wasm`;

/** The defined functions of a build, in order: { name, vectors }. wasm-split knows them by their place in this list. */
function functionsOf({ wasm, symbols }) {
  const { imported, vectors } = signaturesOf(readFileSync(inRoot(wasm)));
  const names = readFileSync(inRoot(symbols), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(line.indexOf(':') + 1))
    .slice(imported);
  if (names.length !== vectors.length) {
    throw new Error(`${symbols}: expected ${vectors.length} functions, got ${names.length}`);
  }
  return names.map((name, i) => ({ name, vectors: vectors[i] }));
}

async function binaryen(env) {
  const config = join(env.EMSCRIPTEN_ROOT, 'em-config');
  const { stdout } = await must('em-config', config, ['BINARYEN_ROOT'], { env: { ...process.env, ...env } });
  return join(stdout.trim(), 'bin', 'wasm-split');
}

/** What a build's first network calls, and all that there is in it: sets of names. */
async function observe(wasmSplit, { variant, wasm, symbols }, folder) {
  mkdirSync(folder, { recursive: true });
  const dist = inRoot('bindings', 'dist');
  for (const file of readdirSync(dist).filter((name) => name.endsWith('.js'))) {
    copyFileSync(join(dist, file), join(folder, file));
  }
  const profile = join(folder, 'profile');
  const instrumented = join(folder, `tinycnn-${variant}.wasm`);
  const binary = inRoot(wasm);
  await must('wasm-split --instrument', wasmSplit, [...kFeatures, '--instrument', binary, '-o', instrumented]);
  await must('first run', process.execPath, [kFirstRun, folder, kThreads[variant], profile].map(String));
  const { stdout } = await must('wasm-split --print-profile', wasmSplit, [
    ...kFeatures,
    ...[`--print-profile=${profile}`, binary],
  ]);
  const places = new Set([...stdout.matchAll(/^\+ (\d+)$/gm)].map(([, place]) => Number(place)));
  const names = functionsOf({ wasm, symbols }).map(({ name }) => name);
  return { called: new Set(names.filter((_, place) => places.has(place))), known: new Set(names) };
}

/** Cuts each of `builds`, { variant, wasm, symbols } with paths in the checkout, into `folder`: tinycnn-<variant>.wasm and
 * tinycnn-<variant>.rest.wasm. */
export async function splitEngine(builds, folder, env) {
  const wasmSplit = await binaryen(env);
  rmSync(folder, { recursive: true, force: true });
  const observed = [];
  for (const build of builds) observed.push(await observe(wasmSplit, build, join(folder, 'first-run', build.variant)));
  const isCalled = (name) => observed.some(({ called }) => called.has(name));
  const isEverywhere = (name) => observed.every(({ known }) => known.has(name));
  for (const build of builds) {
    const kept = functionsOf(build).map(
      ({ name, vectors }) => vectors || !kCpp.test(name) || !isEverywhere(name) || isCalled(name),
    );
    const list = join(folder, `${build.variant}.kept`);
    writeFileSync(list, kept.flatMap((isKept, place) => (isKept ? [place] : [])).join('\n'));
    await must('wasm-split', wasmSplit, [
      ...kFeatures,
      ...['--split', inRoot(build.wasm), `--keep-funcs=@${list}`],
      ...['-o1', join(folder, `tinycnn-${build.variant}.wasm`), '-o2', join(folder, restName(build.variant))],
    ]);
  }
}
