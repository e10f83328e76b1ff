// SPDX-License-Identifier: MIT
//
// Pen strokes become what MNIST's digits are, each step to be seen; digits drawn here are the same everywhere and can be trained on.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assertRefused, engineWith, fnv1a, SMALL_SPEC, withSession } from '../support/sessions.mjs';

const engine = await engineWith(1);

const FOUR = [
  [[62, 40], [50, 200], [250, 200]],
  [[200, 40, 0.5], [200, 360, 0.5]],
]; // prettier-ignore

const found = (path, pattern) => {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  return pattern.exec(text)[1];
};
const NATIVE_HASH = found('tests/core/digit_generator.test.cpp', /hash\.value\(\) == 0x(\w+)U/).toLowerCase();
const STYLES = Number(found('core/handwriting/digit_glyphs.h', /kGlyphs = (\d+)/));

test('strokes come back as MNIST-like pixels with every step on the way', () => {
  const { pixels, empty, steps } = engine.renderStrokes(FOUR);
  assert.equal(empty, false);
  assert.equal(pixels.length, 784);
  assert.deepEqual(steps.box, { left: 50, top: 40, right: 250, bottom: 360 });
  assert.equal(steps.scale, (20 - 2.5) / 320);
  assert.equal(steps.fitted.length, 2);
  assert.deepEqual(steps.fitted[1].map(([, y, pressure]) => [Math.round(y * 100) / 100, pressure]), [[1.25, 0.5], [18.75, 0.5]]); // prettier-ignore
  assert.equal(steps.boxed.length, 400);
  assert.equal(Math.floor(steps.center.x) + steps.left, 14);
  assert.equal(Math.floor(steps.center.y) + steps.top, 14);
  const moved = new Uint8Array(784);
  for (let y = 0; y < 20; ++y) {
    moved.set(steps.boxed.subarray(20 * y, 20 * y + 20), (y + steps.top) * 28 + steps.left);
  }
  assert.deepEqual(pixels, moved);
});

test('no stroke, or strokes without points, are said to be empty', () => {
  for (const nothing of [[], [[]], [[], []]]) {
    const { pixels, empty } = engine.renderStrokes(nothing);
    assert.equal(empty, true);
    assert.deepEqual(pixels, new Uint8Array(784));
  }
});

test('a thicker pen leaves more ink', () => {
  const ink = (pen) => engine.renderStrokes(FOUR, pen).pixels.reduce((sum, value) => sum + value, 0);
  assert.ok(ink({ thickness: 4 }) > 1.3 * ink());
  assert.equal(ink({}), ink());
  assert.equal(ink({ thickness: 2.5, softness: 1.1 }), ink());
});

test('what is no drawing is refused with what was expected', () => {
  const refused = (strokes, ...parts) => assertRefused(() => engine.renderStrokes(strokes), '[strokes]', ...parts);
  refused(undefined, 'an array of strokes', 'undefined');
  refused([7], 'arrays of points', 'number');
  refused([[7]], 'points', 'number');
  refused([[[1]]], '2 or 3 numbers', '[1]');
  refused([[[1, 2, 0.5, 4]]], '2 or 3 numbers');
  refused([[[1, '2']]], '2 or 3 numbers');
  refused([[[NaN, 2]]], 'x', 'nan');
  refused([[[1, Infinity]]], 'y', 'inf');
  refused([[[1, 2, 2]]], 'a pressure from 0 to 1', 'got 2');
  refused([[[1e12, 2]]], 'x from -1e+09 to 1e+09');
  refused([Array.from({ length: 100_001 }, () => [1, 2])], 'at most 100000 points');
  assertRefused(() => engine.renderStrokes(FOUR, { thickness: 0 }), 'a thickness from 0.1 to 10');
  assertRefused(() => engine.renderStrokes(FOUR, { softness: 'soft' }), '[pen.softness]', 'a number');
});

