// SPDX-License-Identifier: MIT
// Splits the page's engine into a primary module, with what its first network needs to be shown, trained and asked, and a deferred one
// with everything else, which web/src/worker/deferred.ts loads. Without the split a first visit would take 151,200 bytes instead of
// 131,900 of its 150,000. Binaryen's wasm-split splits; what the first network calls is found by running it.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { must } from './must.mjs';
import { inRoot } from '../support/paths.mjs';

/** What the modules are built with; Binaryen must neither use nor forbid more. */
const features = [
  '--mvp-features',
  ...['simd', 'threads', 'bulk-memory', 'mutable-globals', 'exception-handling', 'sign-ext'].map(
    (name) => `--enable-${name}`,
  ),
  '--enable-nontrapping-float-to-int',
];
/** Each build is run; with one thread every function that is called is called by the thread that counts. */
const threads = { simd: 1, 'simd-threads': 2 };
const firstRun = fileURLToPath(new URL('first-run.mjs', import.meta.url));
/** C++. What is C in a module, memory and threads, is called at moments that no run foretells: a lock that is taken, a heap to grow. */
const cpp = /::|^__(cxa|gxx)_/;

/** The linker puts it before all others. */
const firstFunction = '__wasm_call_ctors';

export const deferredName = (variant) => `tinycnn-${variant}.deferred.wasm`;

/** Runs one of Binaryen's programs on a module. */
async function binaryen(env) {
  const config = join(env.EMSCRIPTEN_ROOT, 'em-config');
  const { stdout } = await must('em-config', config, ['BINARYEN_ROOT'], { env: { ...process.env, ...env } });
  const folder = join(stdout.trim(), 'bin');
  return (name, args) => must(name, join(folder, name), [...features, ...args]);
}

/** The defined functions of a build, in order: { name, vectors }, the latter whether it takes or gives 128-bit vectors, which cannot go
 * through JavaScript. wasm-split knows them by their place in this list. */
async function functionsOf(program, { wasm, symbols }) {
  const { stdout } = await program('wasm-dis', [inRoot(wasm)]);
  const vectors = [...stdout.matchAll(/^ \(func \$\d+(.*)$/gm)].map(([, signature]) => signature.includes('v128'));
  const lines = readFileSync(inRoot(symbols), 'utf8').trimEnd().split('\n'); // those of imports come first
  const names = lines.slice(-vectors.length).map((line) => line.slice(line.indexOf(':') + 1));
  if (names[0] !== firstFunction) throw new Error(`${symbols}: expected ${firstFunction} first, got ${names[0]}`);
  return names.map((name, i) => ({ name, vectors: vectors[i] }));
}

/** What a build's first network calls, and all that there is in it: sets of names. */
async function observe(program, { variant, wasm }, functions, folder) {
  mkdirSync(folder, { recursive: true });
  const dist = inRoot('bindings', 'dist');
  for (const file of readdirSync(dist).filter((name) => name.endsWith('.js'))) {
    copyFileSync(join(dist, file), join(folder, file));
  }
  const profile = join(folder, 'profile');
  const instrumented = join(folder, `tinycnn-${variant}.wasm`);
  const binary = inRoot(wasm);
  await program('wasm-split', ['--instrument', binary, '-o', instrumented]);
  await must('first run', process.execPath, [firstRun, folder, threads[variant], profile].map(String));
  const { stdout } = await program('wasm-split', [`--print-profile=${profile}`, binary]);
  const places = new Set([...stdout.matchAll(/^\+ (\d+)$/gm)].map(([, place]) => Number(place)));
  const names = functions.map(({ name }) => name);
  return { called: new Set(names.filter((_, place) => places.has(place))), known: new Set(names) };
}

/** Cuts each of `builds`, { variant, wasm, symbols } with paths in the checkout, into `folder`: tinycnn-<variant>.wasm and
 * tinycnn-<variant>.deferred.wasm. */
export async function splitEngine(builds, folder, env) {
  const program = await binaryen(env);
  rmSync(folder, { recursive: true, force: true });
  const [functions, observed] = [[], []];
  for (const build of builds) {
    functions.push(await functionsOf(program, build));
    observed.push(await observe(program, build, functions.at(-1), join(folder, 'first-run', build.variant)));
  }
  const isCalled = (name) => observed.some(({ called }) => called.has(name));
  const isEverywhere = (name) => observed.every(({ known }) => known.has(name));
  for (const [i, { variant, wasm }] of builds.entries()) {
    const kept = functions[i].map(
      ({ name, vectors }) => vectors || !cpp.test(name) || !isEverywhere(name) || isCalled(name),
    );
    const list = join(folder, `${variant}.kept`);
    writeFileSync(list, kept.flatMap((isKept, place) => (isKept ? [place] : [])).join('\n'));
    await program('wasm-split', [
      ...['--split', inRoot(wasm), `--keep-funcs=@${list}`],
      ...['-o1', join(folder, `tinycnn-${variant}.wasm`), '-o2', join(folder, deferredName(variant))],
    ]);
  }
}
