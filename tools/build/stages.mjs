// SPDX-License-Identifier: MIT
// The build's stages: CMake presets, the JavaScript package, the page. A stage whose inputs are what they were is skipped without
// starting a process. A stage that fails throws a BuildError with the tool's whole output.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join, relative } from 'node:path';
import { writeAppFiles } from './app-icons.mjs';
import { bundleCommand, commandInputs } from './bundle-cli.mjs';
import { bundleElement } from './bundle-element.mjs';
import { bundleFeatures, libraryManifest } from './bundle-features.mjs';
import { compressFolder } from './compress.mjs';
import { hashInputs, isCurrent, listFiles, markStage } from './inputs.mjs';
import { SharedLock } from '../support/lock.mjs';
import { must } from './must.mjs';
import { inRoot } from '../support/paths.mjs';
import { note, step } from '../support/report.mjs';
import { together } from '../support/together.mjs';
import { writeServiceWorker } from './service-worker.mjs';
import { deferredName, splitEngine } from './split-engine.mjs';
import { withPlainWorkers } from './plain-workers.mjs';

const variants = {
  'wasm-simd': 'simd',
  'wasm-simd-threads': 'simd-threads',
  'wasm-relaxed-threads': 'relaxed-threads',
};
export const wasmPresets = Object.keys(variants);
/** Those that give the same bits as every other build. */
export const exactWasmPresets = wasmPresets.filter((preset) => !preset.includes('relaxed'));
const relaxedPreset = 'wasm-relaxed-threads';
export const nativePresets = ['native-debug', 'native-release'];

/**
 * Runs a stage's `work` unless its inputs are unchanged and its outputs are there; resolves with whether it ran. One process builds at a
 * time in a checkout: npm start and npm test may run side by side.
 */
async function stage(name, { title = name, inputs, key = null, outputs }, work) {
  const hash = () =>
    hashInputs(
      inputs.map((path) => inRoot(path)),
      key,
    );
  if (isCurrent(name, hash(), outputs)) return false;
  return whileOthersWait(title, async () => {
    const begun = hash(); // taken before the work: a file that changes meanwhile is built again next time
    if (isCurrent(name, begun, outputs)) return false;
    markStage(name);
    const job = step(title, 'building');
    try {
      await work(job);
    } catch (error) {
      job.failed();
      throw error;
    }
    markStage(name, begun);
    job.done('built');
    return true;
  });
}

const buildLock = new SharedLock(inRoot('build', 'build.lock'));

/** Stages of one process may run side by side, while other processes wait. */
const whileOthersWait = (title, work) =>
  buildLock.hold(work, (pid) => note(title, `waiting for another build in this checkout (process ${pid})`));

/** What decides a CMake tree's configuration besides the sources. */
const configurationKey = (env) =>
  ['EMSCRIPTEN_ROOT', 'EM_CONFIG', 'XSIMD_INCLUDE_DIR', 'DOCTEST_INCLUDE_DIR', 'CLI11_INCLUDE_DIR', 'CC', 'CXX'].map(
    (name) => env[name],
  );

/** Configures a preset's tree if it has never been, or its presets or toolchain have changed. */
export const configure = (preset, env) => whileOthersWait(preset, () => configureUnlocked(preset, env));

async function configureUnlocked(preset, env) {
  const hash = hashInputs([inRoot('CMakePresets.json')], configurationKey(env));
  const name = `${preset}.configured`;
  if (isCurrent(name, hash, [inRoot('build', preset, 'build.ninja')])) return;
  markStage(name);
  const options = { cwd: inRoot(), env: { ...process.env, ...env } };
  await must(`cmake --preset ${preset}`, 'cmake', ['--preset', preset, '--fresh'], options);
  markStage(name, hash);
}

/** Builds targets of a preset with so many compilers at once; shows Ninja's own count of steps. */
export async function buildPreset(preset, env, targets = [], jobs = availableParallelism()) {
  const inputs = ['CMakeLists.txt', 'CMakePresets.json', 'core', 'bindings', 'tests'];
  const outputs = [inRoot('build', preset, 'build.ninja')];
  const name = [preset, ...targets].join('.');
  return stage(name, { title: preset, inputs, key: configurationKey(env), outputs }, async (job) => {
    await configureUnlocked(preset, env);
    const args = ['--build', inRoot('build', preset), '--parallel', String(jobs)];
    if (targets.length > 0) args.push('--target', ...targets);
    await must(preset, 'cmake', args, {
      cwd: inRoot(),
      env: { ...process.env, ...env, NINJA_STATUS: '[%f/%t] ' },
      onLine: (text) => {
        const match = /^\[(\d+)\/(\d+)\]/.exec(text);
        if (match) job.progress(`compiling ${match[2]} files`, Number(match[1]) / Number(match[2]));
      },
    });
  });
}

