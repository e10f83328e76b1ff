// SPDX-License-Identifier: MIT
// npm test's own honesty: passes, failures, crashes and empty suites are counted as what they are.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { parsePlaywright, runDoctest, runNodeTests, settle } from '../../tools/test/suites.mjs';
import { resultRecord } from '../../tools/test/passed-before.mjs';
import { closingLine, exitCode, runSuites, unchangedLine } from '../../tools/test/test-run.mjs';
import { inRoot } from '../../tools/support/paths.mjs';
import { temporaryFolder } from './support.mjs';

const commandOptions = { env: { ...process.env, NODE_TEST_CONTEXT: undefined }, timeoutSeconds: 60 };

function script(t, name, text) {
  const path = join(temporaryFolder(t), name);
  writeFileSync(path, text);
  return path;
}

const summary = (passed, failed) =>
  `[doctest] test cases: ${passed + failed} | ${passed} passed | ${failed} failed | 0 skipped`;

const doctest = (t, text) => runDoctest(script(t, 'tests.js', text), commandOptions);
const nodeTests = (t, name, text) =>
  runNodeTests(
    `self-${name}`,
    [script(t, 'case.test.mjs', `import { test } from 'node:test';\n${text}`)],
    commandOptions,
  );

test('a doctest program that passes is counted from its summary', async (t) => {
  const result = await doctest(t, `console.log(${JSON.stringify(summary(7, 0))})`);
  assert.equal(closingLine([result]), '7 passed, 0 failed');
  assert.equal(exitCode([result]), 0);
});

test('a doctest program that fails keeps its counts and its output', async (t) => {
  const result = await doctest(
    t,
    `console.log('expected 3'); console.log(${JSON.stringify(summary(5, 2))}); process.exitCode = 1`,
  );
  assert.equal(closingLine([result]), '5 passed, 2 failed');
  assert.match(result.output, /expected 3/);
  assert.equal(exitCode([result]), 1);
});

test('a doctest program that crashes before its summary is one failure', async (t) => {
  const result = await doctest(t, `console.log('half'); process.kill(process.pid, 'SIGSEGV')`);
  assert.equal(closingLine([result]), '0 passed, 1 failed');
  assert.match(result.output, /half[^]*crashed with SIGSEGV/);
});

test('a sanitizer that complains at the end makes a passing program fail', async (t) => {
  const result = await doctest(t, `console.log(${JSON.stringify(summary(7, 0))}); process.exitCode = 23`);
  assert.equal(closingLine([result]), '7 passed, 1 failed');
  assert.match(result.output, /exit code 23/);
});

test('a program that executes no test has failed', async (t) => {
  const result = await doctest(t, `console.log(${JSON.stringify(summary(0, 0))})`);
  assert.equal(closingLine([result]), '0 passed, 1 failed');
  assert.match(result.output, /executed no test/);
});

test('a program that hangs is stopped and has failed', async (t) => {
  const path = script(t, 'tests.js', 'setInterval(() => {}, 1000)');
  const result = await runDoctest(path, { ...commandOptions, timeoutSeconds: 0.5 });
  assert.equal(result.failed, 1);
  assert.match(result.output, /ran longer than 0\.5 s/);
});

test('a program that was never built has failed', async () => {
  const result = await runDoctest('/nowhere/tests', commandOptions);
  assert.equal(closingLine([result]), '0 passed, 1 failed');
});

test('node tests are counted case by case, skipped ones with their reason', async (t) => {
  const result = await nodeTests(
    t,
    'mixed',
    `import { describe } from 'node:test';
     test('a', () => {}); describe('suite', () => { test('b', () => {}); });
     test('c', () => { throw new Error('wrong sum'); }); test('d', { skip: 'no data here' }, () => {});`,
  );
  assert.equal(closingLine([result]), '2 passed, 1 failed, 1 skipped');
  assert.deepEqual(result.skipped, [{ name: 'd', reason: 'no data here' }]);
  assert.match(result.output, /wrong sum/);
});

test('a node test file that crashes has failed', async (t) => {
  const result = await nodeTests(t, 'crash', `process.exit(3);`);
  assert.equal(result.passed, 0);
  assert.ok(result.failed > 0);
});

test('a node test file without a test has failed', async (t) => {
  const result = await nodeTests(t, 'empty', '');
  assert.equal(closingLine([result]), '0 passed, 1 failed');
});

test('no test file at all is a failure', async () => {
  assert.equal(closingLine([await runNodeTests('self-none', [], commandOptions)]), '0 passed, 1 failed');
});

test("Playwright's report is counted with its reasons; flaky tests have failed", () => {
  const spec = (title, status, annotations = []) => ({ title, tests: [{ status, annotations }] });
  const report = {
    suites: [
      {
        title: 'page.spec.ts',
        specs: [spec('a', 'expected'), spec('b', 'unexpected'), spec('c', 'flaky')],
        suites: [{ title: 'group', specs: [spec('d', 'skipped', [{ type: 'skip', description: 'no MNIST' }])] }],
      },
    ],
  };
  assert.deepEqual(parsePlaywright(report), {
    passed: 1,
    failed: 2,
    skipped: [{ name: 'page.spec.ts › group › d', reason: 'no MNIST' }],
  });
});

test('an error outside of any Playwright test is a failure', () => {
  assert.equal(parsePlaywright({ suites: [], errors: [{ message: 'config is broken' }] }).failed, 1);
});

