// SPDX-License-Identifier: MIT
// The package as people install it: from the tarball into a fresh project of each kind, which then trains. Each install resolves with a line
// on what came of it, or rejects.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { nodeTool } from '../build/stages.mjs';
import { isolationHeaders } from '../server/headers.mjs';
import { startServer } from '../server/static-server.mjs';
import { lastLines, run } from '../support/processes.mjs';
import { npm } from './package-folder.mjs';

/** A folder with these files, in which the tarball is installed. */
async function project({ tarball, folder }, name, files) {
  const own = join(folder, name);
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  const manifest = { name: 'app', private: true, type: 'module' };
  for (const [file, text] of Object.entries({ 'package.json': JSON.stringify(manifest), ...files })) {
    writeFileSync(join(own, file), text);
  }
  await npm(['install', tarball], own);
  return own;
}

/** Runs a program, whose last line is JSON; rejects with its last words. */
async function runJson(command, args, cwd) {
  const { code, stdout, output } = await run(command, args, { cwd, timeoutSeconds: 120 });
  if (code !== 0) throw new Error(`exit code ${code}: ${lastLines(output, 6).join(' | ')}`);
  return JSON.parse(lastLines(stdout, 1)[0]);
}

/** Trains on synthetic digits and classifies others; the same with the engine here and with the one in a worker. */
const trains = `
export async function train(loadEngine, threads) {
  const engine = await loadEngine(threads === undefined ? {} : { threads });
  const session = await engine.createSession({ model: 'tinycnn', seed: 1 });
  await session.setData('train', await engine.generateDigits({ seed: 1, count: 4000 }));
  await session.trainSteps(200);
  const { images, labels } = await engine.generateDigits({ seed: 2, count: 200 });
  const predictions = await session.predictBatch(images);
  const correct = predictions.filter((each, i) => each.indexOf(Math.max(...each)) === labels[i]).length;
  const file = await session.exportModel({ format: 'onnx' });
  const [first] = await session.parameters();
  const weight = first.data[0];
  const { threads: used, variant } = engine.info;
  await engine.dispose();
  return { threads: used, variant, accuracy: correct / labels.length, weight, onnx: file.length };
}
`;

/** Throws unless a training run came to what it must. */
function requireTrained({ threads, accuracy, onnx, weight }, wantedThreads, first) {
  if (threads !== wantedThreads) throw new Error(`expected ${wantedThreads} threads, got ${threads}`);
  if (!(accuracy > 0.6)) throw new Error(`${accuracy} of the digits were classified correctly`);
  if (!(onnx > 1000)) throw new Error(`the ONNX file has ${onnx} bytes`);
  if (first !== undefined && weight !== first) throw new Error(`the weights differ: ${weight} and ${first}`);
}

const nodeProgram = `
import { loadEngine } from 'tinycnn';
import { loadEngine as loadInWorker } from 'tinycnn/worker';
import { presets } from 'tinycnn/sweep';
import 'tinycnn/element';
import { createRequire } from 'node:module';
import { train } from './train.mjs';
const here = await train(loadEngine, 2);
const inWorker = await train(loadInWorker, 2);
const { version } = createRequire(import.meta.url)('tinycnn/package.json');
console.log(JSON.stringify({ here, inWorker, version, presets: presets.length, node: process.version }));
`;

/** In Node, on the thread that calls and in the package's worker. `node`: the program. */
export async function installInNode(context, node = process.execPath) {
  const own = await project(context, 'node', { 'train.mjs': trains, 'program.mjs': nodeProgram });
  const result = await runJson(node, ['program.mjs'], own);
  requireTrained(result.here, 2);
  requireTrained(result.inWorker, 2, result.here.weight);
  return `Node ${result.node}: here and in a worker, 2 threads, the same bits`;
}