/** Builds the same targets of several presets side by side, which keeps all cores busy while one of them is linked, or the last is built. */
export async function buildPresets(presets, env, targets = []) {
  const built = await together(...presets.map((preset) => buildPreset(preset, env, targets)));
  return built.includes(true);
}

/** The relaxed build has no types of its own: they are those of the one that it stands in for. */
const wasmFiles = (variant) =>
  ['js', 'wasm', ...(variant === 'relaxed-threads' ? [] : ['d.ts'])].map((ending) => `tinycnn-${variant}.${ending}`);

const compiledFiles = (preset) => wasmFiles(variants[preset]).map((file) => join('build', preset, 'bindings', file));

/** The module that makes files for other programs, built beside the engine with one thread. */
const formatsModules = ['formats', 'imports'].map((name) =>
  join('build', 'wasm-simd', 'bindings', `tinycnn-${name}.wasm`),
);

/**
 * bindings/dist: the WebAssembly builds beside the package's own JavaScript and types. The exact builds are what the page and most
 * programs load; the relaxed one joins them with `relaxed`, and is removed without it as soon as the package changes.
 */
export async function assemblePackage(env, { relaxed = true } = {}) {
  const changed = await assembleExactPackage(env);
  const commandChanged = await addCommand();
  return (relaxed && (await addRelaxedBuild())) || changed || commandChanged;
}

const packageFolder = inRoot('bindings', 'dist');
const inPackage = (file) => join(packageFolder, file);

function addRelaxedBuild() {
  const compiled = compiledFiles(relaxedPreset);
  const outputs = wasmFiles(variants[relaxedPreset]).map(inPackage);
  const inputs = [...compiled, plainWorkers];
  return stage('package-relaxed', { title: 'Relaxed build', inputs, outputs }, () => copyToPackage(compiled));
}

function addCommand() {
  const outputs = [inPackage(join('cli', 'tinycnn.js'))];
  return stage('package-command', { title: 'Command', inputs: commandInputs, outputs }, () =>
    bundleCommand(packageFolder),
  );
}

/** What changes the loaders of threads on their way. */
const plainWorkers = 'tools/build/plain-workers.mjs';

function copyToPackage(files) {
  mkdirSync(packageFolder, { recursive: true });
  for (const file of files) {
    if (!file.endsWith('-threads.js')) copyFileSync(inRoot(file), inPackage(basename(file)));
    else writeFileSync(inPackage(basename(file)), withPlainWorkers(readFileSync(inRoot(file), 'utf8')));
  }
}

function assembleExactPackage(env) {
  const compiled = [...exactWasmPresets.flatMap(compiledFiles), ...formatsModules];
  const outputs = [
    'index.js',
    'index.d.ts',
    'element.js',
    ...formatsModules.map((file) => basename(file)),
    ...exactWasmPresets.flatMap((preset) => wasmFiles(variants[preset])),
  ].map(inPackage);
  const sources = ['bindings/src', 'bindings/tsconfig.json', 'tools/tsconfig.base.json'];
  const bundlers = ['features', 'element'].map((name) => `tools/build/bundle-${name}.mjs`);
  const inputs = [...sources, ...bundlers, plainWorkers, libraryManifest, ...compiled];
  return stage('package', { title: 'JavaScript package', inputs, outputs }, async () => {
    copyToPackage(compiled);
    await must('tsc (bindings)', process.execPath, [nodeTool('typescript', 'tsc'), '-p', inRoot('bindings')], {
      cwd: inRoot(),
      env: { ...process.env, ...env },
    });
    await bundleFeatures(packageFolder);
    await bundleElement(packageFolder);
    removeAllBut(packageFolder, [...compiled, ...readdirSync(inRoot('bindings', 'src')), 'cli']);
  });
}

/** Removes what no source of today makes: `sources` give the names that stay, without their endings. */
function removeAllBut(folder, sources) {
  const nameOf = (file) => basename(file).replace(/\..*$/, '');
  const kept = new Set(sources.map(nameOf));
  for (const file of readdirSync(folder)) {
    if (!kept.has(nameOf(file))) rmSync(join(folder, file), { recursive: true });
  }
}