test('skipped tests alone are no success of the whole run', () => {
  const result = settle(
    { passed: 0, failed: 0, skipped: [{ name: 'x', reason: 'y' }] },
    { code: 0, signal: null, output: '' },
  );
  assert.equal(closingLine([result]), '0 passed, 0 failed, 1 skipped');
  assert.equal(exitCode([result]), 1);
});

test('after a suite that throws or could not be built, the others still run', async (t) => {
  t.mock.method(console, 'log', () => {});
  const fine = { name: 'fine', run: async () => ({ passed: 2, failed: 0, skipped: [], output: '' }) };
  const throws = { name: 'throws', run: () => Promise.reject(new Error('unexpected')) };
  const unbuilt = { name: 'unbuilt', needs: 'wasm', run: () => assert.fail('must not run') };
  const results = await runSuites([throws, unbuilt, fine], new Map([['wasm', 'error: no such file']]), commandOptions);
  assert.equal(closingLine(results), '2 passed, 2 failed');
  assert.match(results[1].output, /no such file/);
});

test('the closing line names nothing but counts', () => {
  assert.equal(closingLine([{ passed: 3, failed: 0, skipped: [] }]), '3 passed, 0 failed');
});

test('suites run side by side as far as the cores go, one that wants them all has them, and results keep their order', async () => {
  const log = [];
  const gates = new Map();
  const suite = (name, cores = 1) => ({
    name,
    cores,
    run: async () => {
      log.push(`+${name}`);
      await new Promise((resolve) => gates.set(name, resolve));
      log.push(`-${name}`);
      return { passed: 1, failed: 0, skipped: [], output: '' };
    },
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const suites = [suite('a'), suite('b'), suite('c'), suite('all', Infinity)];
  const ended = runSuites(suites, new Map(), { ...commandOptions, cores: 2 });
  for (const name of ['b', 'a', 'c', 'all']) {
    await turn();
    gates.get(name)();
  }
  assert.deepEqual(
    (await ended).map(({ name }) => name),
    ['a', 'b', 'c', 'all'],
  );
  assert.deepEqual(log, ['+a', '+b', '-b', '+c', '-a', '-c', '+all', '-all']);
});

test('every test of a TypeScript file is counted, though what the file leaves open would keep Node alive', async (t) => {
  const many = 300;
  const path = script(
    t,
    'case.test.ts',
    `import { test } from 'node:test';
     const left: MessageChannel = new MessageChannel();
     left.port1.onmessage = () => undefined;
     for (let i = 0; i < ${many}; ++i) test(\`case \${i}\`, () => undefined);`,
  );
  const result = await runNodeTests('self-typescript', [path], commandOptions);
  assert.equal(closingLine([result]), `${many} passed, 0 failed`);
});

/** A suite that depends on one file, and how often it ran. */
function countedSuite(t, result = {}) {
  const file = join(temporaryFolder(t), 'source.txt');
  writeFileSync(file, 'first');
  const name = `self ${randomUUID()}`;
  t.after(() => {
    const stamps = inRoot('build', 'stamps');
    for (const stamp of readdirSync(stamps)) if (stamp.includes(name.replace(' ', '-'))) rmSync(join(stamps, stamp));
  });
  const suite = {
    name,
    dependsOn: [relative(inRoot(), file)],
    ran: 0,
    run: async () => ({ passed: 3, failed: 0, skipped: [], output: '', ...result, ran: ++suite.ran }),
  };
  return { suite, file };
}

const runRecorded = (suite, record) => runSuites([suite], new Map(), { ...commandOptions, record });

test('a suite that has passed is not run again until something that it depends on has changed, or all is asked for', async (t) => {
  t.mock.method(console, 'log', () => {});
  const { suite, file } = countedSuite(t);
  const record = resultRecord({});
  assert.equal(unchangedLine(await runRecorded(suite, record)), null);
  const again = await runRecorded(suite, record);
  assert.equal(suite.ran, 1);
  assert.equal(closingLine(again), '3 passed, 0 failed');
  assert.match(unchangedLine(again), /^3 tests of 1 suites passed before/);
  await runRecorded(suite, resultRecord({}, true));
  assert.equal(suite.ran, 2);
  writeFileSync(file, 'second');
  await runRecorded(suite, record);
  assert.equal(suite.ran, 3);
  await runRecorded(suite, resultRecord({ MNIST_DIR: '/elsewhere' }));
  assert.equal(suite.ran, 4);
});

test('a suite that failed, or left a test out, is run again', async (t) => {
  t.mock.method(console, 'log', () => {});
  for (const result of [{ failed: 1 }, { skipped: [{ name: 'd', reason: 'no data' }] }]) {
    const { suite } = countedSuite(t, result);
    const record = resultRecord({});
    await runRecorded(suite, record);
    await runRecorded(suite, record);
    assert.equal(suite.ran, 2);
  }
});

test('a suite whose source changes while it runs is run again', async (t) => {
  t.mock.method(console, 'log', () => {});
  const { suite, file } = countedSuite(t);
  const run = suite.run;
  suite.run = async () => (writeFileSync(file, `changed ${suite.ran}`), run());
  const record = resultRecord({});
  await runRecorded(suite, record);
  await runRecorded(suite, record);
  assert.equal(suite.ran, 2);
});
