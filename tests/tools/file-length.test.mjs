// SPDX-License-Identifier: MIT
// Source files have up to 450 lines. A longer one gives its reason in its first ten lines: "Long because …".
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { inRoot } from '../../tools/support/paths.mjs';

const maxLines = 450;
const source = /\.(c|cpp|h|mjs|js|ts|tsx|css|html|py|cmake)$|(^|\/)CMakeLists\.txt$/;

const linesOf = (text) => text.trimEnd().split('\n');

function isTooLong(text) {
  const lines = linesOf(text);
  return lines.length > maxLines && !lines.slice(0, 10).some((line) => /\blong because \w/i.test(line));
}

test(`a source file above ${maxLines} lines says why`, () => {
  const files = execFileSync('git', ['ls-files'], { cwd: inRoot(), encoding: 'utf8' }).split('\n');
  const sources = files.filter((file) => source.test(file) && existsSync(inRoot(file)));
  assert.ok(sources.length > 400, `only ${sources.length} sources were found`);
  const long = sources
    .map((file) => ({ file, text: readFileSync(inRoot(file), 'utf8') }))
    .filter(({ text }) => isTooLong(text))
    .map(({ file, text }) => `${file}: ${linesOf(text).length} lines`);
  assert.deepEqual(long, [], 'split them, or say in their first ten lines: "Long because …"');
});

test('a reason counts where it is read first', () => {
  const lines = (count) => '// line\n'.repeat(count);
  const reason = '// Long because the table is one piece.\n';
  assert.equal(isTooLong(lines(maxLines)), false);
  assert.equal(isTooLong(lines(maxLines + 1)), true);
  assert.equal(isTooLong(reason + lines(maxLines)), false);
  assert.equal(isTooLong(lines(maxLines) + reason), true);
});
