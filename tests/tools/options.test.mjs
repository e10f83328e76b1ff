// SPDX-License-Identifier: MIT
// Every command says how it is used, when asked and when it is used wrongly.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { inRoot } from '../../tools/support/paths.mjs';

const { scripts } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
const commands = Object.entries(scripts).map(([name, script]) => ({
  command: ['start', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`,
  file: /^node (\S+\.mjs)$/.exec(script)?.[1],
}));
commands.push(...['serve', 'env'].map((name) => ({ command: `node tools/${name}.mjs`, file: `tools/${name}.mjs` })));

const run = (file, ...args) =>
  spawnSync(process.execPath, [inRoot(file), ...args], { encoding: 'utf8', timeout: 20_000 });
const start = (tool, ...args) => run(`tools/${tool}.mjs`, ...args);

for (const { command, file } of commands) {
  test(`${command}: --help prints what it does and its options, and ends`, () => {
    assert.ok(file, `${command} is not one program, so that its options would reach only the last one`);
    const { status, stdout } = run(file, '--help');
    assert.equal(status, 0);
    const [first, ...rest] = stdout.trimEnd().split('\n');
    assert.ok(first.startsWith(`${command} `), first);
    assert.match(first, / {3}[a-z].{20}/);
    for (const line of rest) assert.match(line, /^ {2}\S/);
  });

  test(`${command}: an option that it does not know is refused, with those that it knows`, () => {
    const { status, stdout, stderr } = run(file, '--wings');
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /^\n {2}Unknown option '--wings'\.\n {4}(npm|node) /);
    assert.doesNotMatch(stderr, /node:internal/);
  });
}

test('a choice that there is not is refused before anything is built', () => {
  for (const file of ['tools/check.mjs', 'tests/fuzz/fuzz.mjs', 'tools/test.mjs']) {
    const { status, stdout, stderr } = run(file, '--only', 'nothing');
    assert.equal(status, 1, file);
    assert.equal(stdout, '', file);
    assert.match(stderr, /--only: .*'nothing'/, file);
  }
});

test('reproduce takes integers, the recipes there are, and models of the zoo', () => {
  /** @type {[string[], RegExp][]} */
  const cases = [
    [['--seeds', 'many'], /--seeds: expected an integer above 0, got 'many'/],
    [['--epochs', '0.5'], /--epochs: expected an integer above 0, got '0\.5'/],
    [['--recipe', 'worst'], /--recipe: expected published or best, got 'worst'/],
  ];
  for (const [args, message] of cases) {
    const { status, stderr } = start('experiments/reproduce', ...args);
    assert.equal(status, 1);
    assert.match(stderr, message);
  }
});