const typedProgram = `
import { loadEngine, TinyCNNError, type Engine, type ErrorCode, type FitEpoch, type ModelSpec, type Session } from 'tinycnn';
import { loadEngine as loadInWorker } from 'tinycnn/worker';
import { presets, SweepProgress } from 'tinycnn/sweep';
import { TinyCNNElement, type Prediction } from 'tinycnn/element';

export function listen(element: TinyCNNElement): void {
  element.addEventListener('prediction', ({ detail }) => console.log(detail.probabilities.length));
  element.addEventListener('error', ({ message }) => console.log(message));
}
export const read = async (): Promise<Prediction | null> => (await document.querySelector('tiny-cnn')?.predict()) ?? null;

const spec: ModelSpec = { name: 'mine', input: [1, 28, 28], layers: [{ name: 'out', type: 'linear', outFeatures: 10 }] };
export async function run(): Promise<number> {
  const engine: Engine = await loadEngine({ threads: 'auto' });
  const session: Session = engine.createSession({ model: spec, optimizer: { type: 'adam', learningRate: 1e-3 } });
  session.setData('train', engine.generateDigits({ count: 100 }));
  const epochs: FitEpoch[] = await session.fit({ epochs: 1 });
  // @ts-expect-error there is no such option
  engine.createSession({ model: 'tinycnn', lr: 1 });
  const far = await loadInWorker();
  const probabilities: Float32Array = await (await far.createSession({ model: 'tinycnn' })).predict(new Uint8Array(784));
  const progress = new SweepProgress(presets[0]!);
  return epochs.length + probabilities.length + progress.trials.length;
}
export const codeOf = (error: unknown): ErrorCode | null => (error instanceof TinyCNNError ? error.code : null);
`;

/** TypeScript's strictest reading, also of the package's own declarations. */
export async function installInTypeScript(context, resolution) {
  const own = await project(context, `typescript-${resolution}`, { 'program.ts': typedProgram });
  const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
  const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];
  const target = ['--target', 'es2022', '--lib', 'es2023,esnext.disposable,dom,dom.iterable'];
  const args = ['--noEmit', '--module', module, '--moduleResolution', resolution, ...strict, ...target];
  const { code, output } = await run(process.execPath, [nodeTool('typescript', 'tsc'), ...args, 'program.ts'], {
    cwd: own,
  });
  if (code !== 0) throw new Error(lastLines(output, 8).join(' | '));
  return `tsc --moduleResolution ${resolution}: strict, declarations checked too`;
}

const page = '<!doctype html><html lang="en"><title>app</title><script type="module" src="./main.js"></script></html>';

/** Sets window.result to what came of training on the page's thread and in the package's worker, and of the element. */
const pageProgram = (package_, worker, element) => `
import { loadEngine } from '${package_}';
import { loadEngine as loadInWorker } from '${worker}';
import '${element}';
import { train } from './train.js';
async function embed() {
  const element = document.createElement('tiny-cnn');
  document.body.append(element);
  const { probabilities } = await element.predict([[[140, 40], [140, 240]]]);
  element.remove();
  return probabilities.length;
}
async function all() {
  const [here, inWorker] = [await train(loadEngine), await train(loadInWorker)];
  return { here, inWorker, classes: await embed(), isolated: crossOriginIsolated };
}
window.result = all().catch((error) => ({ error: String(error.stack ?? error) }));
`;

/** Opens a page and waits for what came of it. Rejects also where the page wrote an error to its console. */
async function visit(browser, url) {
  const tab = await browser.newPage();
  const errors = [];
  tab.on('pageerror', (error) => errors.push(error.message));
  tab.on(
    'console',
    (message) => message.type() === 'error' && !/favicon/.test(message.location().url) && errors.push(message.text()),
  );
  try {
    await tab.goto(url);
    await tab.waitForFunction('"result" in window', undefined, { timeout: 60_000 });
    const result = await tab.evaluate('window.result');
    if (result.error || errors.length > 0) throw new Error([result.error, ...errors].filter(Boolean).join(' | '));
    return result;
  } catch (error) {
    throw new Error([error.message, ...errors].join(' | '), { cause: error });
  } finally {
    await tab.close();
  }
}

const nameOfThreads = (count) => (count === 1 ? 'one thread' : `${count} threads`);

