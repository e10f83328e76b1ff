// SPDX-License-Identifier: MIT
// npm test: set-up, builds, then every suite; goes on after a failure and closes with one line of totals.
import { availableParallelism } from 'node:os';
import {
  assemblePackage,
  buildDocumentation,
  buildPage,
  buildPreset,
  nativePresets,
  wasmPresets,
} from './build/stages.mjs';
import { checks } from './checks/checks.mjs';
import { listFiles } from './build/inputs.mjs';
import { runMachines } from './test/machines.mjs';
import { countedPreset, countedTarget, runInstructionGuard, whyUncountable } from './test/instructions.mjs';
import { fetchMnist, provideMnist } from './data/mnist.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { inRoot } from './support/paths.mjs';
import { readOptions } from './support/options.mjs';
import { failure, formatSeconds, heading, note, runMain, SetupError } from './support/report.mjs';
import { failedResult, runDoctest, runNodeTests, runPlaywright } from './test/suites.mjs';
import { dependencies, resultRecord } from './test/passed-before.mjs';
import { closingLine, exitCode, failedSuites, runSuites, unchangedLine } from './test/test-run.mjs';
import { ensureRuntimes, findFirefox, howToGetFirefox } from './setup/runtimes.mjs';
import { ensureToolchain, requireNode } from './setup/toolchain.mjs';
import { together } from './support/together.mjs';

/** Of one program; the page's tests, which are one, may take longer. */
const timeoutSeconds = 1200;
const pageTimeoutSeconds = 2700;

/** Builds whose core is tested. That of WebAssembly without threads has the same sources but for the pool, and the package's tests. */
const coreTestPresets = [...nativePresets, 'wasm-simd-threads'];

const nodeSuite = (name, folder, dependsOn) => ({
  name,
  dependsOn,
  run: (options) =>
    runNodeTests(
      name.replace(/\W+/g, '-'),
      listFiles(inRoot(folder)).filter((file) => /\.test\.(mjs|ts)$/.test(file)),
      options,
    ),
});

const doctestSuite = (preset) => ({
  name: `core ${preset}`,
  needs: preset,
  dependsOn: dependencies.engine,
  run: (options) =>
    runDoctest(inRoot('build', preset, 'tests', `tinycnn_tests${preset.startsWith('wasm') ? '.js' : ''}`), options),
});

const checkSuite = (check, env) => ({
  name: `check ${check.name}`,
  cores: check.cores,
  dependsOn: dependencies.everything,
  run: async ({ onProgress }) => {
    const { ok, output } = await check.run(env, { fix: false, onProgress });
    return ok ? { passed: 1, failed: 0, skipped: [], output } : failedResult(output);
  },
});

const runInFirefox = (options) => {
  const firefox = findFirefox();
  if (firefox) return runPlaywright('firefox', { ...options, env: { ...options.env, FIREFOX: firefox } });
  return { passed: 0, failed: 0, skipped: [{ name: 'page in Firefox', reason: howToGetFirefox }], output: '' };
};