test('the first thousand generated digits are those of the native build', () => {
  const { images, labels, height, width } = engine.generateDigits({ seed: 1, count: 1000 });
  assert.deepEqual([height, width], [28, 28]);
  const bytes = Array.from(labels, (label, i) => [label, ...images.subarray(784 * i, 784 * (i + 1))]).flat();
  assert.equal(fnv1a(Uint8Array.from(bytes)).toString(16).padStart(16, '0'), NATIVE_HASH);
});

test('a generated digit is its strokes, rendered', () => {
  const { images, labels } = engine.generateDigits({ seed: 8, first: 100, count: 20 });
  for (let i = 0; i < 20; ++i) {
    const { label, style, strokes, pen } = engine.generateStrokes({ seed: 8, index: 100 + i });
    assert.equal(label, labels[i]);
    assert.ok(style >= 0 && style < STYLES);
    assert.deepEqual(engine.renderStrokes(strokes, pen).pixels, images.slice(784 * i, 784 * (i + 1)));
  }
});

test('a digit of any label can be asked for', () => {
  for (let label = 0; label < 10; ++label) {
    assert.equal(engine.generateStrokes({ seed: 3, index: 5, label }).label, label);
  }
  assertRefused(() => engine.generateStrokes({ index: 0, label: 10 }), '[generateStrokes.label]', 'from 0 to 9');
  assertRefused(() => engine.generateStrokes({ index: 0, label: 1.5 }), '[generateStrokes.label]', 'integer');
  assertRefused(() => engine.generateStrokes({ index: -1 }), '[generateStrokes.index]', 'from 0');
});

test('counts of none or too many are refused', () => {
  for (const count of [100_001, 1e6, 1e15, Infinity]) {
    assertRefused(() => engine.generateDigits({ count }), '[generateDigits.count]', '100000', "'first'");
  }
  assertRefused(() => engine.generateDigits({ count: 0 }), '[generateDigits.count]', 'from 1 to 100000');
  assertRefused(() => engine.generateDigits({}), '[generateDigits.count]', 'undefined');
  assertRefused(() => engine.generateDigits({ count: 2.5 }), '[generateDigits.count]', 'integer');
  assertRefused(() => engine.generateDigits({ count: 1, seed: -1 }), '[generateDigits.seed]', 'from 0');
});

const MIXED = { model: SMALL_SPEC, seed: 2, augment: { generated: 0.5, degrees: 5 } };
const DIGITS = engine.generateDigits({ seed: 7, count: 100 });

test('with generated digits among the training images, one and two threads and a resumed run give the same bits', async () => {
  const saved = [];
  for (const threads of [1, 2]) {
    withSession(await engineWith(threads), MIXED, (session) => {
      session.setData('train', DIGITS);
      session.trainSteps(9);
      const halfWay = session.save();
      session.trainSteps(9);
      saved.push(session.save());
      session.rewind(5);
      session.load(halfWay);
      session.trainSteps(9);
      saved.push(session.save());
    });
  }
  for (const each of saved) assert.deepEqual(each, saved[0]);
  withSession(engine, { ...MIXED, augment: { degrees: 5 } }, (session) => {
    session.setData('train', DIGITS);
    session.trainSteps(18);
    assert.notDeepEqual(session.save(), saved[0]);
  });
});

test('a share of generated digits beyond 0..1, or for a model that cannot take them, is refused', () => {
  const refused = (options, ...parts) => assertRefused(() => engine.createSession(options), '[augment]', ...parts);
  refused({ model: 'tinycnn', augment: { generated: 2 } }, 'from 0 to 1', 'got 2');
  const spec = {
    ...SMALL_SPEC,
    layers: [...SMALL_SPEC.layers.slice(0, -1), { name: 'fc', type: 'linear', outFeatures: 4 }],
  };
  refused({ model: spec, augment: { generated: 0.5 } }, '10 classes', 'in 4');
});