/** On a page with isolation's headers and on one without: as many threads as there are cores (4 at most), and one. */
async function visitBoth(browser, serve) {
  const counts = [];
  let first;
  for (const headers of [isolationHeaders, {}]) {
    const server = await serve(headers);
    try {
      const { here, inWorker, classes, isolated } = await visit(browser, server.url);
      const isIsolated = headers === isolationHeaders;
      if (isolated !== isIsolated) throw new Error(`expected ${isIsolated ? 'an isolated' : 'a plain'} page`);
      if (isIsolated && availableParallelism() > 1 && here.threads < 2)
        throw new Error(`expected threads on an isolated page, got ${here.threads}`);
      requireTrained(here, isIsolated ? here.threads : 1, first);
      first = here.weight;
      requireTrained(inWorker, here.threads, first);
      if (classes !== 10) throw new Error(`the element knows ${classes} classes`);
      counts.push(here.threads);
    } finally {
      await server.close();
    }
  }
  return `${nameOfThreads(counts[0])} when isolated, ${nameOfThreads(counts[1])} elsewhere; page and worker, the same bits; the element`;
}

const viteFiles = {
  'index.html': page,
  'main.js': pageProgram('tinycnn', 'tinycnn/worker', 'tinycnn/element'),
  'train.js': trains,
};

/** Vite without a configuration, as its server for development. */
export async function installInViteDev(context) {
  const { createServer } = await import('vite');
  const own = await project(context, 'vite-dev', viteFiles);
  return visitBoth(context.browser, async (headers) => {
    const server = await createServer({
      root: own,
      configFile: false,
      logLevel: 'error',
      server: { port: 0, host: '127.0.0.1', headers, hmr: false, watch: null },
    });
    await server.listen();
    return { url: server.resolvedUrls.local[0], close: () => server.close() };
  });
}

/** What Vite builds without a configuration, on a plain server below a folder. */
export async function installInViteBuild(context) {
  const { build } = await import('vite');
  const own = await project(context, 'vite-build', viteFiles);
  await build({ root: own, configFile: false, base: './', logLevel: 'error', build: { emptyOutDir: true } });
  return visitBoth(context.browser, (headers) =>
    startServer({ folder: join(own, 'dist'), port: 0, base: '/some/app/', headers }),
  );
}

/** Without a bundler: the package's files in some folder of a site. */
export async function installInPlainPage(context) {
  const own = await project(context, 'plain', {});
  const site = join(own, 'site');
  mkdirSync(join(site, 'scripts', 'lib'), { recursive: true });
  cpSync(join(own, 'node_modules', 'tinycnn', 'dist'), join(site, 'scripts', 'lib', 'tinycnn'), { recursive: true });
  writeFileSync(join(site, 'index.html'), page);
  writeFileSync(
    join(site, 'main.js'),
    pageProgram(...['index', 'worker', 'element'].map((name) => `./scripts/lib/tinycnn/${name}.js`)),
  );
  writeFileSync(join(site, 'train.js'), trains);
  return visitBoth(context.browser, (headers) => startServer({ folder: site, port: 0, headers }));
}

/** The command, as npx finds it. */
export async function installCommand(context) {
  const own = await project(context, 'command', {});
  const call = (...args) =>
    run('npx', ['--offline', '--no-install', 'tinycnn', ...args], { cwd: own, timeoutSeconds: 120 });
  const { code, output } = await call('--version');
  if (code !== 0) throw new Error(lastLines(output, 4).join(' | '));
  const zoo = await call('zoo', '--json');
  if (zoo.code !== 0) throw new Error(lastLines(zoo.output, 4).join(' | '));
  return `npx tinycnn ${output.trim()}: ${zoo.stdout.trim().split('\n').length} networks in its zoo`;
}

/** All of them: [{ name, install(context) }]; `context`: { tarball, folder, browser }, a folder for the projects and Playwright's browser. */
export const installs = [
  { name: 'Node', install: (context) => installInNode(context) },
  { name: 'Command', install: installCommand },
  { name: 'TypeScript, bundler', install: (context) => installInTypeScript(context, 'bundler') },
  { name: 'TypeScript, nodenext', install: (context) => installInTypeScript(context, 'nodenext') },
  { name: 'Plain page', install: installInPlainPage },
  { name: 'Vite, dev', install: installInViteDev },
  { name: 'Vite, build', install: installInViteBuild },
];