/** The longest first, so that none is left for the end alone; then those that use all cores by themselves. */
const allSuites = (env) => {
  const { engine, packaged, page, shipped, documented, everything } = dependencies;
  const onPage = { needs: 'page', cores: 2, dependsOn: page };
  return [
    { ...nodeSuite('package', 'tests/wasm', packaged), needs: 'package' },
    ...coreTestPresets.map(doctestSuite),
    nodeSuite('tools', 'tests/tools', everything),
    { ...nodeSuite('command line', 'tests/cli', page), needs: 'package' },
    { ...nodeSuite('npm package', 'tests/package', shipped), needs: 'package' },
    { ...nodeSuite('parity', 'tests/parity', packaged), needs: 'package' },
    { ...nodeSuite('formats', 'tests/formats', packaged), needs: 'package' },
    { ...nodeSuite('page functions', 'tests/web', page), needs: 'package' },
    { ...nodeSuite('documentation', 'tests/docs', documented), needs: 'documentation' },
    { ...nodeSuite('examples', 'tests/examples', packaged), needs: 'native-release' },
    { name: 'instructions', needs: countedPreset, dependsOn: engine, run: runInstructionGuard },
    { name: 'machines', cores: 2, dependsOn: engine, run: (options) => runMachines({ toolchain: env, ...options }) },
    ...checks.map((check) => checkSuite(check, env)),
    {
      ...onPage,
      name: 'page',
      run: (options) => runPlaywright('page', { ...options, timeoutSeconds: pageTimeoutSeconds }),
    },
    { ...onPage, name: 'page in Firefox', run: (options) => runInFirefox(options) },
    { ...nodeSuite('page in WebKit', 'tests/webkit', page), needs: 'page', cores: 2 },
    { ...nodeSuite('kill', 'tests/kill', page), needs: 'page', cores: 2 },
    { ...onPage, name: 'page alone', cores: Infinity, run: (options) => runPlaywright('alone', options) },
  ];
};

/** Builds everything; resolves with what failed, by the name that suites refer to it. */
async function build(env) {
  const broken = new Map();
  const attempt = async (name, work, after = []) => {
    const cause = after.find((other) => broken.has(other));
    if (cause) return broken.set(name, `not built, because ${cause} failed\n`);
    try {
      await work();
    } catch (error) {
      broken.set(name, error.output ?? String(error.stack));
    }
  };
  const targets = new Map(wasmPresets.map((preset) => [preset, ['tinycnn_wasm']]));
  for (const preset of coreTestPresets) targets.set(preset, []);
  if (!whyUncountable()) targets.set(countedPreset, [countedTarget]);
  // two trees at a time, so that one compiles while the other is linked, each with all cores, as one is the last
  const jobs = availableParallelism();
  const queue = [...targets];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [preset, wanted] = next;
      await attempt(preset, () => buildPreset(preset, env, wanted, jobs));
    }
  };
  await together(worker(), worker());
  await attempt('package', () => assemblePackage(env), wasmPresets);
  await attempt('page', () => buildPage(env), ['package']);
  await attempt('documentation', buildDocumentation, ['page']);
  return broken;
}

const usage = `npm test   builds everything and runs every suite
  --only WORDS      only suites whose names contain one of these words, with commas between: parity,page
  --all             also suites that have passed before and of whose files, tools and data nothing has changed since`;

await runMain(async () => {
  const { values } = readOptions(usage, {
    options: { only: { type: 'string' }, all: { type: 'boolean', default: false } },
  });
  const words = values.only?.split(',');
  const isWanted = ({ name }) => !words || words.some((word) => name.includes(word));
  if (!allSuites({}).some(isWanted)) {
    throw new SetupError(
      `--only: no suite has '${values.only}' in its name.`,
      allSuites({}).map(({ name }) => name),
    );
  }
  const start = performance.now();
  heading('TinyCNN tests: set-up and build');
  requireNode();
  const needs = { wasm: true, native: true, browser: true, checks: true, counts: true };
  const [env] = await together(ensureToolchain(needs), ensureNodeModules(), fetchMnist());
  await ensureRuntimes();
  const broken = await build(env);
  const mnist = await provideMnist();
  if (!mnist) note('MNIST', 'tests that need the real data are skipped');

  heading('TinyCNN tests: suites');
  const suites = allSuites(env).filter(isWanted);
  const testEnv = { ...process.env, ...env, ...(mnist ? { MNIST_DIR: mnist } : {}) };
  const record = resultRecord(testEnv, values.all);
  const results = await runSuites(suites, broken, { env: testEnv, timeoutSeconds, record });
  for (const text of failedSuites(results)) failure('failed', text);
  const unchanged = unchangedLine(results);
  if (unchanged) note('Unchanged', unchanged);
  note('Time', formatSeconds(performance.now() - start));
  console.log(`\n${closingLine(results)}`);
  return exitCode(results);
});
