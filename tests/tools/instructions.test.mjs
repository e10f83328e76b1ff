// SPDX-License-Identifier: MIT
//
// The guard against slower code, without counting: what it reads from valgrind, what it lets pass, and what it says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, parseCount, whyUncountable } from '../../tools/test/instructions.mjs';

const run = { model: 'tinycnn', batchSize: 16 };

test("callgrind's figure is read, and a summary without one is noticed", () => {
  assert.equal(parseCount('==7== Events    : Ir\n==7== Collected : 154721111\n==7==\n'), 154721111);
  assert.equal(parseCount('valgrind: cannot open'), null);
});

test('up to 5 % more than the committed figure passes, as does any number less', () => {
  assert.equal(judge(run, 1_050_000, 1_000_000).ok, true);
  assert.equal(judge(run, 10, 1_000_000).ok, true);
});

test('more than 5 % fails, with both numbers and how to renew the figure', () => {
  const { ok, text } = judge(run, 1_051_000, 1_000_000);
  assert.equal(ok, false);
  assert.match(text, /tinycnn.*1,051,000 instructions, 5\.1 % more than the committed 1,000,000/);
  assert.match(text, /npm run bench:instructions -- --write/);
});

test('a model without a figure fails and says how to get one', () => {
  assert.match(judge(run, 1, undefined).text, /no figure.*npm run bench:instructions -- --write/);
});

test('where nothing can be counted, the reason is said in words', () => {
  assert.match(whyUncountable('arm64', true), /x86-64 alone; this is arm64/);
  assert.match(whyUncountable('x64', false), /no valgrind/);
  assert.equal(whyUncountable('x64', true), null);
});
