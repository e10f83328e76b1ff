// SPDX-License-Identifier: MIT
// Every tool says how it is used, when asked and when it is used wrongly.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { inRoot } from '../../tools/support/paths.mjs';

const start = (tool, ...args) =>
  spawnSync(process.execPath, [inRoot('tools', `${tool}.mjs`), ...args], { encoding: 'utf8', timeout: 20_000 });

for (const tool of [
  'experiments/bench-instructions',
  'check',
  'experiments/letters',
  'experiments/reproduce',
  'serve',
  'test',
]) {
  test(`${tool} --help prints its usage`, () => {
    const { status, stdout } = start(tool, '--help');
    assert.equal(status, 0);
    assert.match(stdout, /^(npm|node) .* {3}\w.*\n( {2}--[\w-]+.*\n?)+$/);
  });

  test(`${tool} names an option that it does not know, and those it knows`, () => {
    const { status, stderr } = start(tool, '--wings');
    assert.equal(status, 1);
    assert.match(stderr, /Unknown option '--wings'/);
    assert.match(stderr, /^ +--[\w-]+ /m);
    assert.doesNotMatch(stderr, /node:internal/);
  });
}

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
