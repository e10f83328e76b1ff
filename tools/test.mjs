// SPDX-License-Identifier: MIT
// npm test: set-up, builds, then every suite; goes on after a failure and closes with one line of totals.
import {
  assemblePackage,
  buildPage,
  buildPreset,
  exactWasmPresets,
  nativePresets,
  wasmPresets,
} from './build/stages.mjs';
import { checks } from './checks/checks.mjs';
import { listFiles } from './build/inputs.mjs';
import { countedPreset, countedTarget, runInstructionGuard, whyUncountable } from './test/instructions.mjs';
import { provideMnist } from './data/mnist.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { inRoot } from './support/paths.mjs';
import { readOptions } from './support/options.mjs';
import { failure, formatSeconds, heading, note, runMain } from './support/report.mjs';
import { failedResult, runDoctest, runNodeTests, runPlaywright } from './test/suites.mjs';
import { closingLine, exitCode, failedSuites, runSuites } from './test/test-run.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';

/** Of one program; the page's tests are one. */
const timeoutSeconds = 1200;

const nodeSuite = (name, folder) => ({
  name,
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
  run: (options) =>
    runDoctest(inRoot('build', preset, 'tests', `tinycnn_tests${preset.startsWith('wasm') ? '.js' : ''}`), options),
});

const checkSuite = (check, env) => ({
  name: `check ${check.name}`,
  run: async ({ onProgress }) => {
    const { ok, output } = await check.run(env, { fix: false, onProgress });
    return ok ? { passed: 1, failed: 0, skipped: [], output } : failedResult(output);
  },
});

const allSuites = (env) => [
  ...[...nativePresets, ...exactWasmPresets].map(doctestSuite),
  nodeSuite('tools', 'tests/tools'),
  { ...nodeSuite('package', 'tests/wasm'), needs: 'package' },
  { ...nodeSuite('parity', 'tests/parity'), needs: 'package' },
  { ...nodeSuite('page functions', 'tests/web'), needs: 'package' },
  { ...nodeSuite('examples', 'tests/examples'), needs: 'native-release' },
  { name: 'instructions', needs: countedPreset, run: runInstructionGuard },
  { name: 'page', needs: 'page', run: (options) => runPlaywright('page', options) },
  { name: 'page alone', needs: 'page', run: (options) => runPlaywright('alone', options) },
  ...checks.map((check) => checkSuite(check, env)),
];

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
  for (const preset of [...wasmPresets, ...nativePresets]) await attempt(preset, () => buildPreset(preset, env));
  if (!whyUncountable()) await attempt(countedPreset, () => buildPreset(countedPreset, env, [countedTarget]));
  await attempt('package', () => assemblePackage(env), wasmPresets);
  await attempt('page', () => buildPage(env), ['package']);
  return broken;
}

const usage = `npm test   builds everything and runs every suite
  --only WORDS      only suites whose names contain one of these words, with commas between: parity,page`;

await runMain(async () => {
  const { values } = readOptions(usage, { options: { only: { type: 'string' } } });
  const start = performance.now();
  heading('TinyCNN tests: set-up and build');
  const env = await ensureToolchain({ wasm: true, native: true, browser: true, checks: true, counts: true });
  await ensureNodeModules();
  const broken = await build(env);
  const mnist = await provideMnist();
  if (!mnist) note('MNIST', 'tests that need the real data are skipped');

  heading('TinyCNN tests: suites');
  const words = values.only?.split(',');
  const suites = allSuites(env).filter(({ name }) => !words || words.some((word) => name.includes(word)));
  const testEnv = { ...process.env, ...env, ...(mnist ? { MNIST_DIR: mnist } : {}) };
  const results = await runSuites(suites, broken, { env: testEnv, timeoutSeconds: timeoutSeconds });
  for (const text of failedSuites(results)) failure('failed', text);
  note('Time', formatSeconds(performance.now() - start));
  console.log(`\n${closingLine(results)}`);
  return exitCode(results);
});