/** The package's files but the relaxed build, the command and the element, which the page does not load. */
const exactPackageFiles = () =>
  listFiles(packageFolder)
    .filter((file) => !/relaxed-threads\.(js|wasm)$|^cli[\\/]|^element[.\\/]/.test(relative(packageFolder, file)))
    .map((file) => relative(inRoot(), file));

/** build/page-engine: the builds that the page trains with, each in two parts. */
async function buildPageEngine(env) {
  const folder = inRoot('build', 'page-engine');
  const builds = exactWasmPresets.map((preset) => {
    const variant = variants[preset];
    const file = join('build', preset, 'bindings', `tinycnn-${variant}`);
    return { variant, wasm: `${file}.wasm`, symbols: `${file}.js.symbols` };
  });
  const makers = ['first-run', 'split-engine'].map((name) => `tools/build/${name}.mjs`);
  const inputs = [...makers, ...builds.flatMap(({ wasm, symbols }) => [wasm, symbols]), ...exactPackageFiles()];
  const outputs = builds.map(({ variant }) => join(folder, deferredName(variant)));
  return stage('page-engine', { title: 'Page’s engine', inputs, outputs }, () => splitEngine(builds, folder, env));
}

/** web/dist: the page as a static folder, with compressed forms beside its files; the service worker has none, so that one file replaces it. */
export async function buildPage(env) {
  const engineChanged = await buildPageEngine(env);
  const inputs = [
    'web',
    ...exactPackageFiles(),
    'build/page-engine',
    'tools/tsconfig.base.json',
    'package-lock.json',
    'package.json',
    ...['app-icons', 'compress', 'licences', 'service-worker'].map((name) => `tools/build/${name}.mjs`),
    ...['files', 'headers'].map((name) => `tools/server/${name}.mjs`),
  ];
  const outputs = ['index.html', 'bench.html', 'service-worker.js'].map((page) => inRoot('web', 'dist', page));
  const pageChanged = await stage('page', { title: 'Page', inputs, outputs }, async () => {
    for (const mode of ['production', 'bench']) {
      const args = [nodeTool('vite', 'vite'), 'build', inRoot('web'), '--logLevel', 'warn', '--mode', mode];
      await must('vite build', process.execPath, args, {
        cwd: inRoot(),
        env: { ...process.env, ...env, NODE_ENV: 'production' },
      });
    }
    await writeAppFiles(inRoot('web', 'dist'));
    await compressFolder(inRoot('web', 'dist'));
    await writeServiceWorker(inRoot('web', 'dist'));
  });
  return engineChanged || pageChanged;
}

/**
 * web/dist/docs: the documentation beside the page. Building the page empties web/dist, so that it is written again then; it takes seconds, of
 * which most is compression.
 */
export function buildDocumentation() {
  const folder = inRoot('web', 'dist', 'docs');
  const inputs = [
    ...[
      'docs',
      'bindings/src',
      'bindings/tsconfig.json',
      'core/include',
      'tools/docs',
      'package.json',
      'package-lock.json',
    ],
    ...['tokens.css', 'breakpoints.ts'].map((name) => `web/src/ui/${name}`),
    ...['web/icon.svg', 'tools/build/compress.mjs'],
  ];
  const outputs = [join(folder, 'index.html')];
  return stage('documentation', { title: 'Documentation', inputs, outputs }, async () => {
    const { writeDocumentation } = await import('../docs/site.mjs');
    writeDocumentation(folder);
    await compressFolder(folder);
  });
}

/** The script behind an npm package's command, so that it runs without a shell on every system. */
export function nodeTool(packageName, command) {
  const folder = inRoot('node_modules', ...packageName.split('/'));
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[command]);
}

/** The package from its sources: WebAssembly builds, JavaScript, types. */
export async function buildPackage(env, { relaxed = true } = {}) {
  const compiled = await buildPresets(relaxed ? wasmPresets : exactWasmPresets, env, ['tinycnn_wasm']);
  return (await assemblePackage(env, { relaxed })) || compiled;
}

/** The package, the page, which does without the relaxed build, and the documentation. */
export async function buildAll(env, options = {}) {
  const changed = await buildPackage(env, options);
  const pageChanged = await buildPage(env);
  return (await buildDocumentation()) || pageChanged || changed;
}
