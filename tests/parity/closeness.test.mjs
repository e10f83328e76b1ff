// SPDX-License-Identifier: MIT
//
// The yardstick of the parity tests refuses what it must, and fixtures that are not there.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertGradientsWithin, assertListsWithin, assertWithinAbsolute, assertWithinRelative } from './closeness.mjs';
import { readFixture, under } from './safetensors.mjs';

test('a relative distance is in units of the largest expected magnitude', () => {
  assert.equal(assertWithinRelative([10, 0.5], [10, 0], 0.06, 'x'), 0.05);
  assert.throws(() => assertWithinRelative([10, 0.5], [10, 0], 0.04, 'x'), /x: off by 0\.05/);
});

test('an absolute distance is in plain units', () => {
  assert.equal(assertWithinAbsolute([10, 0.5], [10, 0], 0.6, 'x'), 0.5);
  assert.throws(() => assertWithinAbsolute([10, 0.5], [10, 0], 0.4, 'x'), /off by 0\.5/);
});

test('NaN is near nothing, zeros are met exactly, and lengths must agree', () => {
  assert.throws(() => assertWithinAbsolute([NaN, 0], [0, 0], 1, 'x'), /off by NaN/);
  assert.throws(() => assertWithinRelative([0, NaN], [1, 0], 1, 'x'), /off by NaN/);
  assert.throws(() => assertWithinRelative([1e-30], [0], 1, 'x'), /off by/);
  assert.equal(assertWithinRelative([0], [0], 1e-5, 'x'), 0);
  assert.throws(() => assertWithinAbsolute([1], [1, 2], 1, 'x'), /expected 2 values, got 1/);
  assert.throws(() => assertWithinAbsolute([], [], 1, 'x'), /nothing to compare/);
});

test('lists agree by name and shape before their numbers count', () => {
  const tensor = (name, shape) => ({ name, shape, data: Float32Array.of(1, 2) });
  const compare = (actual, expected) => assertListsWithin(assertWithinAbsolute, [actual], [expected], 1);
  assert.equal(compare(tensor('a', [2]), tensor('a', [2])), 0);
  assert.throws(() => compare(tensor('a', [2]), tensor('b', [2])));
  assert.throws(() => compare(tensor('a', [2]), tensor('a', [1, 2])), /a's shape/);
});

test("a gradient of rounding alone is held to the network's largest, any other to its own", () => {
  const gradients = (...values) => values.map((value, i) => ({ name: `g${i}`, shape: [1], data: [value] }));
  assert.equal(assertGradientsWithin(gradients(100, 1e-4), gradients(100, 0), 1e-4), 1e-4);
  assert.throws(() => assertGradientsWithin(gradients(100, 2e-4), gradients(100, 0), 1e-4), /gradient of g1: off by/);
  assert.throws(() => assertGradientsWithin(gradients(100, 2.001), gradients(100, 2), 1e-4), /gradient of g1: off by/);
  assert.throws(() => assertGradientsWithin(gradients(0, 1e-9), gradients(0, 0), 1e-4), /gradient of g1: off by/);
});

test('a missing fixture, or a missing tensor in one, is an error', () => {
  assert.throws(() => readFixture('absent.safetensors'), /ENOENT/);
  assert.throws(() => under(readFixture('layers.safetensors').tensors, 'absent/'), /no tensor named absent\//);
});
